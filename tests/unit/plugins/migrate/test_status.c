/* plugins/migrate/status.c: how it ends without a server; what it does with one is in
 * tests/integration/test_migrate_sql.py */
#include "migrate_command.h"

static void test_without_server(void **state) {
    (void)state;
    expect_refusal(migrate_status_run, (migrate_values){0}, "", "not-listening", "run `devkit up`");
}

static void test_of_another_tool(void **state) {
    (void)state;
    expect_refusal_of_another_tool(migrate_status_run, "alembic current");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_without_server),
                                       cmocka_unit_test(test_of_another_tool)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
