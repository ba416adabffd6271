/* plugins/kit/socket/read.c */
#include "listen.h"

static void test_only_what_is_asked_for(void **state) {
    (void)state;
    int ports[3] = {0}, fds[3];
    for (int i = 0; i < 3; i++)
        fds[i] = listen_at("127.0.0.1", &ports[i], false);
    SOCKET_AUTO_TABLE socket_table one = SOCKET_TABLE_INIT, two = SOCKET_TABLE_INIT, all = SOCKET_TABLE_INIT;
    size_t first = 0;
    assert_true(socket_table_read(ports, 1, &one, NULL));
    assert_int_equal(one.count, 1);
    assert_int_equal(one.listeners[0].port, ports[0]);
    assert_true(socket_table_read(ports, 2, &two, NULL));
    assert_int_equal(two.count, 2);
    assert_int_equal(two.process_count, 1);
    assert_ptr_equal(two.listeners[0].holder, two.listeners[1].holder);
    assert_true(socket_table_read(NULL, 0, &all, NULL));
    for (int i = 0; i < 3; i++) {
        assert_int_equal(socket_table_find(&all, ports[i], &first), 1);
        assert_int_equal(all.listeners[first].holder->pid, getpid());
        close(fds[i]);
    }
    assert_int_equal(socket_table_find(&one, ports[1], &first), 0);
}

static void test_sorted_by_port_and_family(void **state) {
    (void)state;
    int port = 0;
    int six = listen_at("::1", &port, true);
    int four = listen_at("127.0.0.1", &port, false);
    int other = listen_at("127.0.0.2", &port, false);
    SOCKET_AUTO_TABLE socket_table table = SOCKET_TABLE_INIT;
    size_t first = 0;
    assert_true(socket_table_read(NULL, 0, &table, NULL));
    for (size_t i = 1; i < table.count; i++)
        assert_true(table.listeners[i - 1].port <= table.listeners[i].port);
    if (six >= 0) {
        assert_int_equal(socket_table_find(&table, port, &first), 3);
        assert_int_equal(table.listeners[first].family, AF_INET);
        assert_int_equal(table.listeners[first + 2].family, AF_INET6);
    }
    close(six);
    close(four);
    close(other);
    SOCKET_AUTO_TABLE socket_table gone = SOCKET_TABLE_INIT;
    assert_true(socket_table_read(&port, 1, &gone, NULL));
    assert_int_equal(gone.count, 0);
}

static void test_one_fact_is_one_row(void **state) {
    (void)state;
    int port = 0, on = 1;
    int first_fd = socket(AF_INET, SOCK_STREAM, 0), second_fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    setsockopt(first_fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    setsockopt(second_fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    assert_int_equal(bind(first_fd, (struct sockaddr *)&address, length), 0);
    assert_int_equal(getsockname(first_fd, (struct sockaddr *)&address, &length), 0);
    assert_int_equal(bind(second_fd, (struct sockaddr *)&address, length), 0);
    assert_int_equal(listen(first_fd, 1) | listen(second_fd, 1), 0);
    port = ntohs(address.sin_port);
    SOCKET_AUTO_TABLE socket_table table = SOCKET_TABLE_INIT;
    assert_true(socket_table_read(&port, 1, &table, NULL));
    assert_int_equal(table.count, 1);
    close(first_fd);
    close(second_fd);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_what_is_asked_for),
        cmocka_unit_test(test_sorted_by_port_and_family),
        cmocka_unit_test(test_one_fact_is_one_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
