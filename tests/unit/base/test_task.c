/* cli/base/task.c */
#include "base/signal.h"
#include "scratch.h"
#include <devkit/devkit.h>
#include <signal.h>
#include <unistd.h>

static int reset(void **state) {
    (void)state;
    signal(SIGTERM, SIG_DFL);
    signal_reset();
    return 0;
}

static void echo(void *data, dk_buf *answer) {
    dk_buf_add(answer, data);
}

static void test_answers_come_back_in_their_places(void **state) {
    (void)state;
    char names[20][16];
    dk_task tasks[20] = {{0}};
    for (int i = 0; i < 20; i++) {
        snprintf(names[i], sizeof names[i], "n%d", i);
        tasks[i] = (dk_task){.run = echo, .data = names[i]};
    }
    assert_true(dk_tasks_run(tasks, 20, 3, NULL));
    for (int i = 0; i < 20; i++) {
        assert_true(tasks[i].returned);
        assert_string_equal(dk_buf_text(&tasks[i].answer), names[i]);
        dk_task_release(&tasks[i]);
    }
    assert_true(dk_tasks_run(tasks, 0, 0, NULL));
}

static void big(void *data, dk_buf *answer) {
    (void)data;
    for (int i = 0; i < 100000; i++)
        dk_buf_add(answer, "0123456789");
}

static void crash(void *data, dk_buf *answer) {
    (void)data;
    dk_buf_add(answer, "half");
    signal(SIGABRT, SIG_DFL);
    abort();
}

static void leave(void *data, dk_buf *answer) {
    (void)data, (void)answer;
    _exit(7);
}

static void print(void *data, dk_buf *answer) {
    (void)data;
    printf("never seen\n");
    fprintf(stderr, "never seen\n");
    char byte;
    dk_buf_addf(answer, "%zd", read(0, &byte, 1));
}

static void test_ends_of_all_kinds(void **state) {
    (void)state;
    dk_task tasks[] = {{.run = big}, {.run = crash}, {.run = leave}, {.run = print}};
    assert_true(dk_tasks_run(tasks, DK_COUNT(tasks), 0, NULL));
    assert_int_equal(tasks[0].answer.length, 1000000);
    assert_false(tasks[1].returned);
    assert_int_equal(tasks[1].term_signal, SIGABRT);
    assert_false(tasks[2].returned);
    assert_int_equal(tasks[2].exit_status, 7);
    assert_true(tasks[3].returned);
    assert_string_equal(dk_buf_text(&tasks[3].answer), "0");
    for (size_t i = 0; i < DK_COUNT(tasks); i++)
        dk_task_release(&tasks[i]);
}

static void heed(void *data, dk_buf *answer) {
    (void)data;
    while (!dk_interrupted())
        dk_sleep_ms(10000);
    dk_buf_add(answer, "heard");
}

static void be_deaf(void *data, dk_buf *answer) {
    (void)data, (void)answer;
    signal(SIGTERM, SIG_IGN);
    for (;;)
        pause();
}

static void test_time_limit(void **state) {
    (void)state;
    signal_install();
    dk_task tasks[] = {{.run = heed, .timeout_ms = 100}, {.run = be_deaf, .timeout_ms = 100}};
    int64_t before = dk_now_ms();
    assert_true(dk_tasks_run(tasks, 2, 0, NULL));
    assert_true(dk_now_ms() - before < 10000);
    assert_true(tasks[0].timed_out && !tasks[0].returned);
    assert_string_equal(dk_buf_text(&tasks[0].answer), "heard");
    assert_true(tasks[1].timed_out && !tasks[1].returned);
    assert_int_equal(tasks[1].term_signal, SIGKILL);
    assert_false(dk_interrupted());
    dk_task_release(&tasks[0]);
    dk_task_release(&tasks[1]);
}

static void interrupt_parent(void *data, dk_buf *answer) {
    (void)data, (void)answer;
    kill(getppid(), SIGTERM);
    while (!dk_interrupted())
        dk_sleep_ms(10000);
}

static void test_interruption_ends_all(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    signal_install();
    dk_task tasks[] = {{.run = heed}, {.run = interrupt_parent}, {.run = echo, .data = (char[]){"never"}}};
    int64_t before = dk_now_ms();
    assert_false(dk_tasks_run(tasks, 3, 2, &error));
    assert_true(dk_error_is(&error, "interrupted"));
    assert_true(dk_now_ms() - before < 8000);
    assert_false(tasks[2].returned);
    for (int i = 0; i < 3; i++)
        dk_task_release(&tasks[i]);
}

static void touch(void *data) {
    (*(int *)data)++;
}

static void register_own(void *data, dk_buf *answer) {
    (void)data, (void)answer;
}

static void test_what_is_registered_for_our_end_stays_ours(void **state) {
    (void)state;
    static int ends;
    dk_at_exit(touch, &ends);
    dk_task task = {.run = register_own};
    assert_true(dk_tasks_run(&task, 1, 0, NULL));
    assert_true(task.returned);
    assert_int_equal(ends, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_answers_come_back_in_their_places, reset, reset),
        cmocka_unit_test_setup_teardown(test_ends_of_all_kinds, reset, reset),
        cmocka_unit_test_setup_teardown(test_time_limit, reset, reset),
        cmocka_unit_test_setup_teardown(test_interruption_ends_all, reset, reset),
        cmocka_unit_test_setup_teardown(test_what_is_registered_for_our_end_stays_ours, reset, reset)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
