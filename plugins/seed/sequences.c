/* After a CSV file brought its own ids, the sequences behind them still stand at 1, and the application's
 * first insert would collide. */
#include "seed.h"

/* $1 is the table as text for regclass. Descending sequences are left alone: nobody seeds those. */
static const char find_sequences[] =
    "select a.attname, pg_catalog.pg_get_serial_sequence($1, a.attname) "
    "from pg_catalog.pg_attribute a "
    "where a.attrelid = $1::pg_catalog.regclass and a.attnum > 0 and not a.attisdropped "
    "and exists (select from pg_catalog.pg_depend d join pg_catalog.pg_sequence s on s.seqrelid = d.objid "
    "where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid = a.attrelid "
    "and d.refobjsubid = a.attnum and d.deptype in ('a', 'i') and s.seqincrement > 0)";

void seed_sequence_sql(dk_buf *sql, const char *table, const char *column, const char *sequence) {
    dk_buf_add(sql, "select pg_catalog.setval(");
    pg_quote_literal(sql, sequence);
    dk_buf_add(sql, ", top) from (select max(");
    pg_quote_identifier(sql, column);
    dk_buf_addf(sql, ")::bigint as top from %s) highest where top >= (select last_value from %s);", table,
                sequence);
}

bool seed_raise_sequences(pg_connection *connection, const char *table, dk_error *error) {
    DK_AUTO_BUF dk_buf quoted = DK_BUF_INIT;
    DK_AUTO_BUF dk_buf sql = DK_BUF_INIT;
    PG_AUTO_RESULT pg_result *found = NULL;
    pg_quote_table(&quoted, table);
    const char *parameters[] = {dk_buf_text(&quoted)};
    if (!pg_query(connection, find_sequences, parameters, 1, &found, error))
        return false;
    for (size_t row = 0; row < pg_rows(found); row++)
        if (pg_value(found, row, 1))
            seed_sequence_sql(&sql, dk_buf_text(&quoted), pg_value(found, row, 0), pg_value(found, row, 1));
    return sql.length == 0 || pg_run(connection, dk_buf_text(&sql), NULL, error);
}
