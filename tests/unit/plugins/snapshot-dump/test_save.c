/* save.c: complete, or not there. */
#include "dump_lab.h"

static void one_archive(void **state) {
    (void)state;
    lab_do(lab.live, "CREATE TABLE t AS SELECT generate_series(1, 1000) i");
    json_t *entry = dump_try_save("one", NULL);
    lab_must(entry);
    assert_string_equal(dk_json_string(entry, "kind", ""), "dump");
    assert_string_equal(dk_json_string(entry, "note", ""), "all green");
    assert_string_equal(dk_json_string(entry, "database", ""), lab.live);
    assert_true(dk_json_bool(entry, "restorable", false));
    assert_true(dk_json_int(entry, "size_bytes", 0) > 1000);
    json_decref(entry);
    assert_int_equal(dump_count_files(), 1);
    DK_AUTOFREE char *path = dump_path(lab.context, "one", true, &lab.error);
    lab_must(tar_seal_check(path, &dump_sha256, NULL, &lab.error));
}

static void a_name_that_is_taken(void **state) {
    (void)state;
    DK_AUTOFREE char *path = dump_saved("one");
    assert_null(dump_try_save("one", NULL));
    assert_string_equal(lab.error.code, "snapshot-exists");
    assert_int_equal(dump_count_files(), 1);
}

/* pg_dump's own words reach the user, and nothing stays. */
static void pg_dump_fails(void **state) {
    (void)state;
    dk_snapshot_part part = {0};
    dk_strv_add(&part.tables, "no_such_table");
    assert_null(dump_try_save("one", &part));
    assert_string_equal(lab.error.code, "program-failed");
    assert_non_null(strstr(lab.error.detail, "no matching tables"));
    assert_int_equal(dump_count_files(), 0);
    dk_strv_release(&part.tables);
}

static void parts(void **state) {
    (void)state;
    dk_snapshot_part part = {.schema_only = true};
    lab_do(lab.live, "CREATE TABLE t AS SELECT generate_series(1, 1000) i");
    DK_AUTO_JSON json_t *entry = dump_try_save("schema", &part);
    lab_must(entry);
    assert_true(dk_json_bool(entry, "restorable", false));
    part = (dk_snapshot_part){0};
    dk_strv_add(&part.tables, "t");
    DK_AUTO_JSON json_t *table = dump_try_save("table", &part);
    lab_must(table);
    assert_false(dk_json_bool(table, "restorable", true));
    dk_strv_release(&part.tables);
}

static const struct CMUnitTest tests[] = {DUMP_TEST(one_archive), DUMP_TEST(a_name_that_is_taken),
                                          DUMP_TEST(pg_dump_fails), DUMP_TEST(parts)};

LAB_MAIN(tests)
