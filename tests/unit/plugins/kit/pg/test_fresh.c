/* plugins/kit/pg/fresh.c */
#include "cluster.h"

static const char *const leftovers[] = {
    "create role other",
    "set role other",
    "set search_path = nowhere",
    "set statement_timeout = 1234",
    "create temporary table left_over()",
    "prepare left_over as select 1",
    "listen left_over",
    "select pg_advisory_lock(7)",
    "begin; declare left_over cursor with hold for select 1; commit",
};

static void test_nothing_is_left_over(void **state) {
    (void)state;
    PG_AUTO_CONNECTION pg_connection *session = cluster_connect(true);
    for (size_t i = 0; i < DK_COUNT(leftovers); i++)
        run_sql(session, leftovers[i]);
    assert_true(pg_start_afresh(session, "set lock_timeout = 77;", NULL));
    expect_answer(session, "select current_user", "postgres");
    expect_answer(session, "show search_path", "\"$user\", public");
    expect_answer(session, "show statement_timeout", "0");
    expect_answer(session, "show lock_timeout", "77ms");
    expect_answer(
        session,
        "select (select count(*) from pg_class where relname = 'left_over') + (select count(*) from "
        "pg_prepared_statements) + (select count(*) from pg_cursors where name = 'left_over') + "
        "(select count(*) from pg_listening_channels()) + (select count(*) from pg_locks where "
        "locktype = 'advisory')",
        "0");
}

/* ALTER ROLE … SET role makes everything the owner's; only RESET ROLE brings that one back. */
static void test_the_role_of_the_login_comes_back(void **state) {
    (void)state;
    PG_AUTO_CONNECTION pg_connection *admin = cluster_connect(true);
    run_sql(admin,
            "create role owner; create role app login; grant owner to app; alter role app set role = owner");
    dk_conninfo conninfo = DK_CONNINFO_INIT;
    dk_conninfo_copy(&conninfo, &cluster.socket);
    dk_conninfo_set(&conninfo, "user", "app");
    PG_AUTO_CONNECTION pg_connection *session =
        pg_connect(&conninfo, NULL, &(pg_options){.plain = true}, NULL);
    dk_conninfo_release(&conninfo);
    assert_non_null(session);
    expect_answer(session, "select current_user", "owner");
    run_sql(session, "set role none");
    assert_true(pg_start_afresh(session, "", NULL));
    expect_answer(session, "select current_user", "owner");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_is_left_over),
        cmocka_unit_test(test_the_role_of_the_login_comes_back),
    };
    return cmocka_run_group_tests(tests, cluster_start, cluster_stop);
}
