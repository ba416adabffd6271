/* Rows of every table: counted where the dump was taken, in its own snapshot, and again where it was
 * restored. */
#include "dump.h"

#include <stdlib.h>
#include <string.h>

#define TABLES_AT_ONCE 100

static const char tables_query[] =
    "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = "
    "c.relnamespace"
    " WHERE c.relkind = 'r' AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'"
    " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid"
    " AND d.deptype = 'e') ORDER BY 1";
static const char objects_query[] = "SELECT count(*) FROM pg_largeobject_metadata";

static bool count_some(pg_connection *connection, const pg_result *tables, size_t first, json_t *rows,
                       dk_error *error) {
    DK_AUTO_BUF dk_buf sql = DK_BUF_INIT;
    PG_AUTO_RESULT pg_result *result = NULL;
    for (size_t row = first; row < first + TABLES_AT_ONCE && row < pg_rows(tables); row++) {
        const char *table = pg_value(tables, row, 0);
        dk_buf_add(&sql, row > first ? " UNION ALL SELECT " : "SELECT ");
        pg_quote_literal(&sql, table);
        dk_buf_addf(&sql, ", count(*) FROM ONLY %s", table);
    }
    if (!pg_run(connection, dk_buf_text(&sql), &result, error))
        return dk_error_prefix(error, "counting rows");
    for (size_t row = 0; row < pg_rows(result); row++)
        dk_json_set_int(rows, pg_value(result, row, 0), pg_int(result, row, 1));
    return true;
}

json_t *dump_rows_count(pg_connection *connection, dk_error *error) {
    PG_AUTO_RESULT pg_result *tables = NULL;
    PG_AUTO_RESULT pg_result *objects = NULL;
    json_t *rows = json_object();
    bool counted = pg_run(connection, tables_query, &tables, error) &&
                   pg_run(connection, objects_query, &objects, error);
    for (size_t first = 0; counted && first < pg_rows(tables); first += TABLES_AT_ONCE)
        counted = count_some(connection, tables, first, rows, error);
    if (counted && pg_int(objects, 0, 0) > 0)
        dk_json_set_int(rows, "large objects", pg_int(objects, 0, 0));
    if (counted)
        return rows;
    json_decref(rows);
    return NULL;
}

bool dump_rows_compare(const json_t *expected, const json_t *found, dk_buf *differences) {
    const char *table;
    json_t *value;
    json_object_foreach((json_t *)expected, table, value) {
        json_int_t wanted = json_integer_value(value);
        const json_t *there = json_object_get(found, table);
        if (!there)
            dk_buf_addf(differences, "%s: %lld rows expected, no such table\n", table, (long long)wanted);
        else if (json_integer_value(there) != wanted)
            dk_buf_addf(differences, "%s: %lld rows expected, %lld found\n", table, (long long)wanted,
                        (long long)json_integer_value(there));
    }
    dk_buf_trim_end(differences);
    return differences->length == 0;
}
