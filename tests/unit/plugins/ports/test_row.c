/* plugins/ports/row.c */
#include "lab.h"

static void test_a_row_each_holder(void **state) {
    (void)state;
    dk_context *context = lab_open("", NULL);
    PORTS_AUTO_NEEDS ports_needs needs = PORTS_NEEDS_INIT;
    PORTS_AUTO_ROWS ports_rows rows = PORTS_ROWS_INIT;
    lab_child other = {0};
    int port = 0, spare = 0;
    int four = listen_at("127.0.0.1", &port, false), also = listen_at("127.0.0.2", &port, false);
    int six = listen_at("::1", &port, true), free_fd = listen_at("127.0.0.1", &spare, false);
    close(free_fd);
    pid_t child = lab_listen(&other);
    lab_need(&needs, port, PORTS_CONFIG, "web", NULL);
    lab_need(&needs, spare, PORTS_CONFIG, "spare", NULL);
    SOCKET_AUTO_TABLE socket_table table = SOCKET_TABLE_INIT;
    assert_true(socket_table_read(NULL, 0, &table, NULL));
    ports_rows_make(context, &needs, &table, true, &rows);
    assert_int_equal(rows.items[0].addresses.count, six < 0 ? 2 : 3);
    assert_string_equal(rows.items[0].addresses.items[0], "127.0.0.1");
    assert_string_equal(ports_row_state(&rows.items[0]), "listening");
    assert_int_equal(rows.items[1].port, spare);
    assert_null(rows.items[1].listener);
    assert_string_equal(ports_row_state(&rows.items[1]), "free");
    bool seen = false;
    for (size_t i = 2; i < rows.count; i++) {
        assert_null(rows.items[i].need);
        assert_int_not_equal(rows.items[i].port, port);
        seen |= rows.items[i].port == other.port && rows.items[i].listener->holder->pid == child;
    }
    assert_true(seen);
    assert_int_equal(engine.asked <= 1, 1);
    listen_end(child);
    close(four);
    close(also);
    close(six);
    fake_free(context);
}

static void test_two_who_share_a_port(void **state) {
    (void)state;
    dk_context *context = lab_open("", NULL);
    PORTS_AUTO_NEEDS ports_needs needs = PORTS_NEEDS_INIT;
    PORTS_AUTO_ROWS ports_rows rows = PORTS_ROWS_INIT;
    lab_child child = {0};
    pid_t pid = lab_listen(&child);
    int fd = listen_at("127.0.0.3", &child.port, false);
    lab_need(&needs, child.port, PORTS_CONFIG, "web", NULL);
    SOCKET_AUTO_TABLE socket_table table = SOCKET_TABLE_INIT;
    assert_true(socket_table_read(&child.port, 1, &table, NULL));
    ports_rows_make(context, &needs, &table, false, &rows);
    assert_int_equal(rows.count, 2);
    assert_int_equal(rows.items[0].listener->holder->pid, pid);
    assert_int_equal(rows.items[1].listener->holder->pid, getpid());
    listen_end(pid);
    close(fd);
    fake_free(context);
}

static void test_the_first_problem_stays(void **state) {
    (void)state;
    ports_row row = {.agrees = true};
    ports_row_disagree(&row, dk_strdup("one"), dk_strdup("do"));
    ports_row_disagree(&row, dk_strdup("two"), NULL);
    assert_false(row.agrees);
    assert_string_equal(row.problem, "one");
    assert_string_equal(row.hint, "do");
    free(row.problem);
    free(row.hint);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_row_each_holder),
        cmocka_unit_test(test_two_who_share_a_port),
        cmocka_unit_test(test_the_first_problem_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
