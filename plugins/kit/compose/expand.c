/* Variables in a compose file's values. */
#include <kit/compose/compose.h>

#include <stdlib.h>
#include <string.h>

#define DEPTH 16
#define EXPANDED_LIMIT ((size_t)1 << 20)

typedef struct expansion {
    compose_lookup *lookup;
    void *data;
    char *problem; /* the first one */
} expansion;

static bool expand_text(expansion *work, const char *text, size_t length, int depth, dk_buf *expanded);

static bool report(expansion *work, char *problem) {
    if (work->problem)
        free(problem);
    else
        work->problem = problem;
    return false;
}

static size_t name_length(const char *text, size_t length) {
    size_t used = 0;
    while (used < length &&
           (text[used] == '_' || (text[used] >= 'a' && text[used] <= 'z') ||
            (text[used] >= 'A' && text[used] <= 'Z') || (used > 0 && text[used] >= '0' && text[used] <= '9')))
        used++;
    return used;
}

/* What stands between the braces: NAME, or NAME, an operator (with ':' an empty value counts as unset) and a
 * text that may have variables itself. */
static bool expand_braced(expansion *work, const char *text, size_t length, int depth, dk_buf *expanded) {
    size_t used = name_length(text, length);
    DK_AUTOFREE char *name = dk_strndup(text, used);
    bool strict = used < length && text[used] == ':';
    const char operation = used + strict < length ? text[used + strict] : '\0';
    const char *rest = text + used + strict + 1;
    size_t rest_length = operation ? (size_t)(text + length - rest) : 0;
    if (used == 0 || (strict && !operation) || (operation && !strchr("-+?", operation)))
        return report(work, dk_format("\"${%.*s}\" is not a variable", (int)length, text));
    const char *value = work->lookup(work->data, name);
    bool given = value && (!strict || *value);
    switch (operation) {
    case '+':
        return !given || expand_text(work, rest, rest_length, depth, expanded);
    case '-':
        if (!given)
            return expand_text(work, rest, rest_length, depth, expanded);
        break;
    case '?':
        if (!given)
            return report(work, rest_length ? dk_format("%s is not set: %.*s", name, (int)rest_length, rest)
                                            : dk_format("%s is not set", name));
        break;
    default:
        break;
    }
    dk_buf_add(expanded, value ? value : "");
    return true;
}

/* Length up to the brace that closes the one before `text`; braces inside belong to variables inside. */
static bool find_close(const char *text, size_t length, size_t *close) {
    int open = 1;
    for (size_t at = 0; at < length; at++) {
        if (text[at] == '$' && at + 1 < length && text[at + 1] == '{') {
            open++;
            at++;
        } else if (text[at] == '}' && --open == 0) {
            *close = at;
            return true;
        }
    }
    return false;
}

/* `text` begins after a '$'; gives how much of it was used. */
static bool expand_one(expansion *work, const char *text, size_t length, int depth, dk_buf *expanded,
                       size_t *used) {
    size_t close = 0;
    size_t name = name_length(text, length);
    *used = 0;
    if (length > 0 && text[0] == '$') {
        dk_buf_add_char(expanded, '$');
        *used = 1;
        return true;
    }
    if (name > 0) {
        *used = name;
        return expand_braced(work, text, name, depth, expanded);
    }
    if (length > 0 && text[0] == '{' && find_close(text + 1, length - 1, &close)) {
        *used = close + 2;
        return expand_braced(work, text + 1, close, depth + 1, expanded);
    }
    dk_buf_add_char(expanded, '$');
    return report(work, dk_strdup("a single \"$\" is no variable; write \"$$\" for the character"));
}

static bool expand_text(expansion *work, const char *text, size_t length, int depth, dk_buf *expanded) {
    bool good = true;
    if (depth > DEPTH)
        return report(work, dk_strdup("variables stand too deep in one another"));
    for (size_t at = 0; at < length && expanded->length < EXPANDED_LIMIT;) {
        const char *dollar = memchr(text + at, '$', length - at);
        size_t plain = dollar ? (size_t)(dollar - text) - at : length - at;
        dk_buf_append(expanded, text + at, plain);
        at += plain;
        if (!dollar)
            break;
        size_t used = 0;
        good = expand_one(work, text + at + 1, length - at - 1, depth, expanded, &used) && good;
        at += used + 1;
    }
    return good;
}

bool compose_expand(const char *text, compose_lookup *lookup, void *data, dk_buf *expanded, char **problem) {
    expansion work = {.lookup = lookup, .data = data};
    bool good = expand_text(&work, text, strlen(text), 0, expanded);
    if (problem)
        *problem = work.problem;
    else
        free(work.problem);
    return good;
}
