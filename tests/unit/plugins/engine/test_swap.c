/* swap.c: live → undo, new → live, in one transaction, whoever is connected. */
#include "lab.h"

static char *undo;

static bool swap_in(const char *incoming, const char *comment) {
    DK_AUTO_JSON json_t *own = json_pack("{s:i}", "n", 1);
    engine_swap swap = {.incoming = incoming, .own = own, .key = "KEY", .comment = comment};
    free(undo);
    undo = NULL;
    return engine_swap_in(lab_open(), &swap, &undo, &lab.error);
}

static int release(void **state) {
    free(undo);
    undo = NULL;
    return lab_teardown(state);
}

static const char *incoming(void) {
    const char *name = lab_make(ENGINE_BUILDING, "x", "{\"devkit\":1}");
    lab_do(name, "CREATE TABLE fresh ()");
    lab_do(lab.live, "CREATE TABLE mine ()");
    return name;
}

static void names_change_places(void **state) {
    (void)state;
    DK_AUTOFREE char *sql = dk_format("COMMENT ON DATABASE \"%s\" IS 'ours'", lab.live);
    run_sql(lab.admin, sql);
    lab_must(swap_in(incoming(), "new"));
    lab_expect(lab.live, "SELECT to_regclass('fresh')", "fresh");
    lab_expect(undo, "SELECT to_regclass('mine')", "mine");
    lab_expect(
        lab.live,
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()",
        "new");
    const json_t *note = engine_catalog_newest(lab_open(), ENGINE_UNDO)->note;
    assert_string_equal(dk_json_string(note, "comment", ""), "ours");
    assert_string_equal(dk_json_string(json_object_get(note, "successor"), "key", ""), "KEY");
    assert_int_equal(dk_json_int(engine_settings_live_own(&lab.session), "n", 0), 1);
    assert_int_equal(lab_count("building"), 0);
}

static void no_live_yet(void **state) {
    (void)state;
    const char *name = incoming();
    DK_AUTOFREE char *drop = dk_format("DROP DATABASE \"%s\"", lab.live);
    run_sql(lab.admin, drop);
    lab_must(swap_in(name, NULL));
    assert_null(undo);
    lab_expect(lab.live, "SELECT to_regclass('fresh')", "fresh");
}

static void sessions_in_both_are_ended(void **state) {
    (void)state;
    const char *name = incoming();
    PG_AUTO_CONNECTION pg_connection *in_live = pg_connect(&cluster.socket, lab.live, NULL, NULL);
    PG_AUTO_CONNECTION pg_connection *in_new = pg_connect(&cluster.socket, name, NULL, NULL);
    run_sql(in_live, "BEGIN; LOCK TABLE public.mine");
    lab_must(swap_in(name, NULL));
    assert_false(pg_run(in_live, "SELECT 1", NULL, NULL));
    assert_false(pg_run(in_new, "SELECT 1", NULL, NULL));
}

/* What can't be swapped is as it was, and the transaction is over. */
static void a_missing_newcomer_changes_nothing(void **state) {
    (void)state;
    incoming();
    lab_must_fail(swap_in("nowhere", NULL), "sql-failed");
    assert_string_equal(lab.error.sqlstate, "3D000");
    lab_expect(lab.live, "SELECT to_regclass('mine')", "mine");
    assert_int_equal(lab_count("undo"), 0);
    expect_answer(lab.session.work,
                  "SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND "
                  "locktype = 'object'",
                  "0");
}

static void passing_failures_are_tried_again(void **state) {
    (void)state;
    engine_session *session = lab_open();
    run_sql(lab.admin, "DROP SEQUENCE IF EXISTS public.tries; CREATE SEQUENCE public.tries");
    static const char sql[] =
        "BEGIN; DO $$ BEGIN IF nextval('public.tries') < 4 THEN RAISE EXCEPTION 'x' USING "
        "ERRCODE = 'XX000'; END IF; END $$; COMMIT";
    lab_must(engine_run_against_live(session, NULL, sql, &lab.error));
    expect_answer(lab.admin, "SELECT last_value FROM public.tries", "4");
}

static void held_by_sessions_that_stay(void **state) {
    (void)state;
    engine_session *session = lab_open();
    run_sql(lab.admin,
            "DO $$ BEGIN CREATE ROLE boss SUPERUSER LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END "
            "$$; ALTER ROLE app CREATEDB");
    dk_conninfo conninfo = DK_CONNINFO_INIT;
    dk_conninfo_copy(&conninfo, &cluster.socket);
    dk_conninfo_set(&conninfo, "user", "boss");
    PG_AUTO_CONNECTION pg_connection *boss = pg_connect(&conninfo, lab.live, NULL, &lab.error);
    dk_conninfo_release(&conninfo);
    lab_must(boss);
    lab_must(engine_ender(session, &lab.error));
    run_sql(session->work, "SET ROLE app");
    run_sql(session->ender, "SET ROLE app");
    session->busy_sessions = 1;
    DK_AUTO_BUF dk_buf sql = DK_BUF_INIT;
    engine_rename_sql(&sql, lab.live, "devkit_never");
    lab_must_fail(engine_run_against_live(session, NULL, dk_buf_text(&sql), &lab.error), "database-in-use");
    assert_contains(lab.error.detail, "boss");
    assert_contains(lab.error.hint, "GRANT pg_signal_backend TO \"app\"");
    run_sql(boss, "SELECT 1");
    assert_true(lab_exists(lab.live));
}

static void followers_refuse(void **state) {
    (void)state;
    lab_must(engine_swap_permitted(lab_open(), 0, &lab.error));
    PG_AUTO_CONNECTION pg_connection *inside = pg_connect(&cluster.socket, lab.live, NULL, &lab.error);
    lab_must(inside);
    run_sql(inside,
            "CREATE SUBSCRIPTION our_subscription CONNECTION 'dbname=none' PUBLICATION p WITH (connect = "
            "false, slot_name = NONE)");
    lab_must_fail(engine_swap_permitted(lab_open(), 0, &lab.error), "replication-follows");
    assert_int_equal(lab.error.error_class, DK_ERROR_REFUSED);
    assert_contains(lab.error.message, "our_subscription");
    lab_must(engine_swap_permitted(lab_open(), DK_ENGINE_FORCE, &lab.error));
    run_sql(inside, "DROP SUBSCRIPTION our_subscription");
}

#define SWAP_TEST(function) cmocka_unit_test_setup_teardown(function, lab_setup, release)
static const struct CMUnitTest tests[] = {
    SWAP_TEST(names_change_places),
    SWAP_TEST(no_live_yet),
    SWAP_TEST(sessions_in_both_are_ended),
    SWAP_TEST(a_missing_newcomer_changes_nothing),
    SWAP_TEST(passing_failures_are_tried_again),
    SWAP_TEST(held_by_sessions_that_stay),
    SWAP_TEST(followers_refuse),
};
LAB_MAIN(tests)
