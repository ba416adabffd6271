/* cli/base/process_run.c, capture.c and watch_*.c: real children. */
#include "../skip.h"
#include "base/signal.h"
#include "shell.h"
#include <devkit/system.h>
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

static int reset(void **state) {
    (void)state;
    signal(SIGINT, SIG_DFL); /* a shell starts background jobs with it ignored */
    signal(SIGHUP, SIG_DFL); /* and nohup does the same with this one */
    signal_reset();
    return 0;
}

static void test_output_and_errors(void **state) {
    (void)state;
    DK_AUTO_PROCESS dk_process process = shell("echo out; echo err >&2");
    assert_true(dk_process_run(&process, NULL));
    assert_string_equal(said(&process), "out\n");
    assert_string_equal(dk_buf_text(&process.errors), "err\n");
    assert_int_equal(process.exit_status, 0);
}

static void test_both_streams_big(void **state) {
    (void)state;
    /* More than a pipe holds on either stream: who reads one first stalls. */
    DK_AUTO_PROCESS dk_process process =
        shell("head -c 900000 /dev/zero | tr '\\0' e >&2; head -c 900000 /dev/zero | tr '\\0' o;"
              "head -c 100000 /dev/zero | tr '\\0' e >&2");
    process.timeout_ms = 30000;
    assert_true(dk_process_run(&process, NULL));
    assert_int_equal(process.output.length, 900000);
    assert_int_equal(process.errors.length, 1000000);
    assert_int_equal(process.output.data[899999], 'o');
}

typedef struct counted {
    size_t length, limit;
    unsigned char last;
} counted;

static bool count_bytes(void *data, const void *bytes, size_t length) {
    counted *seen = data;
    seen->length += length;
    seen->last = ((const unsigned char *)bytes)[length - 1];
    return seen->limit == 0 || seen->length < seen->limit;
}

static void test_bytes_as_they_come(void **state) {
    (void)state;
    DK_AUTO_PROCESS dk_process process =
        shell("head -c 3000000 /dev/zero; printf '\\377'; echo something else >&2");
    counted seen = {0};
    process.on_bytes = count_bytes;
    process.line_data = &seen;
    assert_true(dk_process_run(&process, NULL));
    assert_int_equal(seen.length, 3000001);
    assert_int_equal(seen.last, 0377);
    assert_int_equal(process.output.length, 0);
    assert_string_equal(dk_buf_text(&process.errors), "something else\n");
    assert_false(process.stopped);
}

static void test_no_more_bytes_wanted(void **state) {
    (void)state;
    DK_AUTO_PROCESS dk_process process = shell("cat /dev/zero; true"); /* would never end by itself */
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    counted seen = {.limit = 1000000};
    process.on_bytes = count_bytes;
    process.line_data = &seen;
    process.timeout_ms = 30000;
    assert_false(dk_process_run(&process, &error));
    assert_string_equal(error.code, "program-stopped");
    assert_true(process.stopped);
    assert_false(process.timed_out);
    assert_in_range(seen.length, 1000000, 1000000 + 65536);
}

static void test_newest_is_kept(void **state) {
    (void)state;
    DK_AUTO_PROCESS dk_process process =
        shell("i=0; while [ $i -lt 3000 ]; do echo line $i; i=$((i+1)); done");
    process.output.limit = 100;
    assert_true(dk_process_run(&process, NULL));
    assert_int_equal(process.output.length, 100);
    assert_true(process.output.overflowed);
    assert_true(dk_ends_with(said(&process), "line 2998\nline 2999\n"));
}

static void test_merged_in_order(void **state) {
    (void)state;
    DK_AUTO_PROCESS dk_process process = shell("echo 1; echo 2 >&2; echo 3; echo 4 >&2");
    process.flags = DK_PROCESS_MERGE_STDERR;
    assert_true(dk_process_run(&process, NULL));
    assert_string_equal(said(&process), "1\n2\n3\n4\n");
    assert_string_equal(dk_buf_text(&process.errors), "");
}

static void test_input_both_ways(void **state) {
    (void)state;
    size_t length = 2 * 1024 * 1024;
    DK_AUTOFREE char *data = dk_alloc(length);
    memset(data, 'x', length);
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    dk_process_add(&process, "cat");
    process.input = data;
    process.input_length = length;
    process.output.limit = 4 * 1024 * 1024;
    process.timeout_ms = 30000;
    assert_true(dk_process_run(&process, NULL));
    assert_int_equal(process.output.length, length);
}

static void test_input_nobody_reads(void **state) {
    (void)state;
    size_t length = 1024 * 1024;
    DK_AUTOFREE char *data = dk_alloc(length);
    DK_AUTO_PROCESS dk_process process = shell("exec <&-; echo done");
    process.input = data;
    process.input_length = length;
    assert_true(dk_process_run(&process, NULL));
    assert_string_equal(said(&process), "done\n");
}

static void test_no_input_is_empty(void **state) {
    (void)state;
    DK_AUTO_PROCESS dk_process process = shell("cat; echo end");
    process.timeout_ms = 10000;
    assert_true(dk_process_run(&process, NULL));
    assert_string_equal(said(&process), "end\n");
    DK_AUTO_PROCESS dk_process empty = shell("cat; echo end");
    empty.input = "";
    assert_true(dk_process_run(&empty, NULL));
}

static void test_input_from_a_file(void **state) {
    (void)state;
    DK_AUTO_PROCESS dk_process process = shell("head -n 1");
    process.input_path = "Makefile.that.is.not.there";
    assert_false(dk_process_run(&process, NULL));
    DK_AUTO_PROCESS dk_process reader = shell("wc -c | tr -d ' '");
    char path[] = "/tmp/devkit-input-XXXXXX";
    int fd = mkstemp(path);
    assert_int_equal(write(fd, "four", 4), 4);
    close(fd);
    reader.input_path = path;
    assert_true(dk_process_run(&reader, NULL));
    unlink(path);
    assert_string_equal(said(&reader), "4\n");
}

static void test_failure(void **state) {
    (void)state;
    dk_secret_add("very-secret-1");
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTO_PROCESS dk_process process = shell("seq 1 20 >&2; echo very-secret-1 >&2; echo out; exit 7");
    assert_false(dk_process_run(&process, &error));
    assert_string_equal(error.code, "program-failed");
    assert_int_equal(error.error_class, DK_ERROR_FAILED);
    assert_int_equal(error.child_status, 7);
    assert_int_equal(process.exit_status, 7);
    assert_string_equal(error.detail, "12\n13\n14\n15\n16\n17\n18\n19\n20\n***");
    assert_non_null(strstr(error.message, "exit status 7"));
    assert_null(strstr(error.message, "very-secret-1"));
}

static void test_failure_tells_output_without_errors(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTO_PROCESS dk_process process = shell("echo only this; echo >&2; exit 1");
    assert_false(dk_process_run(&process, &error));
    assert_string_equal(error.detail, "only this");
    DK_AUTO_PROCESS dk_process silent = shell("exit 1");
    assert_false(dk_process_run(&silent, &error));
    assert_null(error.detail);
}

static void test_allowed_failure(void **state) {
    (void)state;
    DK_AUTO_PROCESS dk_process process = shell("exit 3");
    process.flags = DK_PROCESS_ALLOW_FAILURE;
    assert_true(dk_process_run(&process, NULL));
    assert_int_equal(process.exit_status, 3);
}

static void test_killed_child(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTO_PROCESS dk_process process = shell("kill -9 $$");
    assert_false(dk_process_run(&process, &error));
    assert_int_equal(process.term_signal, SIGKILL);
    assert_int_equal(process.exit_status, 128 + SIGKILL);
    assert_int_equal(error.child_status, 137);
}

static void test_missing_program(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    dk_process_add(&process, "no-such-program-anywhere");
    assert_false(dk_process_run(&process, &error));
    assert_string_equal(error.code, "program-missing");
    assert_int_equal(error.child_status, 127);
    DK_AUTO_PROCESS dk_process path = DK_PROCESS_INIT;
    dk_process_add(&path, "/no/such/program");
    assert_false(dk_process_run(&path, &error));
    assert_string_equal(error.code, "program-missing");
    assert_string_equal(error.detail, strerror(ENOENT));
    DK_AUTO_PROCESS dk_process empty = DK_PROCESS_INIT;
    assert_false(dk_process_run(&empty, &error));
    assert_string_equal(error.code, "command-invalid");
}

static void test_not_executable(void **state) {
    (void)state;
    scratch_write("plain", "#!/bin/sh\n");
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    dk_process_add(&process, scratch("plain"));
    assert_false(dk_process_run(&process, &error));
    assert_string_equal(error.code, "program-missing");
    assert_string_equal(error.detail, strerror(EACCES));
    assert_int_equal(error.child_status, 126);
}

static void test_script_without_interpreter(void **state) {
    (void)state;
    scratch_write("script", "echo \"script $1\"\n");
    chmod(scratch("script"), 0755);
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    dk_process_add(&process, scratch("script"));
    dk_process_add(&process, "a b");
    assert_true(dk_process_run(&process, NULL));
    assert_string_equal(said(&process), "script a b\n");
}

static void test_directory(void **state) {
    (void)state;
    assert_true(dk_mkdirs(scratch("there"), 0755, NULL));
    DK_AUTO_PROCESS dk_process process = shell("pwd");
    process.directory = scratch("there");
    assert_true(dk_process_run(&process, NULL));
    assert_true(dk_ends_with(said(&process), "/there\n"));
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTO_PROCESS dk_process nowhere = shell("pwd");
    nowhere.directory = "/no/such/folder";
    assert_false(dk_process_run(&nowhere, &error));
    assert_string_equal(error.code, "program-failed");
    assert_non_null(strstr(error.message, "/no/such/folder"));
}

static void test_environment(void **state) {
    (void)state;
    setenv("RUN_A", "old", 1);
    setenv("RUN_B", "gone", 1);
    DK_AUTO_PROCESS dk_process process = shell("echo \"$RUN_A,${RUN_B-unset},$RUN_C\"");
    dk_process_env(&process, "RUN_A", "new");
    dk_process_env(&process, "RUN_B", NULL);
    dk_process_env(&process, "RUN_C", "first");
    dk_process_env(&process, "RUN_C", "a=b");
    assert_true(dk_process_run(&process, NULL));
    assert_string_equal(said(&process), "new,unset,a=b\n");
}

static void test_clear_environment(void **state) {
    (void)state;
    setenv("RUN_A", "old", 1);
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    dk_process_add(&process, "/usr/bin/env");
    process.flags = DK_PROCESS_CLEAR_ENV;
    assert_true(dk_process_run(&process, NULL));
    assert_string_equal(said(&process), "");
    dk_process_env(&process, "ONLY", "1");
    assert_true(dk_process_run(&process, NULL)); /* it may run twice */
    assert_string_equal(said(&process), "ONLY=1\n");
}

static void test_path_of_the_child(void **state) {
    (void)state;
    scratch_write("bin/only-there", "#!/bin/sh\necho found\n");
    chmod(scratch("bin/only-there"), 0755);
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    dk_process_add(&process, "only-there");
    dk_process_env(&process, "PATH", scratch("bin"));
    assert_true(dk_process_run(&process, NULL));
    assert_string_equal(said(&process), "found\n");
}

static void test_relative_path_and_another_folder(void **state) {
    (void)state;
    scratch_write("near/only-near", "#!/bin/sh\necho near\n");
    chmod(scratch("near/only-near"), 0755);
    DK_AUTOFREE char *working = getcwd(NULL, 0);
    assert_int_equal(chdir(scratch_folder), 0);
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    dk_process_add(&process, "only-near");
    dk_process_env(&process, "PATH", "near");
    process.directory = "/";
    bool ran = dk_process_run(&process, NULL);
    assert_int_equal(chdir(working), 0);
    assert_true(ran);
    assert_string_equal(said(&process), "near\n");
}

static void add_line(void *data, const char *line, size_t length) {
    dk_strv_add_owned(data, dk_strndup(line, length));
}

static void test_lines(void **state) {
    (void)state;
    DK_AUTO_STRV dk_strv lines = DK_STRV_INIT;
    DK_AUTO_PROCESS dk_process process = shell("printf 'a\\n\\nb\\r\\nc'; sleep 0.05; printf 'd'");
    process.on_output = add_line;
    process.line_data = &lines;
    process.output.limit = 2;
    assert_true(dk_process_run(&process, NULL));
    DK_AUTOFREE char *joined = dk_strv_join(&lines, "|");
    assert_string_equal(joined, "a||b|cd");
    assert_string_equal(said(&process), "cd");
}

static void test_endless_line_is_cut(void **state) {
    (void)state;
    DK_AUTO_STRV dk_strv lines = DK_STRV_INIT;
    DK_AUTO_PROCESS dk_process process = shell("head -c 300000 /dev/zero | tr '\\0' x >&2");
    process.on_error = add_line;
    process.line_data = &lines;
    assert_true(dk_process_run(&process, NULL));
    size_t total = 0;
    for (size_t i = 0; i < lines.count; i++) {
        total += strlen(lines.items[i]);
        assert_true(strlen(lines.items[i]) <= 128 * 1024);
    }
    assert_int_equal(total, 300000);
    assert_true(lines.count > 1);
}

static void test_timeout(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTO_PROCESS dk_process process = shell("echo before; sleep 60");
    process.timeout_ms = 200;
    int64_t start = dk_now_ms();
    assert_false(dk_process_run(&process, &error));
    assert_in_range(dk_now_ms() - start, 190, 1800); /* TERM is enough */
    assert_string_equal(error.code, "timed-out");
    assert_true(process.timed_out);
    assert_string_equal(error.detail, "before");
}

static bool is_alive(pid_t pid) {
    if (kill(pid, 0) != 0)
        return false;
    DK_AUTOFREE char *path = dk_format("/proc/%d/stat", (int)pid);
    DK_AUTO_BUF dk_buf status = DK_BUF_INIT;
    dk_file_read(path, 0, &status, NULL);
    return strstr(dk_buf_text(&status), ") Z ") == NULL; /* gone, only nobody asked yet */
}

static void expect_to_end(pid_t pid) {
    for (int i = 0; i < 200 && is_alive(pid); i++)
        usleep(10000);
    assert_false(is_alive(pid));
}

static void test_timeout_ends_the_group(void **state) {
    (void)state;
    /* The grandchild does not heed TERM, and the shell is gone at once. */
    DK_AUTO_PROCESS dk_process process =
        shell("(trap '' TERM; while :; do sleep 0.1; done) >/dev/null 2>&1 & echo $!; sleep 60");
    process.timeout_ms = 200;
    int64_t start = dk_now_ms();
    assert_false(dk_process_run(&process, NULL));
    assert_in_range(dk_now_ms() - start, 2000, 8000);
    pid_t grandchild = (pid_t)atoi(said(&process));
    assert_true(grandchild > 1);
    expect_to_end(grandchild);
}

static void test_deaf_child_is_killed(void **state) {
    (void)state;
    DK_AUTO_PROCESS dk_process process = shell("trap '' TERM; while :; do sleep 0.1; done");
    process.timeout_ms = 100;
    int64_t start = dk_now_ms();
    assert_false(dk_process_run(&process, NULL));
    assert_in_range(dk_now_ms() - start, 2000, 8000);
    assert_int_equal(process.term_signal, SIGKILL);
}

static void test_background_process_does_not_hold_us(void **state) {
    (void)state;
    DK_AUTO_PROCESS dk_process process = shell("sleep 30 & echo $!");
    int64_t start = dk_now_ms();
    assert_true(dk_process_run(&process, NULL));
    assert_true(dk_now_ms() - start < 5000);
    pid_t left = (pid_t)atoi(said(&process));
    assert_true(is_alive(left)); /* a daemon may stay */
    kill(left, SIGKILL);
}

static void test_closed_outputs(void **state) {
    (void)state;
    DK_AUTO_PROCESS dk_process process = shell("exec >&- 2>&-; sleep 0.2; exit 5");
    process.flags = DK_PROCESS_ALLOW_FAILURE;
    assert_true(dk_process_run(&process, NULL));
    assert_int_equal(process.exit_status, 5);
}

static pid_t interrupt_later(int milliseconds) {
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0) {
        usleep((useconds_t)milliseconds * 1000);
        kill(parent, SIGINT);
        _exit(0);
    }
    return pid;
}

static void test_interruption(void **state) {
    (void)state;
    signal_install();
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTO_PROCESS dk_process process = shell("sleep 60 & echo $!; wait");
    process.flags = DK_PROCESS_ALLOW_FAILURE;
    pid_t helper = interrupt_later(200);
    int64_t start = dk_now_ms();
    assert_false(dk_process_run(&process, &error));
    assert_true(dk_now_ms() - start < 1900);
    waitpid(helper, NULL, 0);
    assert_string_equal(error.code, "interrupted");
    assert_int_equal(error.error_class, DK_ERROR_INTERRUPTED);
    expect_to_end((pid_t)atoi(said(&process)));
    assert_false(dk_process_run(&process, &error)); /* nothing is started any more */
    assert_string_equal(error.code, "interrupted");
}

static void test_foreground(void **state) {
    (void)state;
    DK_AUTO_PROCESS dk_process process = shell("ps -o pgid= -p $$ >\"$OUT\"; exit 4");
    process.flags = DK_PROCESS_FOREGROUND | DK_PROCESS_ALLOW_FAILURE;
    dk_process_env(&process, "OUT", scratch("group"));
    assert_true(dk_process_run(&process, NULL));
    assert_int_equal(process.exit_status, 4);
    DK_AUTOFREE char *group = scratch_read("group");
    if (group[0] != '\0') /* where there is a ps */
        assert_int_equal(atoi(group), getpgrp());
}

static void test_foreground_leaves_the_keyboard_alone(void **state) {
    (void)state;
    signal_install();
    DK_AUTO_PROCESS dk_process process = shell("sleep 0.4; trap - INT; kill -INT $$");
    process.flags = DK_PROCESS_FOREGROUND | DK_PROCESS_ALLOW_FAILURE;
    pid_t helper = interrupt_later(150);
    assert_true(dk_process_run(&process, NULL)); /* ours was ignored, the child's was not */
    assert_int_equal(process.term_signal, SIGINT);
    assert_false(dk_interrupted());
    waitpid(helper, NULL, 0);
    raise(SIGINT);
    assert_true(dk_interrupted());
}

static void test_no_stray_descriptors(void **state) {
    (void)state;
    if (!dk_is_directory("/proc/self/fd"))
        skip_because("needs /proc");
    DK_AUTO_STRV dk_strv open_now = DK_STRV_INIT;
    for (int fd = 3; fd < 1024; fd++) { /* the tests' own caller may have left some */
        int flags = fcntl(fd, F_GETFD);
        if (flags >= 0 && !(flags & FD_CLOEXEC))
            dk_strv_addf(&open_now, "%d", fd);
    }
    dk_strv_add(&open_now, "");
    DK_AUTO_PROCESS dk_process process =
        shell("i=0; while [ $i -lt 1024 ]; do [ -e /proc/$$/fd/$i ] && echo $i; i=$((i+1)); done; true");
    process.input = "x"; /* as many pipes as there can be */
    process.input_length = 1;
    assert_true(dk_process_run(&process, NULL));
    DK_AUTOFREE char *expected = dk_strv_join(&open_now, "\n");
    DK_AUTOFREE char *all = dk_format("0\n1\n2\n%s", expected);
    assert_string_equal(said(&process), all);
}

static void test_own_group(void **state) {
    (void)state;
    DK_AUTO_PROCESS dk_process process = shell("echo $$; cut -d ' ' -f 5 </proc/$$/stat");
    if (!dk_file_exists("/proc/self/stat"))
        skip_because("needs /proc");
    assert_true(dk_process_run(&process, NULL));
    int pid = 0;
    int group = 0;
    assert_int_equal(sscanf(said(&process), "%d %d", &pid, &group), 2);
    assert_int_equal(group, pid);
}

static void test_sigpipe_is_default_for_children(void **state) {
    (void)state;
    signal_install();
    DK_AUTO_PROCESS dk_process process = shell("yes | head -n 1");
    process.timeout_ms = 10000;
    assert_true(dk_process_run(&process, NULL));
    assert_string_equal(said(&process), "y\n");
    assert_string_equal(dk_buf_text(&process.errors), ""); /* "Broken pipe" when it were ignored */
}

static void test_ignored_children_can_be_waited_for(void **state) {
    (void)state;
    signal(SIGCHLD, SIG_IGN);
    DK_AUTO_PROCESS dk_process process = shell("echo here; exit 3");
    process.flags = DK_PROCESS_ALLOW_FAILURE;
    process.timeout_ms = 10000;
    bool ran = dk_process_run(&process, NULL);
    signal(SIGCHLD, SIG_DFL);
    assert_true(ran);
    assert_int_equal(process.exit_status, 3);
}

static void test_switch_user(void **state) {
    (void)state;
    if (geteuid() != 0)
        skip_because("needs root");
    DK_AUTO_PROCESS dk_process process = shell("id -u; id -g; echo $HOME");
    process.flags = DK_PROCESS_SWITCH_USER;
    process.uid = 65534;
    process.gid = 65534;
    assert_true(dk_process_run(&process, NULL));
    assert_true(dk_starts_with(said(&process), "65534\n65534\n"));
    assert_null(strstr(said(&process), "/root"));
}

static void test_switch_to_an_account_without_name(void **state) {
    (void)state;
    if (geteuid() != 0)
        skip_because("needs root");
    DK_AUTO_PROCESS dk_process process = shell("id -u; id -G");
    process.flags = DK_PROCESS_SWITCH_USER;
    process.uid = 54321;
    process.gid = 54322;
    assert_true(dk_process_run(&process, NULL));
    assert_string_equal(said(&process), "54321\n54322\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_output_and_errors),
        cmocka_unit_test(test_both_streams_big),
        cmocka_unit_test(test_bytes_as_they_come),
        cmocka_unit_test(test_no_more_bytes_wanted),
        cmocka_unit_test(test_newest_is_kept),
        cmocka_unit_test(test_merged_in_order),
        cmocka_unit_test(test_input_both_ways),
        cmocka_unit_test(test_input_nobody_reads),
        cmocka_unit_test(test_no_input_is_empty),
        cmocka_unit_test(test_input_from_a_file),
        cmocka_unit_test(test_failure),
        cmocka_unit_test(test_failure_tells_output_without_errors),
        cmocka_unit_test(test_allowed_failure),
        cmocka_unit_test(test_killed_child),
        cmocka_unit_test(test_missing_program),
        cmocka_unit_test(test_not_executable),
        cmocka_unit_test(test_script_without_interpreter),
        cmocka_unit_test(test_directory),
        cmocka_unit_test(test_environment),
        cmocka_unit_test(test_clear_environment),
        cmocka_unit_test(test_path_of_the_child),
        cmocka_unit_test(test_relative_path_and_another_folder),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_endless_line_is_cut),
        cmocka_unit_test(test_timeout),
        cmocka_unit_test(test_timeout_ends_the_group),
        cmocka_unit_test(test_deaf_child_is_killed),
        cmocka_unit_test(test_background_process_does_not_hold_us),
        cmocka_unit_test(test_closed_outputs),
        cmocka_unit_test_setup_teardown(test_interruption, reset, reset),
        cmocka_unit_test(test_foreground),
        cmocka_unit_test_setup_teardown(test_foreground_leaves_the_keyboard_alone, reset, reset),
        cmocka_unit_test(test_no_stray_descriptors),
        cmocka_unit_test(test_own_group),
        cmocka_unit_test(test_sigpipe_is_default_for_children),
        cmocka_unit_test(test_ignored_children_can_be_waited_for),
        cmocka_unit_test(test_switch_user),
        cmocka_unit_test(test_switch_to_an_account_without_name),
    };
    return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
