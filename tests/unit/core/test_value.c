/* Texts become values of the type the table names, or an error that says what was expected. */
#include "core/value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int64_t number_of(dk_value_type type, const char *text) {
    int64_t number = -1;
    assert_true(value_store(type, NULL, "--x", text, &number, NULL));
    return number;
}

static void reads_numbers(void **state) {
    (void)state;
    assert_int_equal(number_of(DK_VALUE_INTEGER, "-12"), -12);
    assert_int_equal(number_of(DK_VALUE_SIZE, "2KB"), 2048);
    assert_int_equal(number_of(DK_VALUE_DURATION, "250ms"), 250);
    assert_int_equal(number_of(DK_VALUE_DURATION, "5m"), 300000);
}

static void takes_a_bare_duration_for_seconds(void **state) {
    (void)state;
    assert_int_equal(number_of(DK_VALUE_DURATION, "3"), 3000);
}

static void refuses_what_is_no_number(void **state) {
    (void)state;
    static const struct {
        dk_value_type type;
        const char *text;
    } bad[] = {
        {DK_VALUE_INTEGER, "1x"},  {DK_VALUE_INTEGER, ""},      {DK_VALUE_SIZE, "many"},
        {DK_VALUE_DURATION, "-1"}, {DK_VALUE_DURATION, "soon"}, {DK_VALUE_DURATION, "9223372036854775807"},
    };
    for (size_t i = 0; i < DK_COUNT(bad); i++) {
        DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
        int64_t number = 7;
        assert_false(value_store(bad[i].type, NULL, "--x", bad[i].text, &number, &error));
        assert_int_equal(error.error_class, DK_ERROR_USAGE);
        assert_string_equal(error.code, "bad-value");
        assert_non_null(error.hint);
        assert_int_equal(number, 7);
    }
}

static void names_the_nearest_choice(void **state) {
    (void)state;
    static const char *const choices[] = {"libpq", "asyncpg", NULL};
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    const char *text = NULL;
    assert_true(value_store(DK_VALUE_TEXT, choices, "--format", "asyncpg", &text, &error));
    assert_string_equal(text, "asyncpg");
    assert_false(value_store(DK_VALUE_TEXT, choices, "--format", "asynpg", &text, &error));
    assert_string_equal(error.message, "--format: \"asynpg\" is not one of libpq, asyncpg");
    assert_string_equal(error.hint, "did you mean asyncpg?");
}

static void reads_flags_of_the_environment(void **state) {
    (void)state;
    static const char *const off[] = {"", "0", "false", "no"};
    for (size_t i = 0; i < DK_COUNT(off); i++) {
        bool flag = true;
        assert_true(value_store(DK_VALUE_FLAG, NULL, "X", off[i], &flag, NULL));
        assert_false(flag);
    }
    bool flag = false;
    assert_true(value_store(DK_VALUE_FLAG, NULL, "X", "1", &flag, NULL));
    assert_true(flag);
}

static void checks_without_storing(void **state) {
    (void)state;
    assert_true(value_store(DK_VALUE_LIST, NULL, "NAME", "a", NULL, NULL));
    assert_true(value_store(DK_VALUE_INTEGER, NULL, "N", "4", NULL, NULL));
    assert_false(value_store(DK_VALUE_INTEGER, NULL, "N", "four", NULL, NULL));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_numbers),
        cmocka_unit_test(takes_a_bare_duration_for_seconds),
        cmocka_unit_test(refuses_what_is_no_number),
        cmocka_unit_test(names_the_nearest_choice),
        cmocka_unit_test(reads_flags_of_the_environment),
        cmocka_unit_test(checks_without_storing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
