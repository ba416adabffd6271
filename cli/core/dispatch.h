/* From the command line to an exit status. */
#ifndef CORE_DISPATCH_H
#define CORE_DISPATCH_H

#include <devkit/context.h>

/* Runs what the words say (argv without the program's name), prints result or error, and returns the exit
 * status. */
int dispatch(dk_context *context, size_t count, const char *const *words);

/* Splits a configured devkit command into words: blanks and quotes, nothing else of a shell. Error:
 * "command-invalid" (USAGE). */
bool dispatch_words(const char *text, dk_strv *words, dk_error *error);

#endif
