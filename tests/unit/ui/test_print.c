/* cli/ui/print.c */
#include "streams.h"

static void test_for_people(void **state) {
    (void)state;
    dk_secret_add("printsecret");
    configure((ui_settings){.quiet = true});
    catch_output();
    dk_print(NULL, "%s\n", "a printsecret b");
    dk_flush(NULL);
    expect_output("a *** b\n", "");
}

static void test_not_for_programs(void **state) {
    (void)state;
    configure((ui_settings){.json = true, .verbose = true});
    catch_output();
    dk_print(NULL, "text\n");
    expect_output("", "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_for_people),
        cmocka_unit_test(test_not_for_programs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
