/* UTF-8 for output: what a child or a file name holds need not be valid. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stddef.h>

/* Length in bytes of the valid character at `text` (1-4), or 0 when it is not valid or `left` is too short.
 */
size_t utf8_length(const char *text, size_t left);
/* A copy in which each byte that is not part of a valid character became U+FFFD. Caller frees. */
char *utf8_repair(const char *text);
/* Columns a terminal uses for the text: characters, without those that combine, wide ones twice. */
size_t utf8_width(const char *text);

#endif
