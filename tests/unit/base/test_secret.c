/* cli/base/secret.c. The list lives as long as the process: each test uses words of its own. */
#include "scratch.h"
#include <devkit/system.h>

static void expect(const char *text, const char *expected) {
    DK_AUTOFREE char *masked = dk_secret_mask(text);
    assert_string_equal(masked, expected);
}

static void test_nothing_to_mask(void **state) {
    (void)state;
    expect("", "");
    expect("plain", "plain");
    assert_null(dk_secret_mask(NULL));
    dk_secret_add("");
    dk_secret_add(NULL);
    expect("plain", "plain");
}

static void test_every_occurrence(void **state) {
    (void)state;
    dk_secret_add("hunter2");
    expect("hunter2", "***");
    expect("xhunter2y hunter2", "x***y ***");
    expect("hunter", "hunter");
    expect("hunterhunter2", "hunter***");
}

static void test_percent_encoded(void **state) {
    (void)state;
    dk_secret_add("p@ss/wörd");
    expect("postgresql://u:p%40ss%2Fw%C3%B6rd@h/d", "postgresql://u:***@h/d");
    expect("postgresql://u:p%40ss%2fw%c3%b6rd@h/d", "postgresql://u:***@h/d");
    expect("p@ss/wörd", "***");
}

static void test_longest_first(void **state) {
    (void)state;
    dk_secret_add("Abcd");
    dk_secret_add("Abcdefgh");
    dk_secret_add("cdefghij");
    expect("Abcdefgh", "***");
    expect("Abcdx", "***x");
    expect("Abcdefghij", "***ij");
    expect("zcdefghij", "z***");
}

static void test_short_ones_as_words(void **state) {
    (void)state;
    dk_secret_add("pw");
    expect("pw", "***");
    expect("password is pw.", "password is ***.");
    expect("u:pw@h", "u:***@h");
    expect("pwd spw pw_", "pwd spw pw_");
    expect("pwpw pw", "pwpw ***");
}

static void test_common_words(void **state) {
    (void)state;
    dk_secret_add("postgres");
    expect("database postgres on postgresql is ready", "database postgres on postgresql is ready");
    expect("postgresql://postgres:postgres@localhost/postgres",
           "postgresql://postgres:***@localhost/postgres");
    expect("host=x password=postgres", "host=x password=***");
    expect("PGPASSWORD=postgres", "PGPASSWORD=***");
}

static void test_lower_case_words(void **state) {
    (void)state;
    dk_secret_add("demo");
    expect("demo", "***");
    expect("u:demo@h %3Ademo%40 \"demo\" 'demo' demo1 Xdemo", "u:***@h %3A***%40 \"***\" '***' ***1 X***");
    expect("democracy is academodern", "democracy is academodern");
    expect("said:\\ndemo", "said:\\n***");
}

static void test_allowed_names(void **state) {
    (void)state;
    dk_secret_add("autoserve");
    expect("autoserve_dev", "***_dev");
    dk_secret_allow("autoserve_dev");
    expect("database autoserve_dev", "database autoserve_dev");
    expect("autoserve", "***"); /* alone it is still the password */
    dk_secret_allow("autoserve");
    expect("role autoserve", "role autoserve");
    expect("postgresql://autoserve:autoserve@h/autoserve_dev", "postgresql://autoserve:***@h/autoserve_dev");
}

static void test_allowed_is_not_a_hole(void **state) {
    (void)state;
    dk_secret_add("open-sesame");
    dk_secret_allow("sesame");
    dk_secret_allow("open");
    expect("open-sesame", "***");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_to_mask),       cmocka_unit_test(test_every_occurrence),
        cmocka_unit_test(test_percent_encoded),       cmocka_unit_test(test_longest_first),
        cmocka_unit_test(test_short_ones_as_words),   cmocka_unit_test(test_common_words),
        cmocka_unit_test(test_lower_case_words),      cmocka_unit_test(test_allowed_names),
        cmocka_unit_test(test_allowed_is_not_a_hole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
