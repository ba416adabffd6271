/* plugins/server-external/refuse.c */
#include "../layer_project.h"

#include <server-external/external.h>
#include <stdio.h>

static void test_what_is_not_ours_is_not_touched(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    bool changed = true;
    layer_project project;
    project_open(&project);
    unsetenv("DATABASE_URL");
    project_context(&project, "");
    assert_false(external_down(project.context, &changed, &error));
    assert_false(changed);
    assert_true(dk_error_is(&error, "not-owned"));
    assert_int_equal(error.error_class, DK_ERROR_REFUSED);
    assert_non_null(error.hint);
    assert_false(external_destroy(project.context, &error));
    assert_true(dk_error_is(&error, "not-owned"));
    assert_false(external_logs(project.context, true, 1, &error));
    assert_true(dk_error_is(&error, "no-log"));
    project_close(&project);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_what_is_not_ours_is_not_touched)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
