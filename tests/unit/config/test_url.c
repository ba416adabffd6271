/* dk_url as a value. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <devkit/url.h>
#include <stdlib.h>
#include <string.h>

static void test_defaults(void **state) {
    DK_AUTO_URL dk_url url = DK_URL_INIT;
    (void)state;
    assert_string_equal(dk_url_host_name(&url), "localhost");
    assert_int_equal(dk_url_port(&url), 5432);
    assert_null(dk_url_parameter_value(&url, "sslmode"));
    assert_true(dk_url_parse("postgres://db:6000/x?a=1&a=2", &url, NULL));
    assert_string_equal(dk_url_host_name(&url), "db");
    assert_int_equal(dk_url_port(&url), 6000);
    assert_string_equal(dk_url_parameter_value(&url, "a"), "2");
    assert_null(dk_url_parameter_value(&url, "b"));
}

static void test_copy_stands_alone(void **state) {
    dk_url url = DK_URL_INIT;
    DK_AUTO_URL dk_url copy = DK_URL_INIT;
    (void)state;
    assert_true(dk_url_parse("postgres://u:p@h:1/x?a=1", &url, NULL));
    dk_url_copy(&copy, &url);
    dk_url_copy(&copy, &copy);
    dk_url_release(&url);
    dk_url_release(&url);
    assert_string_equal(copy.user, "u");
    assert_string_equal(copy.parameters[0].value, "1");
    dk_url_set_database(&copy, copy.user); /* its own text */
    assert_string_equal(copy.database, "u");
    dk_url_set_host(&copy, copy.hosts[0].host, 2);
    assert_string_equal(copy.hosts[0].host, "h");
    assert_int_equal(copy.host_count, 1);
    dk_url_set_database(&copy, NULL);
    assert_null(copy.database);
}

static void test_parse_replaces(void **state) {
    DK_AUTO_URL dk_url url = DK_URL_INIT;
    (void)state;
    assert_true(dk_url_parse("postgres://h1/x?a=1", &url, NULL));
    assert_true(dk_url_parse("postgres://h2/y", &url, NULL));
    assert_string_equal(dk_url_host_name(&url), "h2");
    assert_int_equal(url.parameter_count, 0);
    assert_false(dk_url_parse("nonsense", &url, NULL));
    assert_string_equal(dk_url_host_name(&url), "h2"); /* untouched */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_copy_stands_alone),
        cmocka_unit_test(test_parse_replaces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
