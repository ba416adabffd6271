/* Looks through a script for statements that act outside the database they run in: built aside, they would
 * change the live database at once, or fail the second time. What hides in a DO block counts as guarded; what
 * hides elsewhere, the engine sees afterwards. */
#include "migrate.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define WORD_SIZE 128
#define WORDS_READ 64

static const char use_current_database[] =
    "use the database it runs in: DO $$ BEGIN EXECUTE format('… DATABASE %I …', current_database()); END $$; "
    "or set [reset] mode = \"in-place\"";
static const char guard_role[] =
    "roles belong to the whole server: guard it with DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE "
    "rolname = '…') THEN CREATE ROLE …; END IF; END $$; or set [reset] mode = \"in-place\"";

/* A statement's first words; "@" is the live database's name, "*" any words. */
static const struct {
    const char *words[6];
    const char *hint;
} patterns[] = {
    {{"alter", "database", "@"}, use_current_database},
    {{"comment", "on", "database", "@"}, use_current_database},
    {{"grant", "*", "on", "database", "*", "@"}, use_current_database},
    {{"revoke", "*", "on", "database", "*", "@"}, use_current_database},
    {{"create", "role"}, guard_role},
    {{"create", "user"}, guard_role},
    {{"create", "group"}, guard_role},
    {{"create", "tablespace"},
     "make the tablespace once, outside the migrations, or set [reset] mode = \"in-place\""},
    {{"alter", "system"}, "set it in [server.local] settings, or set [reset] mode = \"in-place\""},
    {{"create", "subscription"},
     "make the subscription outside the migrations, or set [reset] mode = \"in-place\""},
};

typedef struct words_reader {
    const char *at;
    const char *end;
} words_reader;

/* Blanks and comments; nested comments as PostgreSQL has them. */
static void skip_space(words_reader *reader) {
    int depth = 0;
    while (reader->at < reader->end) {
        const char *at = reader->at;
        bool pair = at + 1 < reader->end;
        if (pair && at[0] == '/' && at[1] == '*') {
            depth++;
            reader->at += 2;
        } else if (depth > 0 && pair && at[0] == '*' && at[1] == '/') {
            depth--;
            reader->at += 2;
        } else if (depth > 0 || isspace((unsigned char)*at)) {
            reader->at++;
        } else if (pair && at[0] == '-' && at[1] == '-') {
            while (reader->at < reader->end && *reader->at != '\n')
                reader->at++;
        } else {
            return;
        }
    }
}

static bool is_word_character(char character) {
    return isalnum((unsigned char)character) || character == '_' || character == '$' || (character & 0x80);
}

/* The next word: unquoted folded to lower case, "quoted" as it is, anything else one character. */
static bool next_word(words_reader *reader, char *word) {
    skip_space(reader);
    if (reader->at >= reader->end)
        return false;
    size_t length = 0;
    bool quoted = *reader->at == '"';
    if (!quoted && !is_word_character(*reader->at)) {
        word[0] = *reader->at++;
        word[1] = '\0';
        return true;
    }
    reader->at += quoted;
    while (reader->at < reader->end) {
        char character = *reader->at;
        if (quoted && character == '"' && (reader->at + 1 == reader->end || reader->at[1] != '"'))
            break;
        if (!quoted && !is_word_character(character))
            break;
        reader->at += 1 + (quoted && character == '"');
        if (length + 1 < WORD_SIZE)
            word[length++] = quoted ? character : (char)tolower((unsigned char)character);
    }
    reader->at += quoted && reader->at < reader->end;
    word[length] = '\0';
    return true;
}

static bool word_matches(const char *pattern, const char *word, const char *live) {
    return dk_streq(pattern[0] == '@' ? live : pattern, word);
}

static bool matches(size_t row, char (*words)[WORD_SIZE], size_t count, const char *live) {
    size_t at = 0;
    bool any = false;
    for (size_t i = 0; i < DK_COUNT(patterns[row].words) && patterns[row].words[i]; i++) {
        const char *pattern = patterns[row].words[i];
        if (pattern[0] == '*') {
            any = true;
            continue;
        }
        while (any && at < count && !word_matches(pattern, words[at], live))
            at++;
        if (at >= count || !word_matches(pattern, words[at], live))
            return false;
        at++;
        any = false;
    }
    /* CREATE USER MAPPING is about this database's foreign servers. */
    return !(count > 2 && dk_streq(words[1], "user") && dk_streq(words[2], "mapping"));
}

static bool refuse(dk_error *error, const char *shown_path, int line, const char *what, const char *hint) {
    dk_fail(error, DK_ERROR_FAILED, "acts-outside-database",
            "%s:%d: %s acts outside the database being built", shown_path, line, what);
    dk_error_detail(error, "devkit builds in a database of its own; this statement would change the live one "
                           "or the whole server");
    return dk_error_hint(error, "%s", hint);
}

/* The pattern's words as they are shown: "ALTER DATABASE". */
static void show_pattern(size_t row, dk_buf *text) {
    for (size_t i = 0; i < DK_COUNT(patterns[row].words) && patterns[row].words[i]; i++) {
        const char *word = patterns[row].words[i];
        if (word[0] == '@')
            continue;
        dk_buf_addf(text, "%s", text->length ? " " : "");
        for (; *word; word++)
            if (*word == '*')
                dk_buf_add(text, "…");
            else
                dk_buf_add_char(text, (char)toupper((unsigned char)*word));
    }
    /* "… ON DATABASE …" has its names behind it. */
    if (dk_ends_with(dk_buf_text(text), " …"))
        dk_buf_truncate(text, text->length - strlen(" …"));
}

static bool scan_statement(const char *text, size_t length, const char *live, const char *shown_path,
                           int line, dk_error *error) {
    char words[WORDS_READ][WORD_SIZE];
    size_t count = 0;
    words_reader reader = {text, text + length};
    while (count < WORDS_READ && next_word(&reader, words[count]))
        count++;
    for (size_t row = 0; row < DK_COUNT(patterns); row++) {
        if (!matches(row, words, count, live))
            continue;
        DK_AUTO_BUF dk_buf what = DK_BUF_INIT;
        show_pattern(row, &what);
        return refuse(error, shown_path, line, dk_buf_text(&what), patterns[row].hint);
    }
    return true;
}

/* psql's \connect leaves the database for another one. */
static bool scan_connect(const char *text, size_t length, const char *shown_path, int line, dk_error *error) {
    const char *end = text + length;
    while (text < end) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        const char *line_end = newline ? newline : end;
        const char *word = text;
        while (word < line_end && isblank((unsigned char)*word))
            word++;
        size_t word_length = 0;
        while (word + word_length < line_end && !isspace((unsigned char)word[word_length]))
            word_length++;
        if ((word_length == 2 && strncmp(word, "\\c", 2) == 0) ||
            (word_length == 8 && strncmp(word, "\\connect", 8) == 0))
            return refuse(error, shown_path, line, "\\connect",
                          "take it out: devkit connects to the right database");
        text = line_end + 1;
        line++;
    }
    return true;
}

bool migrate_scan(const char *text, size_t length, const char *live, const char *shown_path, int first_line,
                  dk_error *error) {
    pg_script script = {0};
    /* What can't be split is reported with its place when it runs. */
    if (!pg_script_split(text, length, &script, NULL))
        return true;
    int offset = first_line > 0 ? first_line - 1 : 0;
    bool fine = !script.needs_psql || scan_connect(text, length, shown_path, offset + 1, error);
    for (size_t i = 0; fine && i < script.count; i++) {
        const pg_statement *statement = &script.statements[i];
        fine = scan_statement(text + statement->start, statement->length, live, shown_path,
                              offset + statement->line, error);
    }
    pg_script_release(&script);
    return fine;
}
