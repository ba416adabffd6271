/* Splits SQL text into statements without a server.
 *
 * Follows the lexical rules of PostgreSQL (https://www.postgresql.org/docs/current/sql-syntax-lexical.html,
 * with standard_conforming_strings on) and psql's way of telling where a statement ends: a semicolon outside
 * parentheses and outside the BEGIN ATOMIC … END body of a function. */
#include "split_internal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define STATEMENT_WORDS 4 /* words at a statement's start that decide what it is */

typedef struct lexer {
    const char *text;
    size_t length, at;
    pg_split_failure *failure;
    /* of the current statement */
    size_t start, end; /* end: behind its last character that is neither space nor comment */
    bool started;
    char words[STATEMENT_WORDS]; /* first letters, lower case */
    int word_count;
    int parentheses, bodies;
    bool copy, after_from, from_stdin;
} lexer;

static bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}
static bool is_word_start(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}
static bool is_word(char c) {
    return is_word_start(c) || (c >= '0' && c <= '9') || c == '$';
}
static char peek(const lexer *lex, size_t ahead) {
    return lex->at + ahead < lex->length ? lex->text[lex->at + ahead] : '\0';
}

static bool fail_at(lexer *lex, size_t position, const char *what) {
    *lex->failure = (pg_split_failure){.position = position, .what = what};
    return false;
}

/* ── comments, quotes ── */

static void skip_line_comment(lexer *lex) {
    const char *newline = memchr(lex->text + lex->at, '\n', lex->length - lex->at);
    lex->at = newline ? (size_t)(newline - lex->text) : lex->length;
}

static bool skip_block_comment(lexer *lex) {
    size_t opened = lex->at;
    int depth = 0;
    do {
        if (lex->at >= lex->length)
            return fail_at(lex, opened, "unclosed comment /* …");
        if (peek(lex, 0) == '/' && peek(lex, 1) == '*')
            depth++, lex->at += 2;
        else if (peek(lex, 0) == '*' && peek(lex, 1) == '/')
            depth--, lex->at += 2;
        else
            lex->at++;
    } while (depth > 0);
    return true;
}

/* From the opening quote to behind the closing one. */
static bool skip_quoted(lexer *lex, char quote, bool backslashes) {
    size_t opened = lex->at++;
    while (lex->at < lex->length) {
        char c = lex->text[lex->at++];
        if (c == '\\' && backslashes)
            lex->at++;
        else if (c == quote && peek(lex, 0) == quote)
            lex->at++;
        else if (c == quote)
            return true;
    }
    lex->at = lex->length;
    return fail_at(lex, opened, quote == '"' ? "unclosed quoted identifier \"…" : "unclosed string '…");
}

/* 'a' NEWLINE 'b' is one string, and the second part of E'a' has escapes too. */
static bool continues_on_next_line(lexer *lex) {
    size_t saved = lex->at;
    bool newline = false;
    for (;;) {
        if (lex->at < lex->length && is_space(lex->text[lex->at]))
            newline |= lex->text[lex->at++] == '\n';
        else if (peek(lex, 0) == '-' && peek(lex, 1) == '-')
            skip_line_comment(lex);
        else
            break;
    }
    if (newline && peek(lex, 0) == '\'')
        return true;
    lex->at = saved;
    return false;
}

static bool skip_escape_string(lexer *lex) {
    do {
        if (!skip_quoted(lex, '\'', true))
            return false;
    } while (continues_on_next_line(lex));
    return true;
}

/* At a '$': $tag$…$tag$, or a parameter such as $1. */
static bool skip_dollar(lexer *lex) {
    size_t opened = lex->at, end = lex->at + 1;
    if (end < lex->length && is_word_start(lex->text[end]))
        while (end < lex->length && is_word(lex->text[end]) && lex->text[end] != '$')
            end++;
    if (end >= lex->length || lex->text[end] != '$') {
        lex->at++;
        return true;
    }
    size_t tag_length = end + 1 - opened;
    const char *from = lex->text + opened + tag_length;
    const char *close = memmem(from, lex->length - opened - tag_length, lex->text + opened, tag_length);
    if (!close) {
        lex->at = lex->length;
        return fail_at(lex, opened, "unclosed dollar-quoted string $…$");
    }
    lex->at = (size_t)(close - lex->text) + tag_length;
    return true;
}

/* ── words ── */

static bool word_is(const char *word, size_t length, const char *wanted) {
    return length == strlen(wanted) && strncasecmp(word, wanted, length) == 0;
}

/* CREATE [OR REPLACE] FUNCTION or PROCEDURE, told by first letters as psql does. */
static bool creates_routine(const lexer *lex) {
    const char *words = lex->words;
    if (lex->word_count < 2 || words[0] != 'c')
        return false;
    if (words[1] == 'f' || words[1] == 'p')
        return true;
    return lex->word_count >= 4 && words[1] == 'o' && words[2] == 'r' && (words[3] == 'f' || words[3] == 'p');
}

static void note_word(lexer *lex, const char *word, size_t length) {
    if (lex->word_count < STATEMENT_WORDS)
        lex->words[lex->word_count] = (char)(*word | 0x20);
    if (lex->word_count++ == 0)
        lex->copy = word_is(word, length, "copy");
    if (lex->copy && lex->parentheses == 0) {
        lex->from_stdin |= lex->after_from && word_is(word, length, "stdin");
        lex->after_from = word_is(word, length, "from");
    }
    if (lex->parentheses > 0 || !creates_routine(lex))
        return;
    if (word_is(word, length, "begin") || (lex->bodies > 0 && word_is(word, length, "case")))
        lex->bodies++;
    else if (lex->bodies > 0 && word_is(word, length, "end"))
        lex->bodies--;
}

static bool skip_word(lexer *lex) {
    const char *word = lex->text + lex->at;
    while (lex->at < lex->length && is_word(lex->text[lex->at]))
        lex->at++;
    size_t length = (size_t)(lex->text + lex->at - word);
    if (length == 1 && (*word == 'e' || *word == 'E') && peek(lex, 0) == '\'')
        return skip_escape_string(lex);
    note_word(lex, word, length);
    return true;
}

/* ── statements ── */

static bool skip_token(lexer *lex) {
    char c = lex->text[lex->at];
    if (c == '\'' || c == '"')
        return skip_quoted(lex, c, false);
    if (c == '$')
        return skip_dollar(lex);
    if (is_word(c))
        return skip_word(lex);
    if (c == '(')
        lex->parentheses++;
    else if (c == ')' && lex->parentheses > 0)
        lex->parentheses--;
    lex->at++;
    return true;
}

static void begin_statement(lexer *lex) {
    lex->started = false;
    lex->word_count = 0;
    lex->parentheses = lex->bodies = 0;
    lex->copy = lex->after_from = lex->from_stdin = false;
}

static void add_statement(lexer *lex, pg_script *script, pg_line_counter *lines, size_t *capacity) {
    if (!lex->started)
        return;
    if (script->count == *capacity) {
        *capacity = *capacity ? 2 * *capacity : 16;
        script->statements = dk_realloc_array(script->statements, *capacity, sizeof *script->statements);
    }
    pg_statement *added = &script->statements[script->count++];
    *added = (pg_statement){.start = lex->start, .length = lex->end - lex->start};
    pg_lines_at(lines, lex->start, &added->line, &added->column);
    if (lex->from_stdin && !script->needs_psql) {
        script->needs_psql = true;
        script->psql_line = added->line;
    }
}

/* A byte order mark: at the start of the text, or where files were put together. */
static bool at_mark(const lexer *lex) {
    return peek(lex, 0) == '\xEF' && peek(lex, 1) == '\xBB' && peek(lex, 2) == '\xBF';
}

/* One step: a space, a comment, a semicolon or a token. False at an error. */
static bool step(lexer *lex, bool *ended) {
    char c = lex->text[lex->at];
    *ended = false;
    if (is_space(c)) {
        lex->at++;
        return true;
    }
    if (!lex->started && at_mark(lex)) {
        lex->at += 3;
        return true;
    }
    if (c == '-' && peek(lex, 1) == '-') {
        skip_line_comment(lex);
        return true;
    }
    if (c == '/' && peek(lex, 1) == '*')
        return skip_block_comment(lex);
    if (c == ';' && lex->parentheses == 0 && lex->bodies == 0) {
        *ended = true;
        lex->at++;
        return true;
    }
    if (c == '\0')
        return fail_at(lex, lex->at, "a NUL byte, which no SQL text holds (is the file UTF-16?)");
    if (!lex->started) {
        lex->started = true;
        lex->start = lex->at;
    }
    bool ok = skip_token(lex);
    lex->end = lex->at;
    return ok;
}

bool pg_script_split_quietly(const char *text, size_t length, pg_script *script, pg_split_failure *failure) {
    *script = (pg_script){0};
    lexer lex = {.text = text, .length = length, .failure = failure};
    pg_line_counter lines = pg_lines_begin(text, length);
    size_t capacity = 0;
    begin_statement(&lex);
    while (lex.at < length) {
        bool ended;
        if (text[lex.at] == '\\') {
            /* What follows is psql's language, not SQL. */
            script->needs_psql = true;
            pg_lines_at(&lines, lex.at, &script->psql_line, NULL);
            break;
        }
        if (!step(&lex, &ended)) {
            pg_lines_at(&lines, failure->position, &failure->line, &failure->column);
            pg_script_release(script);
            return false;
        }
        if (ended) {
            add_statement(&lex, script, &lines, &capacity);
            begin_statement(&lex);
            if (script->needs_psql)
                return true; /* behind it is data */
        }
    }
    add_statement(&lex, script, &lines, &capacity);
    return true;
}

bool pg_script_split(const char *text, size_t length, pg_script *script, dk_error *error) {
    pg_split_failure failure = {0};
    if (pg_script_split_quietly(text, length, script, &failure))
        return true;
    return dk_fail(error, DK_ERROR_FAILED, "sql-unterminated", "%d:%d: %s", failure.line, failure.column,
                   failure.what);
}

void pg_script_release(pg_script *script) {
    free(script->statements);
    *script = (pg_script){0};
}
