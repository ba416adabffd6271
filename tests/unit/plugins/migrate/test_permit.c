/* plugins/migrate/permit.c; the marker in the database is in tests/integration/test_migrate_sql.py */
#include "../layer_project.h"

#include "migrate/migrate.h"

static void test_guards_are_asked_before_connecting(void **state) {
    (void)state;
    layer_project project;
    migrate_session session;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    project_open(&project);
    project_write(&project, ".env", "DATABASE_URL=" NO_SERVER_URL "\n");
    /* No guard can be asked in a unit test, and without one nothing is touched. */
    assert_false(migrate_session_open_permitted(project_context(&project, ""), NULL, &session, &error));
    assert_string_equal(error.code, "no-guard");
    assert_int_equal(error.error_class, DK_ERROR_REFUSED);
    migrate_session_close(&session);
    project_close(&project);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_guards_are_asked_before_connecting)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
