/* A few lines of SQL for an error message. */
#include "script_internal.h"

#include <string.h>

#define LINES_BEFORE 2  /* shown above the line with the caret */
#define LINES_AT_MOST 4 /* shown of a statement without a caret */
#define WIDTH 100       /* characters of a line */

typedef struct line {
    const char *text;
    size_t length;
} line;

static line line_at(const char *text, size_t end, size_t at) {
    const char *newline = memchr(text + at, '\n', end - at);
    size_t length = newline ? (size_t)(newline - text) - at : end - at;
    if (length && text[at + length - 1] == '\r')
        length--;
    return (line){.text = text + at, .length = length};
}

static size_t line_start(const char *text, size_t lowest, size_t at) {
    while (at > lowest && text[at - 1] != '\n')
        at--;
    return at;
}

/* Control characters would disturb the terminal and the caret's place; each tab becomes one space. */
static void add_visible(dk_buf *shown, const char *text, size_t length) {
    for (size_t i = 0; i < length; i++)
        dk_buf_add_char(shown, (unsigned char)text[i] < ' ' || text[i] == 127 ? ' ' : text[i]);
}

static size_t count_characters(const char *text, size_t length) {
    size_t count = 0;
    for (size_t i = 0; i < length; i++)
        count += ((unsigned char)text[i] & 0xC0) != 0x80;
    return count;
}

/* Prints one line so that character `focus` is in view; gives the column at which that came to stand. */
static size_t add_line(dk_buf *shown, int number, line shown_line, size_t focus) {
    size_t skipped = focus > WIDTH * 3 / 4 ? focus - WIDTH / 2 : 0;
    size_t from = pg_utf8_offset(shown_line.text, shown_line.length, skipped);
    size_t to = from + pg_utf8_offset(shown_line.text + from, shown_line.length - from, WIDTH);
    dk_buf_addf(shown, "%s%5d | %s", shown->length ? "\n" : "", number, skipped ? "…" : "");
    add_visible(shown, shown_line.text + from, to - from);
    if (to < shown_line.length)
        dk_buf_add(shown, "…");
    return focus - skipped + (skipped ? 1 : 0);
}

static void add_head(dk_buf *shown, const char *text, size_t start, size_t end, int number) {
    int count = 0;
    for (size_t at = start; at < end && count < LINES_AT_MOST; count++) {
        line next = line_at(text, end, at);
        add_line(shown, number + count, next, 0);
        const char *newline = memchr(text + at, '\n', end - at);
        at = newline ? (size_t)(newline - text) + 1 : end;
        if (count + 1 == LINES_AT_MOST && at < end)
            dk_buf_add(shown, "\n      | …");
    }
}

void pg_excerpt(dk_buf *shown, const char *text, size_t start, size_t length, size_t position,
                int first_line) {
    size_t end = start + length, from;
    pg_line_counter lines = pg_lines_begin(text, end);
    int number, at;
    if (position == SIZE_MAX || position < start || position > end) {
        pg_lines_at(&lines, start, &number, NULL);
        add_head(shown, text, start, end, number + first_line - 1);
        return;
    }
    from = line_start(text, start, position);
    for (int i = 0; i < LINES_BEFORE && from > start; i++)
        from = line_start(text, start, from - 1);
    size_t last = line_start(text, start, position);
    pg_lines_at(&lines, from, &number, NULL);
    for (at = number + first_line - 1; from < last; at++) {
        line next = line_at(text, end, from);
        add_line(shown, at, next, 0);
        from = (size_t)((const char *)memchr(text + from, '\n', end - from) - text) + 1;
    }
    size_t column =
        add_line(shown, at, line_at(text, end, last), count_characters(text + last, position - last));
    dk_buf_addf(shown, "\n      | %*s^", (int)column, "");
}
