/* clone.c: creating, copying and renaming, whoever is in the way. */
#include "lab.h"

static void an_empty_one_is_like_the_live_one(void **state) {
    (void)state;
    static const char of[] = "SELECT concat_ws(' ', pg_encoding_to_char(encoding), datcollate, datctype, "
                             "pg_get_userbyid(datdba)) FROM pg_database WHERE datname = current_database()";
    DK_AUTOFREE char *sql = dk_format("DROP DATABASE \"%1$s\"", lab.live);
    run_sql(lab.admin, sql);
    DK_AUTOFREE char *create =
        dk_format("CREATE DATABASE \"%s\" OWNER app TEMPLATE template0 ENCODING LATIN1 "
                  "LC_COLLATE 'C' LC_CTYPE 'C'",
                  lab.live);
    run_sql(lab.admin, create);
    engine_session *session = lab_open();
    DK_AUTOFREE char *name = engine_name_unique(ENGINE_BUILDING, session->scope);
    lab_must(engine_create_empty(session, name, &lab.error));
    lab_expect(name, of, "LATIN1 C C app");
    run_sql(lab.admin, sql);
    session = lab_open();
    DK_AUTOFREE char *other = engine_name_unique(ENGINE_BUILDING, session->scope);
    lab_must(engine_create_empty(session, other, &lab.error));
    lab_expect(other, of, "UTF8 C C app");
}

static void copies_have_the_content(void **state) {
    (void)state;
    engine_session *session = lab_open();
    lab_do(lab.live, "CREATE TABLE t AS SELECT 7 AS n");
    static const int64_t sizes[] = {0, INT64_C(1) << 40}; /* by WAL, by files */
    for (size_t i = 0; i < DK_COUNT(sizes); i++) {
        DK_AUTOFREE char *name = engine_name_unique(ENGINE_BUILDING, session->scope);
        lab_must(engine_clone(session, lab.live, name, sizes[i], &lab.error));
        lab_expect(name, "SELECT n FROM t", "7");
    }
    lab_must_fail(engine_clone(session, "nowhere", "devkit_x", 0, &lab.error), "sql-failed");
    assert_contains(lab.error.message, "could not create a database to build in");
}

static void missing_rights_come_with_the_grant(void **state) {
    (void)state;
    engine_session *session = lab_open();
    run_sql(session->work, "SET ROLE app");
    lab_must_fail(engine_create_empty(session, "devkit_x", &lab.error), "sql-failed");
    assert_string_equal(lab.error.sqlstate, "42501");
    assert_contains(lab.error.hint, "ALTER ROLE \"app\" CREATEDB");
}

static void renames_end_the_sessions_in_the_way(void **state) {
    (void)state;
    const char *name = lab_make(ENGINE_SPARE, "x", NULL);
    engine_session *session = lab_open();
    PG_AUTO_CONNECTION pg_connection *inside = pg_connect(&cluster.socket, name, NULL, &lab.error);
    lab_must(inside);
    DK_AUTOFREE char *to = engine_name_unique(ENGINE_DOOMED, session->scope);
    DK_AUTO_JSON json_t *note = engine_note_new(ENGINE_DOOMED, lab.live);
    lab_must(engine_rename(session, name, to, note, &lab.error));
    assert_false(lab_exists(name));
    assert_true(lab_exists(to));
    assert_false(pg_run(inside, "SELECT 1", NULL, NULL));
    lab_must(engine_catalog_read(session, &lab.error));
    assert_string_equal(dk_json_string(engine_catalog_newest(session, ENGINE_DOOMED)->note, "kind", ""),
                        "doomed");
}

/* A failure that does not pass is not tried for 15 seconds, and leaves no open transaction. */
static void lasting_failures_end_at_once(void **state) {
    (void)state;
    engine_session *session = lab_open();
    int64_t begun = dk_now_ms();
    lab_must_fail(engine_rename(session, "nowhere", "devkit_y", NULL, &lab.error), "sql-failed");
    assert_string_equal(lab.error.sqlstate, "3D000");
    assert_true(dk_now_ms() - begun < 5000);
    run_sql(session->work, "SELECT 1");
    expect_answer(session->work,
                  "SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND relation = "
                  "'pg_database'::regclass",
                  "0");
}

static void patience_ends(void **state) {
    (void)state;
    engine_session *session = lab_open();
    session->patience_ms = 300;
    int64_t begun = dk_now_ms();
    static const char sql[] = "DO $$ BEGIN RAISE EXCEPTION 'busy' USING ERRCODE = '55006'; END $$";
    lab_must_fail(engine_run_patiently(session, lab.live, sql, &lab.error), "sql-failed");
    assert_in_range(dk_now_ms() - begun, 300, 5000);
}

static const struct CMUnitTest tests[] = {
    LAB_TEST(an_empty_one_is_like_the_live_one),  LAB_TEST(copies_have_the_content),
    LAB_TEST(missing_rights_come_with_the_grant), LAB_TEST(renames_end_the_sessions_in_the_way),
    LAB_TEST(lasting_failures_end_at_once),       LAB_TEST(patience_ends),
};
LAB_MAIN(tests)
