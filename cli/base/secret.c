/* Secrets: text that is masked wherever devkit shows anything.
 *
 * Development passwords are often spelled like something that has to be shown: "postgres", or the database's
 * own name. Such an occurrence inside a name that dk_secret_allow knows is left alone, unless it stands where
 * a password stands. */
#include <ctype.h>
#include <devkit/system.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { WHOLE_WORD_BELOW = 4, LOWER_WORD_BELOW = 8 };

static const char replacement[] = "***";
static dk_strv secrets; /* longest first, so that the whole goes before its part */
static dk_strv allowed;
static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;

static void add_sorted(dk_strv *list, char *text) {
    if (text[0] == '\0' || dk_strv_contains(list, text)) {
        free(text);
        return;
    }
    dk_strv_add_owned(list, text);
    size_t length = strlen(text);
    size_t at = list->count - 1;
    for (; at > 0 && strlen(list->items[at - 1]) < length; at--)
        list->items[at] = list->items[at - 1];
    list->items[at] = text;
}

/* As it stands in a URL. Caller frees. */
static char *percent_encoded(const char *text, const char *format) {
    dk_buf encoded = DK_BUF_INIT;
    for (; *text != '\0'; text++) {
        if (isalnum((unsigned char)*text) || strchr("-._~", *text) != NULL)
            dk_buf_add_char(&encoded, *text);
        else
            dk_buf_addf(&encoded, format[0] == 'X' ? "%%%02X" : "%%%02x", (unsigned char)*text);
    }
    return dk_buf_detach(&encoded);
}

void dk_secret_add(const char *text) {
    if (text == NULL || text[0] == '\0')
        return;
    pthread_mutex_lock(&guard);
    add_sorted(&secrets, dk_strdup(text));
    add_sorted(&secrets, percent_encoded(text, "X"));
    add_sorted(&secrets, percent_encoded(text, "x"));
    pthread_mutex_unlock(&guard);
}

void dk_secret_allow(const char *text) {
    if (text == NULL || text[0] == '\0')
        return;
    pthread_mutex_lock(&guard);
    add_sorted(&allowed, dk_strdup(text));
    pthread_mutex_unlock(&guard);
}

static bool is_word(char character) {
    return isalnum((unsigned char)character) || character == '_';
}

/* ":SECRET@" in a URL, or after "password=" and the like. */
static bool stands_as_password(const char *text, const char *match, size_t length) {
    static const char *const before[] = {
        "password=", "passwd=", "pwd=", "PGPASSWORD=", "password: ", "password \"", "password '"};
    if (match > text && match[-1] == ':' && match[length] == '@')
        return true;
    for (size_t i = 0; i < DK_COUNT(before); i++) {
        size_t lead = strlen(before[i]);
        if ((size_t)(match - text) >= lead && strncasecmp(match - lead, before[i], lead) == 0)
            return true;
    }
    return false;
}

/* Whether the match lies inside an occurrence of `name`. */
static bool lies_inside(const char *text, const char *match, size_t length, const char *name) {
    size_t name_length = strlen(name);
    if (name_length < length)
        return false;
    for (size_t lead = 0; lead + length <= name_length; lead++)
        if ((size_t)(match - text) >= lead && strncmp(match - lead, name, name_length) == 0)
            return true;
    return false;
}

static bool may_stay(const char *text, const char *match, size_t length) {
    static const char *const common[] = {"postgresql", "postgres", "localhost", "devkit", "password"};
    bool named = false;
    for (size_t i = 0; i < DK_COUNT(common) && !named; i++)
        named = lies_inside(text, match, length, common[i]);
    for (size_t i = 0; i < allowed.count && !named; i++)
        named = lies_inside(text, match, length, allowed.items[i]);
    return named && !stands_as_password(text, match, length);
}

/* "test" or "user" for a password is common as well, and must not blot out a part of "latest" or "users". */
static bool is_lower_word(const char *secret, size_t length) {
    return length < LOWER_WORD_BELOW && strspn(secret, "abcdefghijklmnopqrstuvwxyz") == length;
}

static bool is_inside_lower_word(const char *text, const char *match, size_t length) {
    if (islower((unsigned char)match[length]))
        return true;
    bool escaped = match - text >= 2 && match[-2] == '\\'; /* the n of a quoted line end is not its letter */
    return match > text && islower((unsigned char)match[-1]) && !escaped;
}

/* The next occurrence that has to go, or NULL. */
static const char *find(const char *text, const char *from, const char *secret, size_t length) {
    bool lower_word = is_lower_word(secret, length);
    for (const char *match = from; (match = strstr(match, secret)) != NULL; match++) {
        bool inside_word = (match > text && is_word(match[-1])) || is_word(match[length]);
        if (length < WHOLE_WORD_BELOW && inside_word)
            continue;
        if (lower_word && is_inside_lower_word(text, match, length))
            continue;
        if (!may_stay(text, match, length))
            return match;
    }
    return NULL;
}

/* The first of all secrets at or after `from`; of two at one place the longer. */
static const char *first_match(const char *text, const char *from, size_t *length) {
    const char *first = NULL;
    for (size_t i = 0; i < secrets.count; i++) {
        size_t secret_length = strlen(secrets.items[i]);
        const char *match = find(text, from, secrets.items[i], secret_length);
        if (match != NULL && (first == NULL || match < first)) {
            first = match;
            *length = secret_length;
        }
    }
    return first;
}

char *dk_secret_mask(const char *text) {
    if (text == NULL)
        return NULL;
    pthread_mutex_lock(&guard);
    size_t length = 0;
    const char *from = text;
    const char *match = first_match(text, from, &length);
    if (match == NULL) {
        pthread_mutex_unlock(&guard);
        return dk_strdup(text);
    }
    dk_buf masked = DK_BUF_INIT;
    for (; match != NULL; match = first_match(text, from, &length)) {
        dk_buf_append(&masked, from, (size_t)(match - from));
        dk_buf_add(&masked, replacement);
        from = match + length;
    }
    pthread_mutex_unlock(&guard);
    dk_buf_add(&masked, from);
    return dk_buf_detach(&masked);
}
