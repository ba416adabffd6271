/* cli/base/alloc.c */
#include "scratch.h"
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

static void test_memory_is_zeroed(void **state) {
    (void)state;
    DK_AUTOFREE unsigned char *bytes = dk_alloc(1000);
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(bytes[i], 0);
    DK_AUTOFREE int *numbers = dk_alloc_array(10, sizeof *numbers);
    assert_int_equal(numbers[9], 0);
    DK_AUTOFREE void *nothing = dk_alloc(0);
    assert_non_null(nothing);
}

static void test_growing_keeps_content(void **state) {
    (void)state;
    char *text = dk_strdup("abc");
    text = dk_realloc(text, 100000);
    assert_string_equal(text, "abc");
    text = dk_realloc_array(text, 300000, 1);
    assert_string_equal(text, "abc");
    free(text);
}

static void test_copies(void **state) {
    (void)state;
    assert_null(dk_strdup(NULL));
    assert_null(dk_strndup(NULL, 3));
    DK_AUTOFREE char *part = dk_strndup("abcdef", 3);
    assert_string_equal(part, "abc");
    DK_AUTOFREE char *text = dk_format("%s-%d", "x", 7);
    assert_string_equal(text, "x-7");
}

static void test_free_pointer_clears(void **state) {
    (void)state;
    char *text = dk_strdup("x");
    dk_free_pointer(&text);
    assert_null(text);
    dk_free_pointer(&text);
}

static void test_overflow_ends_the_process(void **state) {
    (void)state;
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        int null = open("/dev/null", O_WRONLY);
        dup2(null, STDERR_FILENO);
        signal(SIGABRT, SIG_DFL);
        dk_alloc_array(SIZE_MAX / 2, 3);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory_is_zeroed),
        cmocka_unit_test(test_growing_keeps_content),
        cmocka_unit_test(test_copies),
        cmocka_unit_test(test_free_pointer_clears),
        cmocka_unit_test(test_overflow_ends_the_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
