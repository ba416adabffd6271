/* devkit version: one line for people, the versions of the ABI as well for programs. */
#include "core/commands.h"
#include "run_command.h"

static void prints_one_line(void **state) {
    (void)state;
    dk_context *context = sample_context();
    assert_true(run_values(context, &commands_version, NULL, false, NULL));
    assert_string_equal(caught_out.text, "devkit " DEVKIT_VERSION "\n");
    assert_string_equal(caught_err.text, "");
    assert_int_equal(json_object_size(dk_result(context)), 0);
    fake_free(context);
}

static void tells_programs_the_abi(void **state) {
    (void)state;
    dk_context *context = sample_context();
    assert_true(run_values(context, &commands_version, NULL, true, NULL));
    assert_string_equal(caught_out.text, "");
    const json_t *result = dk_result(context);
    assert_string_equal(dk_json_string(result, "version", ""), DEVKIT_VERSION);
    assert_int_equal(dk_json_int(result, "abi_major", -1), DK_ABI_MAJOR);
    assert_int_equal(dk_json_int(result, "abi_minor", -1), DK_ABI_MINOR);
    fake_free(context);
}

static void reads_no_project(void **state) {
    (void)state;
    dk_context *context = context_new();
    context->globals.directory = "/nowhere/at/all";
    assert_true(run_values(context, &commands_version, NULL, false, NULL));
    assert_null(context->root);
    assert_false(context->catalog_filled);
    context_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prints_one_line),
        cmocka_unit_test(tells_programs_the_abi),
        cmocka_unit_test(reads_no_project),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
