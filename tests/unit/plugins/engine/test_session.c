/* session.c: connections and locks. */
#include "lab.h"

static void opened(void **state) {
    (void)state;
    engine_session *session = lab_open();
    assert_string_equal(session->live, lab.live);
    assert_string_equal(session->role, "app");
    assert_string_equal(session->variable, "DATABASE_URL");
    assert_true(session->locked && session->superuser);
    expect_answer(session->work, "SELECT current_database()", "postgres");
    expect_answer(session->work, "SHOW statement_timeout", "0");
    assert_null(session->ender);
    lab_must(engine_ender(session, &lab.error));
    pg_connection *ender = session->ender;
    lab_must(engine_ender(session, &lab.error));
    assert_ptr_equal(session->ender, ender);
}

/* A lock is free as soon as its session is gone: no pid, no file. */
static void locks_die_with_their_session(void **state) {
    (void)state;
    engine_session other;
    lab_open();
    DK_AUTOFREE char *sql =
        dk_format("SELECT pg_terminate_backend(%d, 5000)", pg_backend_pid(lab.session.work));
    run_sql(lab.admin, sql);
    lab_must(engine_open(lab.context, true, DK_ENGINE_NO_WAIT, &other, &lab.error));
    engine_close(&other);
}

static void locks_are_of_one_live_database(void **state) {
    (void)state;
    lab_open();
    engine_session kept = lab.session;
    dk_context *context = lab.context;
    memset(&lab.session, 0, sizeof lab.session);
    lab.context = NULL;
    snprintf(lab.live, sizeof lab.live, "Other");
    lab_configure("");
    lab_must(engine_open(lab.context, true, DK_ENGINE_NO_WAIT, &lab.session, &lab.error));
    lab_close();
    engine_close(&kept);
    fake_free(context);
}

static void each_lock_is_another(void **state) {
    (void)state;
    engine_session other;
    static const int locks[] = {ENGINE_LOCK_WORK, ENGINE_LOCK_SPARE, ENGINE_LOCK_QUEUE};
    lab_must(engine_open(lab.context, false, 0, &lab.session, &lab.error));
    lab_must(engine_open(lab.context, false, 0, &other, &lab.error));
    for (size_t i = 0; i < DK_COUNT(locks); i++) {
        bool taken = false;
        lab_must(engine_lock(&lab.session, locks[i], false, &taken, &lab.error));
        assert_true(taken);
        lab_must(engine_lock(&other, locks[i], false, &taken, &lab.error));
        assert_false(taken);
    }
    lab_must(engine_unlock(&lab.session, ENGINE_LOCK_SPARE, &lab.error));
    bool taken = false;
    lab_must(engine_lock(&other, ENGINE_LOCK_SPARE, true, &taken, &lab.error));
    assert_true(taken);
    engine_close(&other);
}

static void protected_live(void **state) {
    (void)state;
    engine_session *session = lab_open();
    lab_must(engine_refuse_protected(session, "reset", &lab.error));
    DK_AUTOFREE char *sql = dk_format("COMMENT ON DATABASE \"%s\" IS 'ours [devkit:protected]'", lab.live);
    run_sql(lab.admin, sql);
    lab_must_fail(engine_refuse_protected(lab_open(), "reset", &lab.error), "protected");
    assert_contains(lab.error.message, "reset");
}

static const struct CMUnitTest tests[] = {
    LAB_TEST(opened),
    LAB_TEST(locks_die_with_their_session),
    LAB_TEST(locks_are_of_one_live_database),
    LAB_TEST(each_lock_is_another),
    LAB_TEST(protected_live),
};
LAB_MAIN(tests)
