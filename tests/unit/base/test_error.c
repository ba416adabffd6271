/* cli/base/error.c */
#include "scratch.h"
#include <errno.h>

static void test_fail_fills(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_false(dk_fail(&error, DK_ERROR_REFUSED, "protected", "%s is protected", "shop"));
    assert_int_equal(error.error_class, DK_ERROR_REFUSED);
    assert_string_equal(error.code, "protected");
    assert_string_equal(error.message, "shop is protected");
    assert_null(error.detail);
    assert_null(error.hint);
    assert_true(dk_error_is(&error, "protected"));
    assert_false(dk_error_is(&error, "protecte"));
}

static void test_null_is_allowed_everywhere(void **state) {
    (void)state;
    assert_false(dk_fail(NULL, DK_ERROR_FAILED, "x", "y"));
    assert_false(dk_fail_errno(NULL, ENOENT, "x", "y"));
    assert_false(dk_error_detail(NULL, "y"));
    assert_false(dk_error_hint(NULL, "y"));
    assert_false(dk_error_prefix(NULL, "y"));
    assert_false(dk_error_is(NULL, "x"));
    assert_false(dk_error_sqlstate_is(NULL, "00000"));
    dk_error_release(NULL);
    dk_error error = DK_ERROR_INIT;
    dk_fail(&error, DK_ERROR_FAILED, "x", "y");
    dk_error_move(NULL, &error);
    assert_null(error.message);
}

static void test_replacing_by_its_own_text(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dk_fail(&error, DK_ERROR_FAILED, "inner", "no such table");
    dk_error_detail(&error, "line 3");
    dk_error_hint(&error, "migrate");
    dk_error_detail(&error, "%s of a.sql", error.detail);
    assert_string_equal(error.detail, "line 3 of a.sql");
    dk_fail(&error, DK_ERROR_USAGE, "outer", "seed: %s", error.message);
    assert_string_equal(error.message, "seed: no such table");
    assert_null(error.detail); /* what it held is gone */
    assert_null(error.hint);
    dk_error_prefix(&error, "%s", "reset");
    assert_string_equal(error.message, "reset: seed: no such table");
}

static void test_errno_becomes_detail(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dk_fail_errno(&error, ENOENT, "file-missing", "cannot read %s", "x");
    assert_int_equal(error.error_class, DK_ERROR_FAILED);
    assert_string_equal(error.detail, strerror(ENOENT));
}

static void test_long_code_is_cut(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dk_fail(&error, DK_ERROR_FAILED, "a-code-that-is-much-longer-than-any-code-has-reason-to-be-at-all", "m");
    assert_int_equal(strlen(error.code), sizeof error.code - 1);
}

static void test_move(void **state) {
    (void)state;
    dk_error source = DK_ERROR_INIT;
    DK_AUTO_ERROR dk_error target = DK_ERROR_INIT;
    dk_fail(&target, DK_ERROR_FAILED, "old", "old");
    dk_fail(&source, DK_ERROR_FAILED, "new", "new");
    strcpy(source.sqlstate, "42P01");
    dk_error_move(&target, &source);
    assert_string_equal(target.message, "new");
    assert_true(dk_error_sqlstate_is(&target, "42P01"));
    assert_null(source.message);
    assert_int_equal(source.error_class, DK_ERROR_NONE);
    dk_error_move(&target, &target);
    assert_string_equal(target.message, "new");
}

static void test_an_empty_error_is_nothing(void **state) {
    (void)state;
    dk_error error = DK_ERROR_INIT;
    assert_false(dk_error_is(&error, ""));
    assert_false(dk_error_sqlstate_is(&error, ""));
    dk_error_release(&error);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fail_fills),
        cmocka_unit_test(test_null_is_allowed_everywhere),
        cmocka_unit_test(test_replacing_by_its_own_text),
        cmocka_unit_test(test_errno_becomes_detail),
        cmocka_unit_test(test_long_code_is_cut),
        cmocka_unit_test(test_move),
        cmocka_unit_test(test_an_empty_error_is_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
