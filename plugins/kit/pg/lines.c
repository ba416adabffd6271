/* Byte positions as line and column. */
#include "split_internal.h"

#include <string.h>

pg_line_counter pg_lines_begin(const char *text, size_t length) {
    bool marked = length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0;
    return (pg_line_counter){.text = text,
                             .length = length,
                             .line_start = marked ? 3 : 0,
                             .counted = marked ? 3 : 0,
                             .line = 1,
                             .column = 1};
}

void pg_lines_at(pg_line_counter *lines, size_t position, int *line, int *column) {
    if (position > lines->length)
        position = lines->length;
    /* Each byte is looked at once, also when thousands of statements share one line. */
    while (lines->searched < position) {
        const char *from = lines->text + lines->searched;
        const char *newline = memchr(from, '\n', position - lines->searched);
        lines->searched = newline ? (size_t)(newline - lines->text) + 1 : position;
        if (newline) {
            lines->line_start = lines->searched;
            lines->line++;
        }
    }
    *line = lines->line;
    if (!column)
        return;
    if (lines->counted < lines->line_start) {
        lines->counted = lines->line_start;
        lines->column = 1;
    }
    for (; lines->counted < position; lines->counted++)
        lines->column += ((unsigned char)lines->text[lines->counted] & 0xC0) != 0x80;
    *column = lines->column;
}

size_t pg_utf8_offset(const char *text, size_t length, size_t characters) {
    size_t at = 0;
    while (at < length && characters > 0) {
        at++;
        while (at < length && ((unsigned char)text[at] & 0xC0) == 0x80)
            at++;
        characters--;
    }
    return at;
}

size_t pg_utf8_valid(const char *text, size_t length) {
    size_t at = 0;
    while (at < length) {
        unsigned char first = (unsigned char)text[at];
        size_t more = first < 0x80                     ? 0
                      : first >= 0xC2 && first <= 0xDF ? 1
                      : first >= 0xE0 && first <= 0xEF ? 2
                      : first >= 0xF0 && first <= 0xF4 ? 3
                                                       : length;
        if (more >= length - at)
            return at;
        /* Overlong forms, surrogates and what lies beyond U+10FFFF show in the second byte. */
        unsigned char second = more ? (unsigned char)text[at + 1] : 0x80;
        if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
            (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F))
            return at;
        for (size_t i = 1; i <= more; i++)
            if (((unsigned char)text[at + i] & 0xC0) != 0x80)
                return at;
        at += more + 1;
    }
    return at;
}
