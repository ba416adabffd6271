/* plugins/kit/compose/port.c */
#include "model.h"

static void expect(const char *text, const char *expected) {
    compose_port port;
    const char *problem = NULL;
    assert_true(compose_port_parse(text, &port, &problem));
    compose_service service = {.ports = &port, .port_count = 1};
    dk_buf shown = DK_BUF_INIT;
    model_ports(&service, &shown);
    assert_string_equal(dk_buf_text(&shown) + 1, expected);
    dk_buf_release(&shown);
    compose_port_release(&port);
}

static void test_short_forms(void **state) {
    (void)state;
    static const char *const forms[][2] = {
        {"5432", "0>5432"},
        {"5433:5432", "5433>5432"},
        {"127.0.0.1:5433:5432", "127.0.0.1|5433>5432"},
        {"127.0.0.1::5432", "127.0.0.1|0>5432"},
        {"[::1]:5433:5432", "::1|5433>5432"},
        {"::1:5433:5432", "::1|5433>5432"},
        {"[::]:5433:5432", "::|5433>5432"},
        {"0.0.0.0:5433:5432/tcp", "0.0.0.0|5433>5432"},
        {"6060:6060/udp", "6060>6060/udp"},
        {"5432-5435:5432-5435", "5432-5435>5432-5435"},
        {"9090-9091:8080-8081", "9090-9091>8080-8081"},
        {"5432-5435:5432", "5432-5435>5432"},
        {"3000-3005", "0>3000-3005"},
        {":5432", "0>5432"},
        {"0:5432", "0>5432"},
        {"127.0.0.1:5000-5010:5000-5010", "127.0.0.1|5000-5010>5000-5010"},
    };
    for (size_t i = 0; i < DK_COUNT(forms); i++)
        expect(forms[i][0], forms[i][1]);
}

static void test_wrong_ones(void **state) {
    (void)state;
    static const char *const wrong[] = {
        "",        "x",          "5432:",          "70000:5432",          "5433:70000",
        "5433:0",  "5433-5432",  "1-2:3-5",        "localhost:5433:5432", "5433:5432:x",
        "-1:5432", "5433:5432-", "1.2.3.4:x:5432", "5433 :5432"};
    for (size_t i = 0; i < DK_COUNT(wrong); i++) {
        compose_port port;
        const char *problem = NULL;
        if (compose_port_parse(wrong[i], &port, &problem))
            fail_msg("%s was taken", wrong[i]);
        assert_non_null(problem);
        compose_port_release(&port);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_short_forms), cmocka_unit_test(test_wrong_ones)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
