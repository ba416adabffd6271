/* The SQL splitter and the section finder: whatever the bytes, statements lie within the text, in order, and
 * each of them split alone is one statement again. */
#include <kit/pg/script_internal.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds) {
    if (!holds)
        abort();
}

static void check_alone(const char *text, const pg_statement *statement) {
    pg_script again;
    pg_split_failure failure = {0};
    require(pg_script_split_quietly(text + statement->start, statement->length, &again, &failure));
    require(again.count == 1);
    require(again.statements[0].start == 0 && again.statements[0].length == statement->length);
    pg_script_release(&again);
}

static void check_statements(const char *text, size_t length, const pg_script *script) {
    size_t end = 0;
    int line = 1;
    for (size_t i = 0; i < script->count; i++) {
        const pg_statement *statement = &script->statements[i];
        DK_AUTO_BUF dk_buf shown = DK_BUF_INIT;
        require(statement->length > 0 && statement->start >= end);
        end = statement->start + statement->length;
        require(end <= length && statement->line >= line && statement->column >= 1);
        line = statement->line;
        check_alone(text, statement);
        pg_excerpt(&shown, text, statement->start, statement->length,
                   statement->start + statement->length / 2, 1);
        require(shown.length > 0);
    }
}

static void check_sections(const char *text, size_t length) {
    pg_sections found;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    if (!pg_sections_find(text, length, &found, &error)) {
        require(dk_error_is(&error, "sql-sections"));
        return;
    }
    require(found.up_start + found.up_length <= length);
    require(found.down_start + found.down_length <= length);
    if (found.has_down)
        require(found.up_start + found.up_length <= found.down_start && found.down_line > found.up_line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const char *text = (const char *)data;
    pg_script script;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    if (pg_script_split(text, size, &script, &error)) {
        check_statements(text, size, &script);
        pg_script_release(&script);
    } else {
        require(dk_error_is(&error, "sql-unterminated"));
    }
    check_sections(text, size);
    DK_AUTOFREE char *copy = dk_strndup(text, size);
    require(!pg_fail_psql(copy, "x.sql", 1, &error));
    return 0;
}
