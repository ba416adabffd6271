/* plugins/server-local/start.c, with a script in the server's place */
#include "local_project.h"

#include <signal.h>

/* Behaves as a postmaster does towards us: works in its data folder, writes its lock file, ends on SIGINT. */
static const char good[] =
    "#!/bin/sh\n"
    "cd \"$2\" || exit 1\n"
    "trap 'rm postmaster.pid; exit 0' INT\n"
    "printf '%s\\n%s\\n1\\n25432\\n/run/x\\n\\n\\nstarting\\n' $$ \"$2\" >postmaster.pid\n"
    "sleep 0.1\n"
    "printf '%s\\n%s\\n1\\n25432\\n/run/x\\n\\n\\nready   \\n' $$ \"$2\" >postmaster.pid\n"
    "while :; do sleep 0.05; done\n";

static char *prepare(local_project *local, const char *script) {
    local_project_open(local, "", LOCAL_URL);
    local_project_data(local, "PG_VERSION", "15\n");
    assert_int_equal(chown(local->cluster.data_dir, local->cluster.account.uid, local->cluster.account.gid),
                     0);
    return local_project_program(local, "postgres", script);
}

static void test_start_and_stop(void **state) {
    (void)state;
    local_project local;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTOFREE char *bin = prepare(&local, good);
    if (!local_start(&local.cluster, bin, dk_now_ms() + 20000, &error))
        fail_msg("%s: %s", error.message, error.detail);
    local_postmaster postmaster;
    local_postmaster_read(local.cluster.data_dir, &postmaster);
    assert_true(postmaster.alive);
    assert_string_equal(postmaster.state, "ready");
    assert_true(local_wait_started(&local.cluster, dk_now_ms() + 1000, NULL));
    assert_true(local_stop(&local.cluster, &postmaster, NULL));
    local_postmaster_read(local.cluster.data_dir, &postmaster);
    assert_false(postmaster.alive);
    static const char log[] = "LOG:  x\nFATAL:  out of sheer luck\n";
    assert_true(dk_file_write(local.cluster.log_file, log, strlen(log), 0600, NULL));
    assert_false(local_wait_started(&local.cluster, dk_now_ms() + 1000, &error));
    assert_true(dk_error_is(&error, "server-failed"));
    assert_non_null(strstr(error.detail, "sheer luck"));
    assert_non_null(error.hint);
    local_project_close(&local);
}

static void test_a_server_that_ends_at_once(void **state) {
    (void)state;
    local_project local;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTOFREE char *bin =
        prepare(&local, "#!/bin/sh\necho 'FATAL:  could not write lock file: No space left on device'\n");
    assert_false(local_start(&local.cluster, bin, dk_now_ms() + 20000, &error));
    assert_true(dk_error_is(&error, "disk-full"));
    assert_non_null(strstr(error.detail, "could not write lock file"));
    local_project_close(&local);
}

static void test_patience_ends(void **state) {
    (void)state;
    local_project local;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTOFREE char *bin = prepare(&local, "#!/bin/sh\ncd \"$2\"\necho 'LOG:  redo starts at 0/1'\n"
                                            "printf '%s\\n%s\\n1\\n2\\n' $$ \"$2\" >postmaster.pid\n"
                                            "sleep 30 & wait\n");
    assert_false(local_start(&local.cluster, bin, dk_now_ms() + 300, &error));
    assert_true(dk_error_is(&error, "start-timed-out"));
    assert_non_null(strstr(error.message, "recovering"));
    local_postmaster postmaster;
    local_postmaster_read(local.cluster.data_dir, &postmaster);
    if (postmaster.pid > 0)
        kill(postmaster.pid, SIGKILL);
    local_project_close(&local);
}

static void test_stale_socket_locks_of_ours_go(void **state) {
    (void)state;
    local_project local;
    DK_AUTOFREE char *bin = prepare(&local, "#!/bin/sh\n");
    assert_true(local_socket_dir_prepare(&local.cluster, NULL));
    DK_AUTOFREE char *own = dk_path_join(local.cluster.socket_dir, ".s.PGSQL.1.lock");
    DK_AUTOFREE char *foreign = dk_path_join(local.cluster.socket_dir, ".s.PGSQL.2.lock");
    DK_AUTOFREE char *text = dk_format("%ld\n%s\n", (long)getpid(), local.cluster.data_dir);
    assert_true(dk_file_write(own, text, strlen(text), 0600, NULL));
    assert_true(dk_file_write(foreign, "1\n/elsewhere\n", 13, 0600, NULL));
    assert_false(local_start(&local.cluster, bin, dk_now_ms() + 5000, NULL));
    assert_false(dk_file_exists(own));
    assert_true(dk_file_exists(foreign));
    local_project_close(&local);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_start_and_stop), cmocka_unit_test(test_a_server_that_ends_at_once),
        cmocka_unit_test(test_patience_ends), cmocka_unit_test(test_stale_socket_locks_of_ours_go)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
