#include "../test_support.h"

#include <kit/pg/pg.h>

static void expect_environment(const dk_process *process, const char *text) {
    bool found = false;
    for (size_t i = 0; i < process->environment.count; i++)
        found |= strcmp(process->environment.items[i], text) == 0;
    if (!found)
        fail_msg("%s is not in the environment", text);
}

static void test_connection_by_environment(void **state) {
    (void)state;
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    DK_AUTO_CONNINFO dk_conninfo conninfo = DK_CONNINFO_INIT;
    dk_conninfo_set(&conninfo, "host", "/run/x");
    dk_conninfo_set(&conninfo, "port", "5433");
    dk_conninfo_set(&conninfo, "user", "app");
    dk_conninfo_set(&conninfo, "dbname", "live");
    dk_conninfo_set(&conninfo, "password", "p=a ss");
    dk_conninfo_set(&conninfo, "sslmode", "require");
    dk_conninfo_set(&conninfo, "requirepeer", "postgres");
    pg_child_environment(&process, &conninfo, "built");
    static const char *const expected[] = {"PGHOST=/run/x",    "PGPORT=5433",       "PGUSER=app",
                                           "PGDATABASE=built", "PGPASSWORD=p=a ss", "PGSSLMODE=require",
                                           "PGHOSTADDR",       "PGSERVICE",         "PGREQUIREPEER=postgres"};
    for (size_t i = 0; i < DK_COUNT(expected); i++)
        expect_environment(&process, expected[i]);
    assert_int_equal(process.arguments.count, 0);
}

/* What a child really gets, with a misleading environment around. */
static void test_child_sees_it(void **state) {
    (void)state;
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    DK_AUTO_CONNINFO dk_conninfo conninfo = DK_CONNINFO_INIT;
    setenv("PGHOSTADDR", "192.0.2.1", 1);
    setenv("PGSERVICE", "production", 1);
    setenv("PGHOST", "elsewhere", 1);
    dk_conninfo_set(&conninfo, "host", "here");
    dk_conninfo_set(&conninfo, "dbname", "live");
    dk_process_add(&process, "/bin/sh");
    dk_process_add(&process, "-c");
    dk_process_add(&process, "echo \"$PGHOST:$PGHOSTADDR:$PGSERVICE:$PGDATABASE\"");
    pg_child_environment(&process, &conninfo, NULL);
    assert_true(dk_process_run(&process, NULL));
    assert_string_equal(dk_buf_text(&process.output), "here:::live\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_connection_by_environment),
        cmocka_unit_test(test_child_sees_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
