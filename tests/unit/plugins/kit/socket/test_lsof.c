/* plugins/kit/socket/lsof.c */
#include "../../../skip.h"
#include "listen.h"

static void test_what_lsof_prints(void **state) {
    (void)state;
    static const char *const lines[] = {
        "p123",        "cpostgres", "u70",   "f6",  "tIPv4", "n127.0.0.1:5432", "f7",      "tIPv6",
        "n[::1]:5432", "p200",      "cnode", "u0",  "f11",   "tIPv6",           "n*:3000", "f12",
        "tIPv4",       "nnonsense", "",      "n:0",
    };
    SOCKET_AUTO_TABLE socket_table table = SOCKET_TABLE_INIT;
    socket_wanted wanted = listen_want(0);
    socket_lsof lsof = {.wanted = &wanted, .table = &table, .family = AF_INET};
    for (size_t i = 0; i < DK_COUNT(lines); i++)
        socket_lsof_line(&lsof, lines[i], strlen(lines[i]));
    assert_int_equal(table.count, 3);
    assert_int_equal(table.listeners[0].holder->pid, 123);
    assert_int_equal(table.listeners[0].uid, 70);
    assert_string_equal(table.listeners[1].holder->program, "postgres");
    assert_true(socket_listener_serves(&table.listeners[1], "::1"));
    assert_int_equal(table.listeners[2].port, 3000);
    assert_string_equal(table.listeners[2].holder->program, "node");
}

static void test_the_real_one(void **state) {
    (void)state;
    DK_AUTOFREE char *program = dk_find_program("lsof", NULL);
    if (!program)
        skip_because("lsof is not installed");
    int port = 0, fd = listen_at("127.0.0.1", &port, false);
    SOCKET_AUTO_TABLE socket_table table = SOCKET_TABLE_INIT;
    socket_wanted wanted = listen_want(port);
    assert_true(socket_lsof_read(&wanted, &table, NULL));
    assert_int_equal(table.count, 1);
    assert_int_equal(table.listeners[0].holder->pid, getpid());
    assert_non_null(listen_find(&table, port, "127.0.0.1"));
    close(fd);
}

static void test_without_lsof(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTOFREE char *path = dk_strdup(getenv("PATH"));
    SOCKET_AUTO_TABLE socket_table table = SOCKET_TABLE_INIT;
    socket_wanted wanted = listen_want(0);
    setenv("PATH", "/nowhere", 1);
    assert_false(socket_lsof_read(&wanted, &table, &error));
    setenv("PATH", path, 1);
    assert_string_equal(error.code, "program-missing");
    assert_non_null(strstr(error.hint, "lsof"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_lsof_prints),
        cmocka_unit_test(test_the_real_one),
        cmocka_unit_test(test_without_lsof),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
