/* plugins/server-local/process_linux.c (and process_other.c where there is no /proc) */
#include "local_project.h"

#include <signal.h>
#include <sys/wait.h>

static void test_we_are_no_server(void **state) {
    (void)state;
    assert_int_equal(local_process_look(getpid(), "/tmp"), LOCAL_PROCESS_OTHER);
}

static void test_a_dead_process_is_gone_before_it_is_reaped(void **state) {
    (void)state;
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    siginfo_t info;
    assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
    assert_int_equal(local_process_look(pid, "/tmp"), LOCAL_PROCESS_GONE);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    assert_int_equal(local_process_look(pid, "/tmp"), LOCAL_PROCESS_GONE);
}

/* A program called postgres, working in a folder, is what a server looks like. */
static void test_a_server_works_in_its_data_folder(void **state) {
    (void)state;
    layer_project project;
    project_open(&project);
    project_write(&project, "postgres", "#!/bin/sh\nread line\n");
    DK_AUTOFREE char *program = dk_path_join(project.root, "postgres");
    assert_int_equal(chmod(program, 0755), 0);
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(ends[0], STDIN_FILENO);
        if (chdir(project.root) == 0)
            execl(program, "postgres", "-D", project.root, (char *)NULL);
        _exit(127);
    }
    for (int i = 0; i < 500 && local_process_look(pid, project.root) != LOCAL_PROCESS_SERVER; i++)
        usleep(10000);
    assert_int_equal(local_process_look(pid, project.root), LOCAL_PROCESS_SERVER);
    assert_int_equal(local_process_look(pid, "/usr"), LOCAL_PROCESS_OTHER);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    close(ends[0]);
    close(ends[1]);
    project_close(&project);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_we_are_no_server),
                                       cmocka_unit_test(test_a_dead_process_is_gone_before_it_is_reaped),
                                       cmocka_unit_test(test_a_server_works_in_its_data_folder)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
