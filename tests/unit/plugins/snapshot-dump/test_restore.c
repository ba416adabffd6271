/* restore.c: what was saved, or nothing changed. */
#include "dump_lab.h"

static void there_and_back(void **state) {
    (void)state;
    lab_do(lab.live, "CREATE TABLE t AS SELECT generate_series(1, 5) i; CREATE VIEW v AS SELECT * FROM t");
    DK_AUTOFREE char *path = dump_saved("one");
    lab_do(lab.live, "DROP TABLE t CASCADE; CREATE TABLE mine ()");
    lab_must(dump_try_restore("one", 0));
    lab_expect(lab.live, "SELECT count(*) FROM v", "5");
    lab_expect(lab.live, "SELECT to_regclass('mine') IS NULL", "t");
    lab_expect(lab.live, "SELECT tableowner FROM pg_tables WHERE tablename = 't'", "app");
    assert_int_equal(lab_count("undo"), 1);
    assert_int_equal(dump_count_files(), 1);
}

static void with_another_owner(void **state) {
    (void)state;
    run_sql(lab.admin, "DO $$ BEGIN CREATE ROLE keeper; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
    PG_AUTO_CONNECTION pg_connection *admin =
        pg_connect(&cluster.socket, lab.live, &(pg_options){.plain = true}, &lab.error);
    lab_must(admin);
    run_sql(admin, "CREATE TABLE t (); ALTER TABLE t OWNER TO keeper");
    DK_AUTOFREE char *path = dump_saved("one");
    static const char query[] = "SELECT tableowner FROM pg_tables WHERE tablename = 't'";
    lab_must(dump_try_restore("one", 0));
    lab_expect(lab.live, query, "keeper");
    lab_must(dump_try_restore("one", DK_SNAPSHOT_NO_OWNER));
    lab_expect(lab.live, query, "app");
}

static void a_damaged_one_changes_nothing(void **state) {
    (void)state;
    lab_do(lab.live, "CREATE TABLE t ()");
    DK_AUTOFREE char *path = dump_saved("one");
    lab_do(lab.live, "CREATE TABLE mine ()");
    dump_damage(path, 1000);
    lab_must_fail(dump_try_restore("one", 0), "archive-damaged");
    lab_expect(lab.live, "SELECT to_regclass('mine')", "mine");
    assert_int_equal(lab_count("building"), 0);
}

/* Its sums are right, and its rows are not those of its own list. */
static void rows_that_are_missing(void **state) {
    (void)state;
    lab_do(lab.live, "CREATE TABLE t AS SELECT generate_series(1, 5) i");
    DK_AUTOFREE char *path = dump_saved("one");
    DUMP_AUTO_CONTENT dump_content content = DUMP_CONTENT_INIT;
    lab_must(dump_unpack(path, lab_progress, &content, &lab.error));
    DK_AUTO_BUF dk_buf dumped = DK_BUF_INIT;
    DK_AUTOFREE char *manifest = json_dumps(content.manifest, 0);
    lab_must(dk_file_read(content.path, 0, &dumped, &lab.error));
    assert_int_equal(unlink(path), 0);
    static const char rows[] = "{\"rows\": {\"public.t\": 6}}";
    tar_writer *writer = tar_writer_open(path, &dump_compression, &lab.error);
    lab_must(tar_writer_member(writer, DUMP_MANIFEST, manifest, strlen(manifest), &lab.error));
    lab_must(tar_writer_member(writer, DUMP_CONTENT "/000000", dumped.data, dumped.length, &lab.error));
    lab_must(tar_writer_member(writer, DUMP_ROWS, rows, strlen(rows), &lab.error));
    lab_must(tar_writer_finish(writer, NULL, &lab.error));
    lab_do(lab.live, "CREATE TABLE mine ()");
    lab_must_fail(dump_try_restore("one", 0), "restore-incomplete");
    assert_string_equal(lab.error.detail, "public.t: 6 rows expected, 5 found");
    lab_expect(lab.live, "SELECT to_regclass('mine')", "mine");
}

static void a_part_is_not_the_whole(void **state) {
    (void)state;
    dk_snapshot_part part = {0};
    lab_do(lab.live, "CREATE TABLE t ()");
    dk_strv_add(&part.tables, "t");
    DK_AUTO_JSON json_t *entry = dump_try_save("one", &part);
    lab_must(entry);
    lab_must_fail(dump_try_restore("one", 0), "not-restorable");
    lab_must_fail(dump_try_restore("two", 0), "no-such-snapshot");
    dk_strv_release(&part.tables);
}

static const struct CMUnitTest tests[] = {
    DUMP_TEST(there_and_back),
    DUMP_TEST(with_another_owner),
    DUMP_TEST(a_damaged_one_changes_nothing),
    DUMP_TEST(rows_that_are_missing),
    DUMP_TEST(a_part_is_not_the_whole),
};

LAB_MAIN(tests)
