/* plugins/kit/socket/process_linux.c */
#include "listen.h"

#include <time.h>

static void release(socket_process *process) {
    free(process->program);
    free(process->folder);
}

static void test_ourselves(void **state) {
    (void)state;
    socket_process process = {.pid = getpid()};
    char folder[4096];
    socket_process_look(&process);
    assert_true(dk_starts_with(process.program, "test_process"));
    assert_string_equal(process.folder, getcwd(folder, sizeof folder));
    assert_true(process.started_at <= time(NULL) + 1 && process.started_at > time(NULL) - 600);
    assert_true(socket_process_is_same(&process));
    assert_int_equal(socket_parent(getpid()), getppid());
    process.started_at -= 3600; /* the time of day was set: still the same process */
    assert_true(socket_process_is_same(&process));
    process.mark--; /* somebody else with the same number */
    assert_false(socket_process_is_same(&process));
    release(&process);
}

static void test_one_that_ends(void **state) {
    (void)state;
    pid_t child = listen_child(NULL, NULL);
    socket_process process = {.pid = child};
    socket_process_look(&process);
    assert_true(socket_process_is_same(&process));
    assert_int_equal(socket_parent(child), getpid());
    kill(child, SIGKILL);
    siginfo_t info;
    assert_int_equal(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT), 0);
    assert_false(socket_process_is_same(&process)); /* a zombie */
    waitpid(child, NULL, 0);
    assert_false(socket_process_is_same(&process));
    assert_int_equal(socket_parent(child), 0);
    release(&process);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_ourselves),
                                       cmocka_unit_test(test_one_that_ends)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
