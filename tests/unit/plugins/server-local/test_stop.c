/* plugins/server-local/stop.c */
#include "../../skip.h"
#include "local_project.h"

#include <sys/wait.h>

static void test_a_process_that_is_gone_already(void **state) {
    (void)state;
    local_project local;
    local_project_open(&local, "", LOCAL_URL);
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    local_postmaster postmaster = {.pid = pid, .alive = true};
    assert_true(local_stop(&local.cluster, &postmaster, NULL));
    local_project_close(&local);
}

static void test_somebody_else_s_process(void **state) {
    (void)state;
    if (geteuid() == 0)
        skip_because("needs an ordinary user"); /* root may signal all */
    local_project local;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    local_project_open(&local, "", LOCAL_URL);
    local_postmaster postmaster = {.pid = 1, .alive = true};
    assert_false(local_stop(&local.cluster, &postmaster, &error));
    assert_true(dk_error_is(&error, "stop-failed"));
    local_project_close(&local);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_process_that_is_gone_already),
                                       cmocka_unit_test(test_somebody_else_s_process)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
