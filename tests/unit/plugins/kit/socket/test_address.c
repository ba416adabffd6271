/* plugins/kit/socket/address.c */
#include "listen.h"

static socket_listener listener(const char *address, bool only_six) {
    socket_listener made = {.family = strchr(address, ':') ? AF_INET6 : AF_INET, .only_six = only_six};
    assert_int_equal(inet_pton(made.family, address, made.address), 1);
    return made;
}

static void test_who_reaches_it(void **state) {
    (void)state;
    static const struct {
        const char *address, *host;
        bool only_six, reached;
    } rows[] = {
        {"127.0.0.1", "127.0.0.1", false, true},
        {"127.0.0.1", "localhost", false, true},
        {"127.0.0.1", "LOCALHOST", false, true},
        {"127.0.0.1", "shop.localhost", false, true},
        {"127.0.0.1", "::1", false, false},
        {"127.0.0.1", "127.0.0.2", false, false},
        {"127.0.0.1", "db", false, false},
        {"0.0.0.0", "127.0.0.9", false, true},
        {"0.0.0.0", "::1", false, false},
        {"::1", "localhost", false, true},
        {"::1", "127.0.0.1", false, false},
        {"::", "127.0.0.1", false, true},
        {"::", "127.0.0.1", true, false},
        {"::", "::1", true, true},
        {"::", "localhost", true, true},
        {"::ffff:127.0.0.1", "127.0.0.1", false, true},
        {"::ffff:127.0.0.1", "::1", false, false},
        {"::ffff:0.0.0.0", "127.0.0.1", false, true},
        {"::ffff:10.0.0.1", "127.0.0.1", false, false},
        {"192.168.7.7", "localhost", false, false},
    };
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        socket_listener made = listener(rows[i].address, rows[i].only_six);
        if (socket_listener_serves(&made, rows[i].host) != rows[i].reached)
            fail_msg("%s by %s", rows[i].address, rows[i].host);
    }
}

static void test_text(void **state) {
    (void)state;
    char text[INET6_ADDRSTRLEN];
    socket_listener six = listener("2001:db8::7", false), none = {0};
    socket_address_text(&six, text);
    assert_string_equal(text, "2001:db8::7");
    socket_address_text(&none, text);
    assert_string_equal(text, "?");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_who_reaches_it), cmocka_unit_test(test_text)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
