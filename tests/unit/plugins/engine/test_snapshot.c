/* snapshot.c: a copy of the live database, with what a copy does not carry. */
#include "lab.h"

static char *keep(const char *name) {
    char *database = NULL;
    DK_AUTO_JSON json_t *note = json_pack("{s:s,s:s}", "name", name, "note", "mine");
    lab_close();
    lab_must(engine_keep(lab.context, note, 0, &database, &lab.error));
    return database;
}

static void a_copy_with_its_settings(void **state) {
    (void)state;
    lab_do(lab.live, "CREATE TABLE mine AS SELECT generate_series(1, 7) AS id");
    DK_AUTOFREE char *set = dk_format("ALTER DATABASE \"%s\" SET work_mem = '3MB'", lab.live);
    run_sql(lab.admin, set);
    DK_AUTOFREE char *database = keep("one");
    assert_int_equal(lab_count("snapshot"), 1);
    assert_int_equal(lab_count("building"), 0);
    lab_expect(database, "SELECT count(*) FROM mine", "7");
    lab_expect(database, "SHOW work_mem", "4MB"); /* not carried; in the note */
    engine_session *session = lab_open();
    const engine_database *kept = engine_catalog_named(session, database);
    assert_int_equal(kept->kind, ENGINE_SNAPSHOT);
    assert_string_equal(dk_json_string(json_object_get(kept->note, "snapshot"), "note", ""), "mine");
    DK_AUTOFREE char *settings = json_dumps(json_object_get(kept->note, "settings"), JSON_COMPACT);
    assert_non_null(strstr(settings, "work_mem"));
}

static void somebody_is_in_it(void **state) {
    (void)state;
    DK_AUTOFREE char *sql = dk_format("SELECT count(*) FROM pg_stat_activity WHERE datname = '%s'", lab.live);
    PG_AUTO_CONNECTION pg_connection *client =
        pg_connect(&cluster.socket, lab.live, &(pg_options){.plain = true}, &lab.error);
    lab_must(client);
    DK_AUTOFREE char *database = keep("one");
    expect_answer(lab.admin, sql, "0");
    assert_false(pg_run(client, "SELECT 1", NULL, NULL));
}

static void a_name_that_is_taken(void **state) {
    (void)state;
    char *database = NULL;
    DK_AUTO_JSON json_t *note = json_pack("{s:s}", "name", "one");
    DK_AUTOFREE char *first = keep("one");
    lab_must_fail(engine_keep(lab.context, note, 0, &database, &lab.error), "snapshot-exists");
    assert_null(database);
    assert_int_equal(lab_count("snapshot"), 1);
}

/* What the user keeps is none of the things that devkit may throw away. */
static void beyond_all_limits(void **state) {
    (void)state;
    DK_AUTO_STRV dk_strv removed = DK_STRV_INIT;
    DK_AUTOFREE char *database = keep("one");
    lab_must(engine_collect(lab.context, true, false, &removed, &lab.error));
    assert_false(dk_strv_contains(&removed, database));
    assert_int_equal(lab_count("snapshot"), 1);
    assert_int_equal(engine_kept_size(lab_open()), 0);
    lab_close();
    DK_AUTO_JSON json_t *list = engine_list(lab.context, &lab.error);
    const json_t *entry = json_array_get(list, 0);
    assert_string_equal(dk_json_string(entry, "kind", ""), "snapshot");
    assert_true(dk_json_bool(entry, "usable", false));
    assert_string_equal(dk_json_string(json_object_get(entry, "note"), "name", ""), "one");
}

static void forgotten(void **state) {
    (void)state;
    DK_AUTOFREE char *database = keep("one");
    lab_must(engine_forget(lab.context, database, &lab.error));
    assert_int_equal(lab_count("snapshot"), 0);
    assert_int_equal(lab_count("doomed"), 1); /* the worker's */
    lab_must_fail(engine_forget(lab.context, database, &lab.error), "no-such-snapshot");
    lab_must_fail(engine_forget(lab.context, lab.live, &lab.error), "no-such-snapshot");
    lab_expect(lab.live, "SELECT 1", "1");
}

static void its_weight(void **state) {
    (void)state;
    dk_engine_weight weight = {0};
    lab_must(engine_weigh(lab.context, &weight, &lab.error));
    assert_in_range(weight.size_bytes, 1000000, 100000000);
    assert_in_range(weight.copy_ms, 1, 1000);
    assert_int_equal(weight.sessions, 0);
    PG_AUTO_CONNECTION pg_connection *client =
        pg_connect(&cluster.socket, lab.live, &(pg_options){.plain = true}, &lab.error);
    lab_must(client);
    lab_must(engine_weigh(lab.context, &weight, &lab.error));
    assert_int_equal(weight.sessions, 1);
}

static void no_live_database(void **state) {
    (void)state;
    char *database = NULL;
    dk_engine_weight weight = {0};
    DK_AUTO_JSON json_t *note = json_pack("{s:s}", "name", "one");
    DK_AUTOFREE char *drop = dk_format("DROP DATABASE \"%s\"", lab.live);
    run_sql(lab.admin, drop);
    lab_must_fail(engine_keep(lab.context, note, 0, &database, &lab.error), "database-missing");
    lab_must_fail(engine_weigh(lab.context, &weight, &lab.error), "database-missing");
}

static const struct CMUnitTest tests[] = {
    LAB_TEST(a_copy_with_its_settings), LAB_TEST(somebody_is_in_it), LAB_TEST(a_name_that_is_taken),
    LAB_TEST(beyond_all_limits),        LAB_TEST(forgotten),         LAB_TEST(its_weight),
    LAB_TEST(no_live_database),
};

LAB_MAIN(tests)
