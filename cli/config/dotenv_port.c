/* Changing the port of a URL in a .env file and nothing else: what else the line says (a password,
 * ${VARIABLES}) stays as it is written. A change is tried on the text and kept when the URL read from it is
 * the one meant. */
#include "config/dotenv.h"

#include <devkit/url.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct port_change {
    const char *text;
    size_t length;
    const char *file;
    const char *name;   /* of the URL's variable */
    int old_port;       /* 0: the URL names none */
    char digits[2][16]; /* old and new, as text */
    char *wanted;       /* the URL afterwards */
    const char *host;
    dk_buf *rewritten;
} port_change;

/* `length` bytes at `at` become `with`. */
static void splice(const port_change *change, size_t at, size_t length, const char *with) {
    dk_buf_truncate(change->rewritten, 0);
    dk_buf_append(change->rewritten, change->text, at);
    dk_buf_add(change->rewritten, with);
    dk_buf_append(change->rewritten, change->text + at + length, change->length - at - length);
}

static bool is_right(const port_change *change) {
    DOTENV_AUTO dotenv_file parsed = DOTENV_INIT;
    DK_AUTO_URL dk_url url = DK_URL_INIT;
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    if (!dotenv_parse(dk_buf_text(change->rewritten), change->rewritten->length, change->file, NULL, NULL,
                      &parsed, NULL))
        return false;
    const dotenv_entry *entry = dotenv_find(&parsed, change->name);
    if (!entry || !dk_url_parse(entry->value, &url, NULL))
        return false;
    dk_url_format(&url, &text);
    return strcmp(dk_buf_text(&text), change->wanted) == 0;
}

/* Behind a host or a port comes one of these; a password, which must not be tried, is followed by "@". */
static bool ends_address(const port_change *change, size_t at, size_t end) {
    return at >= end || strchr("/?,'\" \t\r\n", change->text[at]);
}

/* The "5433" of ":5433" or "${PORT:-5433}". */
static bool is_port_at(const port_change *change, size_t at, size_t width, size_t end) {
    char before = change->text[at - 1];
    bool inside = before == '-' && at + width < end && change->text[at + width] == '}';
    return (before == ':' || inside) && strncmp(change->text + at, change->digits[0], width) == 0 &&
           ends_address(change, at + width + inside, end);
}

/* In the URL's own line, the last one first. */
static bool try_digits(const port_change *change, const dotenv_entry *entry) {
    size_t width = strlen(change->digits[0]);
    for (size_t at = entry->value_end; width && at-- > entry->value_start + 1;) {
        if (at + width > entry->value_end || !is_port_at(change, at, width, entry->value_end))
            continue;
        splice(change, at, width, change->digits[1]);
        if (is_right(change))
            return true;
    }
    return false;
}

/* The line of a variable that the URL takes its port from. */
static bool try_variable(const port_change *change, const dotenv_entry *entry) {
    if (!change->old_port || strcmp(entry->value, change->digits[0]) != 0)
        return false;
    bool quoted = entry->quote != 0;
    splice(change, entry->value_start + quoted, entry->value_end - entry->value_start - 2 * (size_t)quoted,
           change->digits[1]);
    return is_right(change);
}

/* The URL names no port: it is put behind the host. */
static bool try_host(const port_change *change, const dotenv_entry *entry) {
    DK_AUTOFREE char *with = dk_format(":%s", change->digits[1]);
    size_t width = strlen(change->host);
    for (size_t at = entry->value_start + 1; !change->old_port && width && at + width <= entry->value_end;
         at++) {
        bool open = change->text[at - 1] == '[';
        bool closed = at + width < entry->value_end && change->text[at + width] == ']';
        size_t end = at + width + closed;
        if (!strchr("@/[", change->text[at - 1]) || strncmp(change->text + at, change->host, width) != 0 ||
            open != closed || !ends_address(change, end, entry->value_end))
            continue;
        splice(change, end, 0, with);
        if (is_right(change))
            return true;
    }
    return false;
}

static bool try_all(const port_change *change, const dotenv_file *parsed, const dotenv_entry *entry,
                    int *line) {
    *line = entry->line;
    if (try_digits(change, entry) || try_host(change, entry))
        return true;
    for (size_t i = 0; i < parsed->count; i++) {
        *line = parsed->entries[i].line;
        if (&parsed->entries[i] != entry && try_variable(change, &parsed->entries[i]))
            return true;
    }
    *line = entry->line;
    dk_buf_truncate(change->rewritten, 0);
    return false;
}

bool dotenv_rewrite_port(const char *text, size_t length, const char *file, const char *name, int port,
                         dk_buf *rewritten, int *line, dk_error *error) {
    DOTENV_AUTO dotenv_file parsed = DOTENV_INIT;
    DK_AUTO_URL dk_url url = DK_URL_INIT;
    DK_AUTO_BUF dk_buf wanted = DK_BUF_INIT;
    if (!dotenv_parse(text, length, file, NULL, NULL, &parsed, error))
        return false;
    const dotenv_entry *entry = dotenv_find(&parsed, name);
    if (!entry)
        return dk_fail(error, DK_ERROR_FAILED, "env-missing", "%s: %s is not set there", file, name);
    if (!dk_url_parse(entry->value, &url, error))
        return dk_error_prefix(error, "%s:%d", file, entry->line);
    port_change change = {.text = text,
                          .length = length,
                          .file = file,
                          .name = name,
                          .old_port = url.hosts[0].port,
                          .host = url.hosts[0].host ? url.hosts[0].host : "",
                          .rewritten = rewritten};
    snprintf(change.digits[0], sizeof change.digits[0], "%d", change.old_port);
    snprintf(change.digits[1], sizeof change.digits[1], "%d", port);
    url.hosts[0].port = port;
    dk_url_format(&url, &wanted);
    change.wanted = wanted.data;
    if (try_all(&change, &parsed, entry, line))
        return true;
    return dotenv_rewrite(text, length, file, name, dk_buf_text(&wanted), rewritten, error);
}
