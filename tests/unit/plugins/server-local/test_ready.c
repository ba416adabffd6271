/* plugins/server-local/ready.c without a server; with one: tests/integration/test_server_local.py */
#include "local_project.h"

static void test_nobody_answers(void **state) {
    (void)state;
    local_project local;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    local_facts facts = {0};
    local_project_open(&local, "", NO_SERVER_URL);
    assert_false(local_ready(&local.cluster, NULL, &facts, &error));
    assert_true(dk_error_is(&error, "not-listening"));
    local_postmaster postmaster = {0};
    assert_false(local_is_up(&local.cluster, &postmaster, &facts)); /* without even asking */
    postmaster = (local_postmaster){.alive = true, .state = "starting"};
    assert_false(local_is_up(&local.cluster, &postmaster, &facts));
    local_project_close(&local);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_nobody_answers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
