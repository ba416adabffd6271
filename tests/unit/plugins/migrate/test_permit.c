/* plugins/migrate/permit.c; the marker in the database is in tests/integration/test_migrate_sql.py */
#include "../layer_project.h"

#include "migrate/migrate.h"

static int runs;

static bool work(dk_context *context, migrate_session *session, const void *data, dk_error *error) {
    (void)context, (void)session, (void)data, (void)error;
    return ++runs > 0;
}

static void test_guards_are_asked_before_connecting(void **state) {
    (void)state;
    layer_project project;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    project_open(&project);
    project_write(&project, ".env", "DATABASE_URL=" NO_SERVER_URL "\n");
    /* No guard can be asked in a unit test, and without one nothing is touched. */
    assert_false(migrate_permitted(project_context(&project, ""), NULL, work, NULL, &error));
    assert_string_equal(error.code, "no-guard");
    assert_int_equal(error.error_class, DK_ERROR_REFUSED);
    assert_int_equal(runs, 0);
    project_close(&project);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_guards_are_asked_before_connecting)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
