/* plugins/kit/socket/table.c */
#include "listen.h"

static void test_a_process_is_there_once(void **state) {
    (void)state;
    SOCKET_AUTO_TABLE socket_table table = SOCKET_TABLE_INIT;
    bool added = false;
    for (pid_t pid = 1; pid < 100; pid++) {
        const socket_process *process = socket_table_process(&table, pid, &added);
        assert_true(added);
        assert_int_equal(process->pid, pid);
    }
    assert_int_equal(socket_table_process(&table, 7, &added)->pid, 7);
    assert_false(added);
    assert_int_equal(table.process_count, 99);
}

static void test_finding_a_port(void **state) {
    (void)state;
    static const int ports[] = {3, 3, 5, 9};
    SOCKET_AUTO_TABLE socket_table table = SOCKET_TABLE_INIT;
    size_t first = 0;
    assert_int_equal(socket_table_find(&table, 3, &first), 0);
    for (size_t i = 0; i < DK_COUNT(ports); i++)
        socket_table_add(&table)->port = ports[i];
    assert_int_equal(socket_table_find(&table, 3, &first), 2);
    assert_int_equal(first, 0);
    assert_int_equal(socket_table_find(&table, 9, &first), 1);
    assert_int_equal(first, 3);
    assert_int_equal(socket_table_find(&table, 4, &first), 0);
}

/* A server at loopback is not disturbed by one at another address, so that is not named first. */
static void test_who_is_in_the_way_of_loopback(void **state) {
    (void)state;
    socket_listener listeners[] = {{.family = AF_INET, .address = {10, 0, 0, 1}, .port = 7},
                                   {.family = AF_INET, .address = {127, 0, 0, 1}, .port = 7},
                                   {.family = AF_INET, .address = {10, 0, 0, 1}, .port = 8}};
    const socket_table table = {.listeners = listeners, .count = DK_COUNT(listeners)};
    assert_ptr_equal(socket_table_holder(&table, 7), &listeners[1]);
    assert_ptr_equal(socket_table_holder(&table, 8), &listeners[2]); /* better than nobody */
    assert_null(socket_table_holder(&table, 9));
}

static void test_names_of_accounts(void **state) {
    (void)state;
    DK_AUTOFREE char *root = socket_user_name(0);
    DK_AUTOFREE char *nobody = socket_user_name(3999999999U);
    assert_string_equal(root, "root");
    assert_string_equal(nobody, "3999999999");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_process_is_there_once),
        cmocka_unit_test(test_finding_a_port),
        cmocka_unit_test(test_who_is_in_the_way_of_loopback),
        cmocka_unit_test(test_names_of_accounts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
