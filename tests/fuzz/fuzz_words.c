/* Command lines: what splits into plain words says the same after it was quoted again. */
#include "base/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_again(const dk_strv *words) {
    dk_buf line = DK_BUF_INIT;
    dk_buf_add(&line, "program"); /* a first word that is no builtin */
    for (size_t i = 0; i < words->count; i++) {
        char *quoted = words_quote(words->items[i]);
        dk_buf_addf(&line, " %s", quoted);
        free(quoted);
    }
    dk_strv again = DK_STRV_INIT;
    bool same = words_split(dk_buf_text(&line), &again) == WORDS_PLAIN && again.count == words->count + 1;
    for (size_t i = 0; same && i < words->count; i++)
        same = strcmp(words->items[i], again.items[i + 1]) == 0;
    if (!same) {
        fprintf(stderr, "not the same again: %s\n", dk_buf_text(&line));
        abort();
    }
    dk_strv_release(&again);
    dk_buf_release(&line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = dk_strndup((const char *)data, size);
    dk_strv words = DK_STRV_INIT;
    if (words_split(text, &words) == WORDS_PLAIN)
        check_again(&words);
    dk_strv_release(&words);
    free(text);
    return 0;
}
