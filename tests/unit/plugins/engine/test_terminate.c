/* terminate.c: ending the sessions of a database, one by one. */
#include "lab.h"

static pg_connection *client(const char *user) {
    dk_conninfo conninfo = DK_CONNINFO_INIT;
    dk_conninfo_copy(&conninfo, &cluster.socket);
    dk_conninfo_set(&conninfo, "user", user);
    dk_conninfo_set(&conninfo, "application_name", "the client");
    pg_connection *connection = pg_connect(&conninfo, lab.live, &(pg_options){.plain = true}, &lab.error);
    dk_conninfo_release(&conninfo);
    lab_must(connection);
    return connection;
}

static void holders(void **state) {
    (void)state;
    engine_session *session = lab_open();
    PG_AUTO_CONNECTION pg_connection *inside = client("app");
    PG_AUTO_RESULT pg_result *rows = NULL;
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    lab_must(engine_holders(session->work, lab.live, &rows, &lab.error));
    assert_int_equal(pg_rows(rows), 1);
    engine_describe_holders(rows, &text);
    DK_AUTOFREE char *expected =
        dk_format("pid %d: app, the client, from this machine", pg_backend_pid(inside));
    assert_string_equal(dk_buf_text(&text), expected);
}

/* A plain role sees little of the others' sessions, but that they are there. */
static void holders_as_a_plain_role(void **state) {
    (void)state;
    engine_session *session = lab_open();
    PG_AUTO_CONNECTION pg_connection *inside = client("postgres");
    assert_non_null(inside);
    PG_AUTO_RESULT pg_result *rows = NULL;
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    run_sql(session->work, "SET ROLE app");
    lab_must(engine_holders(session->work, lab.live, &rows, &lab.error));
    assert_int_equal(pg_rows(rows), 1);
    engine_describe_holders(rows, &text);
    assert_contains(dk_buf_text(&text), "postgres");
}

static void all_are_ended(void **state) {
    (void)state;
    engine_session *session = lab_open();
    PG_AUTO_CONNECTION pg_connection *one = client("app");
    PG_AUTO_CONNECTION pg_connection *two = client("postgres");
    DK_AUTO_BUF dk_buf refused = DK_BUF_INIT;
    lab_must(engine_clear_sessions(session, session->work, lab.live, 5000, &refused, &lab.error));
    assert_int_equal(refused.length, 0);
    assert_false(pg_run(one, "SELECT 1", NULL, NULL));
    assert_false(pg_run(two, "SELECT 1", NULL, NULL));
    PG_AUTO_RESULT pg_result *rows = NULL;
    lab_must(engine_holders(session->work, lab.live, &rows, &lab.error));
    assert_int_equal(pg_rows(rows), 0);
    run_sql(lab.admin, "SELECT 1"); /* in another database */
}

/* One that may not be ended keeps none of the others alive. */
static void refused_ones_are_named(void **state) {
    (void)state;
    engine_session *session = lab_open();
    PG_AUTO_CONNECTION pg_connection *theirs = client("postgres");
    PG_AUTO_CONNECTION pg_connection *ours = client("app");
    DK_AUTO_BUF dk_buf refused = DK_BUF_INIT;
    run_sql(session->work, "SET ROLE app");
    lab_must(engine_end_sessions(session, session->work, lab.live, &refused, &lab.error));
    assert_contains(dk_buf_text(&refused), "role \"app\" may not end the session of \"postgres\"");
    run_sql(theirs, "SELECT 1");
    bool ended = false;
    for (int i = 0; i < 500 && !ended; i++) {
        ended = !pg_run(ours, "SELECT 1", NULL, NULL);
        usleep(10 * 1000);
    }
    assert_true(ended);
    int64_t begun = dk_now_ms();
    lab_must(engine_clear_sessions(session, session->work, lab.live, 3000, &refused, &lab.error));
    assert_true(dk_now_ms() - begun < 2500); /* not worth all the patience */
}

static const struct CMUnitTest tests[] = {
    LAB_TEST(holders),
    LAB_TEST(holders_as_a_plain_role),
    LAB_TEST(all_are_ended),
    LAB_TEST(refused_ones_are_named),
};
LAB_MAIN(tests)
