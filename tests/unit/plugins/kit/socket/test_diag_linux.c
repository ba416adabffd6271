/* plugins/kit/socket/diag_linux.c */
#include "listen.h"

static void test_addresses_and_accounts(void **state) {
    (void)state;
    static const char *const addresses[] = {"127.0.0.1", "0.0.0.0", "::1", "::"};
    for (size_t i = 0; i < DK_COUNT(addresses); i++) {
        int port = 0;
        int fd = listen_at(addresses[i], &port, i == 3);
        if (fd < 0)
            continue; /* no IPv6 here */
        SOCKET_AUTO_TABLE socket_table table = SOCKET_TABLE_INIT;
        socket_wanted wanted = listen_want(port);
        assert_true(socket_diag_read(&wanted, &table));
        assert_int_equal(table.count, 1);
        assert_non_null(listen_find(&table, port, addresses[i]));
        assert_int_equal(table.listeners[0].uid, geteuid());
        assert_true(table.listeners[0].inode != 0);
        /* Bound to one address of IPv6 it takes no other. */
        assert_int_equal(table.listeners[0].only_six, i >= 2);
        close(fd);
    }
}

/* More than one message's worth, and nothing that only connects. */
static void test_many(void **state) {
    (void)state;
    enum { MANY = 700 };
    int fds[MANY], ports[MANY] = {0};
    for (int i = 0; i < MANY; i++)
        assert_true((fds[i] = listen_at("127.0.0.1", &ports[i], false)) >= 0);
    SOCKET_AUTO_TABLE socket_table table = SOCKET_TABLE_INIT;
    socket_wanted wanted = listen_want(0);
    bool seen[65536] = {false};
    assert_true(socket_diag_read(&wanted, &table));
    for (size_t i = 0; i < table.count; i++)
        seen[table.listeners[i].port] = true;
    for (int i = 0; i < MANY; i++) {
        assert_true(seen[ports[i]]);
        close(fds[i]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_addresses_and_accounts),
                                       cmocka_unit_test(test_many)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
