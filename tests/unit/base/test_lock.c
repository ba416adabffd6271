/* cli/base/lock.c */
#include "scratch.h"
#include <devkit/system.h>
#include <signal.h>
#include <sys/wait.h>

static void count_wait(void *data) {
    ++*(int *)data;
}

/* A child that holds the lock; returns once it does. */
static pid_t hold_in_child(const char *path, int milliseconds) {
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        dk_lock lock = DK_LOCK_INIT;
        bool taken = dk_lock_take(&lock, path, 0, NULL, NULL, NULL);
        ssize_t written = write(ends[1], taken ? "y" : "n", 1);
        usleep((useconds_t)milliseconds * 1000);
        _exit(written == 1 ? 0 : 1);
    }
    char answer = 0;
    assert_int_equal(read(ends[0], &answer, 1), 1);
    assert_int_equal(answer, 'y');
    close(ends[0]);
    close(ends[1]);
    return pid;
}

static void test_take_and_release(void **state) {
    (void)state;
    dk_lock lock = DK_LOCK_INIT;
    int waits = 0;
    assert_true(dk_lock_take(&lock, scratch("lock"), 0, count_wait, &waits, NULL));
    assert_true(fcntl(lock.fd, F_GETFD) & FD_CLOEXEC);
    assert_int_equal(waits, 0);
    dk_lock second = DK_LOCK_INIT;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_false(dk_lock_take(&second, scratch("lock"), 0, NULL, NULL, &error));
    assert_string_equal(error.code, "locked");
    assert_int_equal(second.fd, -1);
    dk_lock_release(&lock);
    assert_int_equal(lock.fd, -1);
    dk_lock_release(&lock);
    assert_true(dk_lock_take(&second, scratch("lock"), 0, NULL, NULL, NULL));
    dk_lock_release(&second);
}

static void test_times_out(void **state) {
    (void)state;
    pid_t pid = hold_in_child(scratch("busy"), 10000);
    dk_lock lock = DK_LOCK_INIT;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    int waits = 0;
    int64_t start = dk_now_ms();
    assert_false(dk_lock_take(&lock, scratch("busy"), 100, count_wait, &waits, &error));
    assert_in_range(dk_now_ms() - start, 90, 5000);
    assert_string_equal(error.code, "locked");
    assert_int_equal(waits, 1);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    assert_true(dk_lock_take(&lock, scratch("busy"), 0, NULL, NULL, NULL)); /* it died with its holder */
    dk_lock_release(&lock);
}

static void test_waits_for_ever(void **state) {
    (void)state;
    pid_t pid = hold_in_child(scratch("short"), 150);
    dk_lock lock = DK_LOCK_INIT;
    int waits = 0;
    assert_true(dk_lock_take(&lock, scratch("short"), -1, count_wait, &waits, NULL));
    assert_int_equal(waits, 1);
    dk_lock_release(&lock);
    waitpid(pid, NULL, 0);
}

static void test_removed_file_is_made_anew(void **state) {
    (void)state;
    dk_lock old = DK_LOCK_INIT;
    dk_lock fresh = DK_LOCK_INIT;
    assert_true(dk_lock_take(&old, scratch("gone"), 0, NULL, NULL, NULL));
    assert_int_equal(unlink(scratch("gone")), 0);
    assert_true(dk_lock_take(&fresh, scratch("gone"), 0, NULL, NULL, NULL));
    assert_true(dk_file_exists(scratch("gone")));
    dk_lock_release(&old);
    dk_lock_release(&fresh);
}

static void test_unwritable_place(void **state) {
    (void)state;
    dk_lock lock = DK_LOCK_INIT;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_false(dk_lock_take(&lock, scratch("no/such/folder"), 0, NULL, NULL, &error));
    assert_string_equal(error.code, "lock-failed");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_take_and_release), cmocka_unit_test(test_times_out),
        cmocka_unit_test(test_waits_for_ever),   cmocka_unit_test(test_removed_file_is_made_anew),
        cmocka_unit_test(test_unwritable_place),
    };
    return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
