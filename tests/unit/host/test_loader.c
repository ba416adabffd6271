/* Each field of a descriptor that does not fit is named, with both values and a remedy. Real files that do
 * not fit are tried in tests/cli/test_plugins.py. */
#include "host/loader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const dk_plugin good = {DK_PLUGIN_HEAD, .name = "cloud", .version = "1"};

static void accepts_a_fitting_descriptor(void **state) {
    (void)state;
    assert_true(loader_check(&good, "cloud.so", "cloud", NULL));
}

static void refused(const dk_plugin *plugin, const char *message, const char *remedy) {
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_false(loader_check(plugin, "cloud.so", "cloud", &error));
    assert_string_equal(error.code, "plugin-incompatible");
    if (!strstr(error.message, message) || !strstr(error.hint, remedy))
        fail_msg("\"%s\" (%s) lacks \"%s\" (%s)", error.message, error.hint, message, remedy);
}

static void names_the_field_that_does_not_fit(void **state) {
    (void)state;
    dk_plugin wrong = good;
    wrong.magic = 0x12345678;
    refused(&wrong, "magic is 0x12345678, expected 0x4b564544", "no devkit plugin");
    wrong = good;
    wrong.abi_major = 9;
    refused(&wrong, "abi_major is 9, expected 1", "rebuild");
    wrong = good;
    wrong.abi_minor = DK_ABI_MINOR + 1;
    refused(&wrong, "abi_minor is 1, expected at most 0", "update devkit");
    wrong = good;
    wrong.size = 24;
    refused(&wrong, "size is 24 bytes, expected ", "rebuild");
    wrong = good;
    wrong.name = "fog";
    refused(&wrong, "name is fog, expected cloud", "fog.so");
    wrong.name = NULL;
    refused(&wrong, "name is missing, expected cloud", "cloud.so");
}

static void reads_nothing_behind_a_wrong_magic(void **state) {
    (void)state;
    /* Only the first four bytes are there: under the sanitizer, a read behind them ends the test. */
    uint32_t *magic = dk_alloc(sizeof(*magic));
    *magic = 1;
    assert_false(loader_check((const dk_plugin *)(const void *)magic, "x.so", "x", NULL));
    dk_free_pointer(&magic);
}

static void says_why_a_file_does_not_open(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_null(loader_open("/nowhere/cloud.so", "cloud", LOADER_BIND_ALL, &error));
    assert_string_equal(error.code, "plugin-unusable");
    assert_non_null(strstr(error.detail, "/nowhere/cloud.so"));
    assert_non_null(error.hint);
}

static void takes_the_name_from_the_file(void **state) {
    (void)state;
    DK_AUTOFREE char *name = loader_plugin_name("a/b/server-local.so");
    DK_AUTOFREE char *bare = loader_plugin_name("plain");
    assert_string_equal(name, "server-local");
    assert_string_equal(bare, "plain");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepts_a_fitting_descriptor),
        cmocka_unit_test(names_the_field_that_does_not_fit),
        cmocka_unit_test(reads_nothing_behind_a_wrong_magic),
        cmocka_unit_test(says_why_a_file_does_not_open),
        cmocka_unit_test(takes_the_name_from_the_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
