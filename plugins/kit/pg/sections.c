/* The up and down parts of a migration file, as dbmate writes them
 * (https://github.com/amacneil/dbmate#creating-migrations): lines `-- migrate:up` and `-- migrate:down`, with
 * options such as `transaction:false` behind. */
#include "split_internal.h"

#include <string.h>

typedef enum marker_kind { NO_MARKER, UP_MARKER, DOWN_MARKER } marker_kind;

typedef struct marker {
    marker_kind kind;
    bool transaction;
    const char *bad_option;
    int bad_length;
} marker;

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

static bool option_is(const char *option, size_t length, const char *wanted) {
    return length == strlen(wanted) && memcmp(option, wanted, length) == 0;
}

static void read_options(const char *line, size_t length, marker *found) {
    found->transaction = true;
    for (size_t at = 0; at < length;) {
        while (at < length && is_blank(line[at]))
            at++;
        size_t start = at;
        while (at < length && !is_blank(line[at]))
            at++;
        const char *option = line + start;
        if (option_is(option, at - start, "transaction:false"))
            found->transaction = false;
        else if (at - start >= 11 && memcmp(option, "transaction", 11) == 0 &&
                 !option_is(option, at - start, "transaction:true")) {
            found->bad_option = option;
            found->bad_length = (int)(at - start);
        }
    }
}

static marker read_marker(const char *line, size_t length) {
    static const struct {
        const char *text;
        marker_kind kind;
    } markers[] = {{"migrate:up", UP_MARKER}, {"migrate:down", DOWN_MARKER}};
    marker found = {0};
    size_t at = 2;
    if (length < 2 || line[0] != '-' || line[1] != '-')
        return found;
    while (at < length && is_blank(line[at]))
        at++;
    for (size_t i = 0; i < DK_COUNT(markers); i++) {
        size_t end = at + strlen(markers[i].text);
        if (end > length || memcmp(line + at, markers[i].text, end - at) != 0 ||
            (end < length && !is_blank(line[end])))
            continue;
        found.kind = markers[i].kind;
        read_options(line + end, length - end, &found);
    }
    return found;
}

static bool fail_line(dk_error *error, int line, const char *what) {
    dk_fail(error, DK_ERROR_FAILED, "sql-sections", "%d:1: %s", line, what);
    return dk_error_hint(error,
                         "write one line `-- migrate:up`, then the SQL, then (if it can be undone) one "
                         "line `-- migrate:down` and the SQL that undoes it");
}

/* Closes the open section at `end`, and opens the one the marker begins. */
static bool apply_marker(pg_sections *sections, const marker *found, size_t end, size_t next, int line,
                         dk_error *error) {
    if (found->bad_option)
        return dk_fail(error, DK_ERROR_FAILED, "sql-sections",
                       "%d:1: unknown option \"%.*s\" (transaction:true or transaction:false)", line,
                       found->bad_length, found->bad_option);
    if (found->kind == UP_MARKER) {
        if (sections->has_sections)
            return fail_line(error, line, "a second `-- migrate:up`");
        sections->has_sections = true;
        sections->up_start = next;
        sections->up_line = line + 1;
        sections->up_transaction = found->transaction;
        return true;
    }
    if (!sections->has_sections)
        return fail_line(error, line, "`-- migrate:down` without a `-- migrate:up` before it");
    if (sections->has_down)
        return fail_line(error, line, "a second `-- migrate:down`");
    sections->has_down = true;
    sections->up_length = end - sections->up_start;
    sections->down_start = next;
    sections->down_line = line + 1;
    sections->down_transaction = found->transaction;
    return true;
}

/* SQL before the first marker would silently never run. */
static bool check_preamble(const char *text, size_t length, dk_error *error) {
    pg_script script;
    pg_split_failure failure = {0};
    int line = 0;
    if (!pg_script_split_quietly(text, length, &script, &failure))
        line = failure.line;
    else if (script.count || script.needs_psql)
        line = script.count ? script.statements[0].line : script.psql_line;
    pg_script_release(&script);
    return line == 0 || fail_line(error, line, "SQL before `-- migrate:up` would never run");
}

bool pg_sections_find(const char *text, size_t length, pg_sections *sections, dk_error *error) {
    *sections = (pg_sections){.up_transaction = true, .down_transaction = true, .up_line = 1, .down_line = 1};
    size_t at = length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    for (int line = 1; at < length; line++) {
        const char *newline = memchr(text + at, '\n', length - at);
        size_t end = newline ? (size_t)(newline - text) : length, next = newline ? end + 1 : length;
        marker found = read_marker(text + at, end - at);
        bool first = found.kind == UP_MARKER && !sections->has_sections;
        if (found.kind != NO_MARKER && !apply_marker(sections, &found, at, next, line, error))
            return false;
        if (first && !check_preamble(text, at, error))
            return false;
        at = next;
    }
    if (!sections->has_sections)
        sections->up_length = length;
    else if (sections->has_down)
        sections->down_length = length - sections->down_start;
    else
        sections->up_length = length - sections->up_start;
    return true;
}
