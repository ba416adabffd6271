/* plugins/kit/socket/procnet_linux.c */
#include "listen.h"

static void test_same_as_the_diagnostics(void **state) {
    (void)state;
    static const char *const addresses[] = {"127.0.0.1", "::1"};
    static const char *const files[] = {"/proc/net/tcp", "/proc/net/tcp6"};
    for (size_t i = 0; i < DK_COUNT(addresses); i++) {
        int port = 0, fd = listen_at(addresses[i], &port, false);
        if (fd < 0)
            continue;
        SOCKET_AUTO_TABLE socket_table text = SOCKET_TABLE_INIT, binary = SOCKET_TABLE_INIT;
        socket_wanted wanted = listen_want(port);
        assert_true(socket_diag_read(&wanted, &binary));
        assert_true(socket_procnet_read(files[i], i ? AF_INET6 : AF_INET, &wanted, &text));
        assert_int_equal(text.count, 1);
        assert_non_null(listen_find(&text, port, addresses[i]));
        assert_int_equal(text.listeners[0].uid, binary.listeners[0].uid);
        assert_int_equal(text.listeners[0].inode, binary.listeners[0].inode);
        close(fd);
    }
}

static void test_nonsense_is_passed_over(void **state) {
    (void)state;
    char path[] = "/tmp/devkit-procnet-XXXXXX";
    int fd = mkstemp(path);
    static const char text[] = "  sl  local_address rem_address   st\n"
                               "   0: 0100007F:1539 00000000:0000 0A 0:0 0:0 0 70 0 4242 1\n"
                               "   1: 0100007F:153A 00000000:0000 01 0:0 0:0 0 70 0 4243 1\n"
                               "   2: 01:153B 00000000:0000 0A 0:0 0:0 0 70 0 4244 1\n"
                               "   3: garbage\n\n";
    assert_int_equal(write(fd, text, sizeof text - 1), sizeof text - 1);
    close(fd);
    SOCKET_AUTO_TABLE socket_table table = SOCKET_TABLE_INIT;
    socket_wanted wanted = listen_want(0);
    assert_true(socket_procnet_read(path, AF_INET, &wanted, &table));
    assert_int_equal(table.count, 1);
    assert_int_equal(table.listeners[0].port, 0x1539);
    assert_int_equal(table.listeners[0].uid, 70);
    assert_int_equal(table.listeners[0].inode, 4242);
    unlink(path);
    assert_false(socket_procnet_read(path, AF_INET, &wanted, &table));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_same_as_the_diagnostics),
                                       cmocka_unit_test(test_nonsense_is_passed_over)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
