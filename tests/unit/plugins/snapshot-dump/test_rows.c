/* rows.c: every table's rows, and where they differ. */
#include "dump_lab.h"

static void counted(void **state) {
    (void)state;
    DUMP_AUTO_DATABASE dump_database database;
    lab_do(lab.live,
           "CREATE SCHEMA \"odd one\"; CREATE TABLE \"odd one\".\"it's\" AS SELECT generate_series(1, 3) i;"
           "CREATE TABLE parent (id int); CREATE TABLE child () INHERITS (parent);"
           "INSERT INTO child VALUES (1), (2);"
           "CREATE TABLE parted (id int) PARTITION BY RANGE (id);"
           "CREATE TABLE part PARTITION OF parted FOR VALUES FROM (0) TO (10);"
           "INSERT INTO parted VALUES (5); CREATE VIEW seen AS SELECT * FROM child;"
           "CREATE TEMPORARY TABLE gone (id int); SELECT lo_create(0)");
    lab_must(dump_connect(lab.context, NULL, &database, &lab.error));
    DK_AUTO_JSON json_t *rows = dump_rows_count(database.connection, &lab.error);
    lab_must(rows);
    static const struct {
        const char *table;
        int64_t rows;
    } expected[] = {{"\"odd one\".\"it's\"", 3},
                    {"public.parent", 0},
                    {"public.child", 2},
                    {"public.part", 1},
                    {"large objects", 1}};
    assert_int_equal(json_object_size(rows), DK_COUNT(expected));
    for (size_t i = 0; i < DK_COUNT(expected); i++)
        assert_int_equal(dk_json_int(rows, expected[i].table, -1), expected[i].rows);
}

static void more_than_fit_into_one_query(void **state) {
    (void)state;
    DUMP_AUTO_DATABASE dump_database database;
    lab_do(lab.live, "DO $$ BEGIN FOR i IN 1..250 LOOP EXECUTE format('CREATE TABLE t%s AS SELECT 1 x', i);"
                     " END LOOP; END $$");
    lab_must(dump_connect(lab.context, NULL, &database, &lab.error));
    DK_AUTO_JSON json_t *rows = dump_rows_count(database.connection, &lab.error);
    assert_int_equal(json_object_size(rows), 250);
}

static void compared(void **state) {
    (void)state;
    DK_AUTO_JSON json_t *expected = json_pack("{s:i,s:i,s:i}", "a", 1, "b", 2, "c", 3);
    DK_AUTO_JSON json_t *found = json_pack("{s:i,s:i,s:i}", "a", 1, "b", 1, "d", 9);
    DK_AUTO_BUF dk_buf differences = DK_BUF_INIT;
    assert_true(dump_rows_compare(expected, expected, &differences));
    assert_false(dump_rows_compare(expected, found, &differences));
    assert_string_equal(dk_buf_text(&differences),
                        "b: 2 rows expected, 1 found\nc: 3 rows expected, no such table");
}

static const struct CMUnitTest tests[] = {DUMP_TEST(counted), DUMP_TEST(more_than_fit_into_one_query),
                                          cmocka_unit_test(compared)};

LAB_MAIN(tests)
