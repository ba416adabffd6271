/* Command lines as users write them. */
#ifndef BASE_WORDS_H
#define BASE_WORDS_H

#include <devkit/buf.h>

typedef enum words_result {
    WORDS_PLAIN,       /* `words` holds the vector */
    WORDS_NEED_SHELL,  /* only a shell understands it; `words` is not to be used */
    WORDS_UNTERMINATED /* a quote is not closed */
} words_result;

/* Splits `text` as sh would, as long as there is nothing in it but words and quotes. */
words_result words_split(const char *text, dk_strv *words);
/* `word` quoted for sh where it needs quotes. Caller frees. */
char *words_quote(const char *word);

#endif
