/* Names and values in SQL text. */
#include <kit/pg/pg.h>

#include <string.h>

static void add_doubled(dk_buf *sql, const char *text, const char *doubled) {
    while (*text) {
        size_t plain = strcspn(text, doubled);
        dk_buf_append(sql, text, plain);
        text += plain;
        if (*text) {
            dk_buf_add_char(sql, *text);
            dk_buf_add_char(sql, *text++);
        }
    }
}

void pg_quote_identifier(dk_buf *sql, const char *name) {
    dk_buf_add_char(sql, '"');
    add_doubled(sql, name, "\"");
    dk_buf_add_char(sql, '"');
}

void pg_quote_table(dk_buf *sql, const char *table) {
    const char *dot = strchr(table, '.');
    if (dot) {
        DK_AUTOFREE char *schema = dk_strndup(table, (size_t)(dot - table));
        pg_quote_identifier(sql, schema);
        dk_buf_add_char(sql, '.');
        table = dot + 1;
    }
    pg_quote_identifier(sql, table);
}

void pg_quote_literal(dk_buf *sql, const char *text) {
    if (!text) {
        dk_buf_add(sql, "null");
        return;
    }
    /* E'…' reads the same whatever standard_conforming_strings says. */
    dk_buf_add(sql, strchr(text, '\\') ? "E'" : "'");
    add_doubled(sql, text, "'\\");
    dk_buf_add_char(sql, '\'');
}
