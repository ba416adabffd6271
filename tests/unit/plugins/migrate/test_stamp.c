/* plugins/migrate/stamp.c: what it refuses; what it does is in tests/integration/test_migrate_sql.py */
#include "migrate_command.h"

/* No guard can be asked in a unit test, and without one nothing is touched. */
static void test_asks_the_guard_first(void **state) {
    (void)state;
    expect_refusal(migrate_stamp_run, (migrate_values){0}, "", "no-guard", "devkit plugin list");
}

static void test_of_another_tool(void **state) {
    (void)state;
    expect_refusal_of_another_tool(migrate_stamp_run, "alembic stamp head");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_asks_the_guard_first),
                                       cmocka_unit_test(test_of_another_tool)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
