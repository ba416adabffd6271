/* plugins/server-local/detect.c */
#include "local_project.h"

static int score(local_project *local, dk_buf *why) {
    int value = -1;
    assert_true(local_detect(local->project.context, &value, why, NULL));
    return value;
}

static void test_scores(void **state) {
    (void)state;
    local_project local;
    DK_AUTO_BUF dk_buf why = DK_BUF_INIT;
    local_project_open(&local, "", LOCAL_URL);
    assert_int_equal(score(&local, &why), 60);
    local_project_data(&local, "PG_VERSION", "15\n");
    dk_buf_truncate(&why, 0);
    assert_int_equal(score(&local, &why), 90);
    assert_non_null(strstr(dk_buf_text(&why), ".devkit/postgres"));
    local_project_close(&local);

    local_project_open(&local, "", "postgresql://a:b@192.0.2.7/x");
    dk_buf_truncate(&why, 0);
    assert_int_equal(score(&local, &why), 0);
    assert_non_null(strstr(dk_buf_text(&why), "192.0.2.7"));
    local_project_close(&local);

    local_project_open(&local, "", NULL);
    dk_buf_truncate(&why, 0);
    assert_int_equal(score(&local, &why), 50);
    assert_non_null(strstr(dk_buf_text(&why), "DATABASE_URL"));
    local_project_close(&local);
}

static void test_nothing_installed(void **state) {
    (void)state;
    local_project local;
    DK_AUTO_BUF dk_buf why = DK_BUF_INIT;
    local_project_open(&local, "[server.local]\nversion = 99\n", LOCAL_URL);
    assert_int_equal(score(&local, &why), 15);
    assert_non_null(strstr(dk_buf_text(&why), "not installed"));
    local_project_data(&local, "PG_VERSION", "15\n");
    assert_int_equal(score(&local, &why), 90); /* what is there may need help, but it is the project's */
    local_project_close(&local);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_scores),
                                       cmocka_unit_test(test_nothing_installed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
