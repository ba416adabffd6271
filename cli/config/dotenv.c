/* Reading .env files: dotenv.h says what they may hold. */
#include "config/dotenv.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Lines that expand one another double their values each time. */
#define DOTENV_VALUE_LIMIT ((size_t)1024 * 1024)

typedef struct dotenv_reader {
    const char *text; /* the whole file, without its BOM */
    size_t length;
    size_t skipped; /* bytes of the BOM */
    size_t at;
    int line;
    size_t line_start;
    const char *file;
    dotenv_lookup *lookup;
    void *data;
    dotenv_file result;
    dk_error *error;
} dotenv_reader;

/* ── messages ── */
/* The detail shows the line only up to its "=": the rest may be a password. */
static bool invalid(dotenv_reader *reader, size_t offset, int line, size_t line_start, const char *what) {
    int column = 1;
    for (size_t i = line_start; i < offset; i++)
        column += ((unsigned char)reader->text[i] & 0xC0) != 0x80;
    dk_fail(reader->error, DK_ERROR_USAGE, "dotenv-invalid", "%s:%d:%d: %s", reader->file, line, column,
            what);
    size_t end = line_start;
    while (end < reader->length && end - line_start < 80 && !strchr("=\r\n", reader->text[end]))
        end++;
    bool has_value = end < reader->length && reader->text[end] == '=';
    return dk_error_detail(reader->error, "%.*s%s", (int)(end - line_start), reader->text + line_start,
                           has_value ? "=…" : "");
}

static bool invalid_here(dotenv_reader *reader, const char *what) {
    return invalid(reader, reader->at, reader->line, reader->line_start, what);
}

/* ── characters ── */
static int peek(const dotenv_reader *reader) {
    return reader->at < reader->length ? (unsigned char)reader->text[reader->at] : -1;
}

static bool is_name_start(int character) {
    return character == '_' || (character >= 0 && character < 128 && isalpha(character));
}

/* Dots and dashes are not a shell's, but some loaders take them. */
static bool is_name_character(int character) {
    return is_name_start(character) || (character >= '0' && character <= '9') || character == '.' ||
           character == '-';
}

static void skip_blanks(dotenv_reader *reader) {
    while (peek(reader) == ' ' || peek(reader) == '\t')
        reader->at++;
}

static bool at_line_end(const dotenv_reader *reader) {
    int next = peek(reader);
    if (next == '\r')
        return reader->at + 1 == reader->length || reader->text[reader->at + 1] == '\n';
    return next == -1 || next == '\n';
}

static void skip_line(dotenv_reader *reader) {
    while (reader->at < reader->length && reader->text[reader->at] != '\n')
        reader->at++;
    if (reader->at < reader->length)
        reader->at++;
    reader->line++;
    reader->line_start = reader->at;
}

/* ── expansion ── */
static const char *value_of(const dotenv_reader *reader, const char *name) {
    const dotenv_entry *entry = dotenv_find(&reader->result, name);
    if (entry)
        return entry->value;
    return reader->lookup ? reader->lookup(reader->data, name) : getenv(name);
}

static void expand_text(const dotenv_reader *reader, const char *text, size_t length, int depth,
                        dk_buf *value);

/* ${NAME}, ${NAME:-default}, ${NAME-default}; text points behind the "{". Returns what is read of it with its
 * "}", or 0 when it is not of that form and means itself. */
static size_t expand_braces(const dotenv_reader *reader, const char *text, size_t length, int depth,
                            dk_buf *value) {
    size_t name_end = 0, end, open = 1;
    while (name_end < length &&
           (is_name_start(text[name_end]) || (name_end && text[name_end] >= '0' && text[name_end] <= '9')))
        name_end++;
    for (end = name_end; end < length; end++) {
        if (text[end] == '{' && end && text[end - 1] == '$')
            open++;
        else if (text[end] == '}' && --open == 0)
            break;
    }
    if (!name_end || end == length)
        return 0;
    bool colon = text[name_end] == ':';
    const char *standard = text + name_end + colon;
    if (text + end != standard && *standard != '-')
        return 0;
    DK_AUTOFREE char *name = dk_strndup(text, name_end);
    const char *found = value_of(reader, name);
    if (found && (*found || !colon))
        dk_buf_add(value, found);
    else if (*standard == '-')
        expand_text(reader, standard + 1, (size_t)(text + end - standard - 1), depth + 1, value);
    return end + 1;
}

/* One "$…" at text[0]; returns how many bytes it took. */
static size_t expand_dollar(const dotenv_reader *reader, const char *text, size_t length, int depth,
                            dk_buf *value) {
    size_t used = 0;
    if (length > 1 && text[1] == '{') {
        used = expand_braces(reader, text + 2, length - 2, depth, value);
        if (used)
            return used + 2;
    } else {
        while (1 + used < length &&
               (is_name_start(text[1 + used]) || (used && text[1 + used] >= '0' && text[1 + used] <= '9')))
            used++;
        if (used) {
            DK_AUTOFREE char *name = dk_strndup(text + 1, used);
            const char *found = value_of(reader, name);
            dk_buf_add(value, found ? found : "");
            return used + 1;
        }
    }
    dk_buf_add_char(value, '$');
    return 1;
}

static void expand_text(const dotenv_reader *reader, const char *text, size_t length, int depth,
                        dk_buf *value) {
    enum { DEEPEST = 16 };
    for (size_t i = 0; i < length;) {
        if (text[i] == '$' && depth < DEEPEST) {
            i += expand_dollar(reader, text + i, length - i, depth, value);
        } else {
            dk_buf_add_char(value, text[i++]);
        }
    }
}

/* ── values ── */
static bool read_single(dotenv_reader *reader, dk_buf *value) {
    size_t start = ++reader->at;
    int line = reader->line;
    size_t line_start = reader->line_start;
    for (; peek(reader) != '\''; reader->at++) {
        if (peek(reader) == -1)
            return invalid(reader, start - 1, line, line_start, "a ' that is never closed");
        if (peek(reader) == '\n') {
            reader->line++;
            reader->line_start = reader->at + 1;
        }
    }
    dk_buf_append(value, reader->text + start, reader->at - start);
    reader->at++;
    return true;
}

/* What an escape means between double quotes; 0: the backslash is meant as itself. */
static char escaped(int character) {
    static const char pairs[][2] = {{'n', '\n'}, {'t', '\t'},  {'r', '\r'},
                                    {'"', '"'},  {'\\', '\\'}, {'$', '$'}};
    for (size_t i = 0; i < DK_COUNT(pairs); i++)
        if (pairs[i][0] == character)
            return pairs[i][1];
    return 0;
}

/* The end of the double-quoted value that begins at reader->at, or the length. */
static size_t find_closing(const dotenv_reader *reader) {
    size_t i = reader->at;
    while (i < reader->length && reader->text[i] != '"')
        i += reader->text[i] == '\\' && i + 1 < reader->length ? 2 : 1;
    return i;
}

static bool read_double(dotenv_reader *reader, dk_buf *value) {
    size_t opening = reader->at++;
    size_t closing = find_closing(reader);
    if (closing >= reader->length)
        return invalid(reader, opening, reader->line, reader->line_start, "a \" that is never closed");
    while (reader->at < closing) {
        char character = reader->text[reader->at];
        char meant = character == '\\' ? escaped(reader->text[reader->at + 1]) : 0;
        if (meant) {
            dk_buf_add_char(value, meant);
            reader->at += 2;
            continue;
        }
        if (character == '$') {
            reader->at += expand_dollar(reader, reader->text + reader->at, closing - reader->at, 0, value);
            continue;
        }
        reader->at++;
        if (character == '\r' && reader->text[reader->at] == '\n')
            continue; /* the file's line end, not the value's */
        dk_buf_add_char(value, character);
        if (character == '\n') {
            reader->line++;
            reader->line_start = reader->at;
        }
    }
    reader->at = closing + 1;
    return true;
}

/* Up to " #" or the end of the line, without white space at its end. */
static void read_plain(dotenv_reader *reader, dk_buf *value) {
    size_t start = reader->at;
    while (!at_line_end(reader)) {
        if (peek(reader) == '#' && reader->at > 0 && strchr(" \t", reader->text[reader->at - 1]))
            break;
        reader->at++;
    }
    size_t end = reader->at;
    while (end > start && (reader->text[end - 1] == ' ' || reader->text[end - 1] == '\t'))
        end--;
    reader->at = end;
    expand_text(reader, reader->text + start, end - start, 0, value);
}

static bool read_value(dotenv_reader *reader, dotenv_entry *entry) {
    int quote = peek(reader);
    DK_AUTO_BUF dk_buf value = {.limit = DOTENV_VALUE_LIMIT};
    entry->value_start = reader->at + reader->skipped;
    if (quote == '\'' || quote == '"') {
        entry->quote = (char)quote;
        if (quote == '\'' ? !read_single(reader, &value) : !read_double(reader, &value))
            return false;
    } else {
        read_plain(reader, &value);
    }
    entry->value_end = reader->at + reader->skipped;
    if (value.overflowed)
        return invalid_here(reader, "a value that expands beyond all measure");
    skip_blanks(reader);
    if (!at_line_end(reader) && peek(reader) != '#')
        return invalid_here(reader, "something after the closing quote");
    entry->value = dk_buf_detach(&value);
    return true;
}

/* ── lines ── */
static void skip_export(dotenv_reader *reader) {
    static const char word[] = "export";
    size_t length = strlen(word);
    if (reader->length - reader->at > length && memcmp(reader->text + reader->at, word, length) == 0 &&
        strchr(" \t", reader->text[reader->at + length])) {
        size_t back = reader->at;
        reader->at += length;
        skip_blanks(reader);
        if (peek(reader) == '=')
            reader->at = back; /* a variable named export */
    }
}

static bool read_assignment(dotenv_reader *reader, dotenv_entry *entry) {
    entry->line = reader->line;
    skip_export(reader);
    size_t start = reader->at;
    if (!is_name_start(peek(reader)))
        return invalid_here(reader, "a variable's name must begin with a letter or _");
    while (is_name_character(peek(reader)))
        reader->at++;
    entry->name = dk_strndup(reader->text + start, reader->at - start);
    skip_blanks(reader);
    if (peek(reader) != '=')
        return invalid_here(reader, at_line_end(reader) ? "a variable without a = and a value"
                                                        : "a = must follow the variable's name");
    reader->at++;
    skip_blanks(reader);
    return read_value(reader, entry);
}

static void release_entry(dotenv_entry *entry) {
    free(entry->name);
    free(entry->value);
}

static bool read_lines(dotenv_reader *reader) {
    while (reader->at < reader->length) {
        skip_blanks(reader);
        if (at_line_end(reader) || peek(reader) == '#') {
            skip_line(reader);
            continue;
        }
        dotenv_entry entry = {0};
        if (!read_assignment(reader, &entry)) {
            release_entry(&entry);
            return false;
        }
        dotenv_file *result = &reader->result;
        result->entries = dk_realloc_array(result->entries, result->count + 1, sizeof *result->entries);
        result->entries[result->count++] = entry;
        skip_line(reader);
    }
    return true;
}

bool dotenv_parse(const char *text, size_t length, const char *file, dotenv_lookup *lookup, void *data,
                  dotenv_file *result, dk_error *error) {
    size_t bom = length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    dotenv_reader reader = {.text = text + bom,
                            .length = length - bom,
                            .skipped = bom,
                            .line = 1,
                            .file = file,
                            .lookup = lookup,
                            .data = data,
                            .error = error};
    const char *nul = memchr(reader.text, '\0', reader.length);
    if (nul) {
        return dk_fail(error, DK_ERROR_USAGE, "dotenv-invalid", "%s: a NUL byte at offset %zu", file,
                       (size_t)(nul - text)) ||
               dk_error_hint(error, "a .env file is plain text in UTF-8");
    }
    if (!read_lines(&reader)) {
        dotenv_release(&reader.result);
        return false;
    }
    *result = reader.result;
    return true;
}

const dotenv_entry *dotenv_find(const dotenv_file *parsed, const char *name) {
    for (size_t i = parsed->count; i-- > 0;)
        if (strcmp(parsed->entries[i].name, name) == 0)
            return &parsed->entries[i];
    return NULL;
}

void dotenv_release(dotenv_file *parsed) {
    for (size_t i = 0; i < parsed->count; i++)
        release_entry(&parsed->entries[i]);
    free(parsed->entries);
    *parsed = (dotenv_file)DOTENV_INIT;
}
