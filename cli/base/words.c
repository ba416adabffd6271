/* Splitting a command line into words, and telling when that takes a shell. */
#include "base/words.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

typedef struct words_state {
    const char *next;
    dk_buf word;
    bool in_word; /* "" is a word too */
} words_state;

/* Words that a shell answers itself, where no program of that name would do the same: what POSIX calls
 * special built-ins, intrinsic utilities and reserved words, and what shells have beside them. */
static const char *const builtins[] = {
    /* special built-ins */
    ".", ":", "break", "continue", "eval", "exec", "exit", "export", "readonly", "return", "set", "shift",
    "times", "trap", "unset",
    /* intrinsic utilities */
    "alias", "bg", "cd", "command", "fc", "fg", "getopts", "hash", "jobs", "kill", "read", "type", "ulimit",
    "umask", "unalias", "wait",
    /* reserved words */
    "!", "{", "}", "case", "do", "done", "elif", "else", "esac", "fi", "for", "function", "if", "in",
    "select", "then", "time", "until", "while", "[[",
    /* of some shells */
    "[", "builtin", "declare", "let", "local", "popd", "pushd", "shopt", "source", "typeset"};

static bool is_assignment(const char *word) {
    if (!isalpha((unsigned char)word[0]) && word[0] != '_')
        return false;
    size_t length = 0;
    while (isalnum((unsigned char)word[length]) || word[length] == '_')
        length++;
    return word[length] == '=';
}

static bool first_needs_shell(const char *word) {
    for (size_t i = 0; i < DK_COUNT(builtins); i++)
        if (strcmp(word, builtins[i]) == 0)
            return true;
    return is_assignment(word);
}

static void end_word(words_state *state, dk_strv *words) {
    if (state->in_word)
        dk_strv_add_owned(words, dk_buf_detach(&state->word));
    state->in_word = false;
}

static words_result read_single_quoted(words_state *state) {
    const char *end = strchr(state->next, '\'');
    if (end == NULL)
        return WORDS_UNTERMINATED;
    dk_buf_append(&state->word, state->next, (size_t)(end - state->next));
    state->next = end + 1;
    return WORDS_PLAIN;
}

static words_result read_double_quoted(words_state *state) {
    for (;;) {
        char character = *state->next;
        if (character == '\0')
            return WORDS_UNTERMINATED;
        state->next++;
        if (character == '"')
            return WORDS_PLAIN;
        if (character == '$' || character == '`')
            return WORDS_NEED_SHELL;
        if (character == '\\' && *state->next != '\0' && strchr("$`\"\\", *state->next) != NULL)
            character = *state->next++;
        dk_buf_add_char(&state->word, character);
    }
}

/* Reads on by one character or one quoted piece. */
static words_result step(words_state *state, dk_strv *words) {
    char character = *state->next++;
    if (character == ' ' || character == '\t') {
        end_word(state, words);
        return WORDS_PLAIN;
    }
    if (strchr("|&;<>()$`*?[\n", character) != NULL)
        return WORDS_NEED_SHELL;
    if ((character == '~' || character == '#') && !state->in_word)
        return WORDS_NEED_SHELL;
    state->in_word = true;
    if (character == '\'')
        return read_single_quoted(state);
    if (character == '"')
        return read_double_quoted(state);
    if (character == '\\') {
        if (*state->next == '\0')
            return WORDS_UNTERMINATED;
        if (*state->next == '\n')
            return WORDS_NEED_SHELL;
        character = *state->next++;
    }
    dk_buf_add_char(&state->word, character);
    return WORDS_PLAIN;
}

words_result words_split(const char *text, dk_strv *words) {
    words_state state = {.next = text};
    words_result result = WORDS_PLAIN;
    size_t before = words->count;
    while (*state.next != '\0' && result == WORDS_PLAIN)
        result = step(&state, words);
    if (result == WORDS_PLAIN)
        end_word(&state, words);
    dk_buf_release(&state.word);
    if (result == WORDS_PLAIN && words->count > before && first_needs_shell(words->items[before]))
        result = WORDS_NEED_SHELL;
    return result;
}

char *words_quote(const char *word) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=@%+,";
    if (word[0] != '\0' && word[strspn(word, plain)] == '\0')
        return dk_strdup(word);
    dk_buf quoted = DK_BUF_INIT;
    dk_buf_add_char(&quoted, '\'');
    for (; *word != '\0'; word++) {
        if (*word == '\'')
            dk_buf_add(&quoted, "'\\''");
        else
            dk_buf_add_char(&quoted, *word);
    }
    dk_buf_add_char(&quoted, '\'');
    return dk_buf_detach(&quoted);
}
