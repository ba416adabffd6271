/* plugins/ports/need.c */
#include "lab.h"

static void test_hosts_of_this_machine(void **state) {
    (void)state;
    static const char *const here[] = {"",    "localhost", "127.0.0.1", "127.1.2.3",
                                       "::1", "0.0.0.0",   "::",        "shop.localhost"};
    static const char *const there[] = {"db", "192.168.1.1", "example.com", "localhost.example.com"};
    assert_true(ports_host_is_local(NULL));
    for (size_t i = 0; i < DK_COUNT(here); i++)
        if (!ports_host_is_local(here[i]))
            fail_msg("%s is here", here[i]);
    for (size_t i = 0; i < DK_COUNT(there); i++)
        if (ports_host_is_local(there[i]))
            fail_msg("%s is elsewhere", there[i]);
}

static void test_no_ports(void **state) {
    (void)state;
    PORTS_AUTO_NEEDS ports_needs needs = PORTS_NEEDS_INIT;
    lab_need(&needs, 0, PORTS_CONFIG, "a", NULL);
    lab_need(&needs, 65536, PORTS_CONFIG, "b", NULL);
    lab_need(&needs, -1, PORTS_CONFIG, "c", NULL);
    assert_int_equal(needs.count, 0);
}

static void test_a_port_is_one_need(void **state) {
    (void)state;
    PORTS_AUTO_NEEDS ports_needs needs = PORTS_NEEDS_INIT;
    const ports_source far = {.kind = PORTS_DATABASE, .name = (char *)"FAR"};
    lab_need(&needs, 5433, PORTS_CONFIG, "web", NULL);
    lab_need(&needs, 5433, PORTS_URL, "WEB_URL", "http");
    ports_needs_add(&needs, 5433, "db.example.com", &far); /* the same number, but another machine's */
    assert_int_equal(needs.count, 2);
    assert_string_equal(needs.items[0].host, "localhost");
    assert_true(needs.items[1].remote);
    assert_string_equal(ports_need_source(&needs.items[0], PORTS_URL)->scheme, "http");
    assert_null(ports_need_source(&needs.items[0], PORTS_DATABASE));
    DK_AUTOFREE char *by = ports_need_describe(&needs.items[0]);
    assert_string_equal(by, "[ports] web, WEB_URL (.env:1)");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hosts_of_this_machine),
        cmocka_unit_test(test_no_ports),
        cmocka_unit_test(test_a_port_is_one_need),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
