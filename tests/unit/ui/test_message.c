/* cli/ui/message.c */
#include "streams.h"

static void speak(void) {
    dk_info(NULL, "i %d", 1);
    dk_note(NULL, "n");
    dk_warn(NULL, "w");
    dk_debug(NULL, "d");
}

static void test_who_speaks_when(void **state) {
    (void)state;
    catch_output();
    configure((ui_settings){0});
    speak();
    expect_output("", "i 1\nnote: n\nwarning: w\n");
    catch_output();
    configure((ui_settings){.quiet = true});
    speak();
    expect_output("", "warning: w\n");
    catch_output();
    configure((ui_settings){.verbose = true});
    speak();
    expect_output("", "i 1\nnote: n\nwarning: w\ndebug: d\n");
    catch_output();
    configure((ui_settings){.json = true});
    speak();
    expect_output("", "");
    catch_output();
    configure((ui_settings){.json = true, .verbose = true});
    speak();
    expect_output("", "i 1\nnote: n\nwarning: w\ndebug: d\n");
}

static void test_messages_are_masked(void **state) {
    (void)state;
    dk_secret_add("messagesecret");
    configure((ui_settings){0});
    catch_output();
    dk_info(NULL, "%s", "xmessagesecret");
    expect_output("", "x***\n");
}

static void test_error_for_people(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dk_secret_add("errorsecret");
    dk_fail(&error, DK_ERROR_FAILED, "x", "cannot do it with errorsecret");
    dk_error_detail(&error, "line one\n\nline errorsecret\n");
    dk_error_hint(&error, "do this\nthen that");
    configure((ui_settings){.quiet = true}); /* errors are never silent */
    catch_output();
    ui_print_error(&error);
    expect_output("", "devkit: cannot do it with ***\n"
                      "  line one\n"
                      "\n"
                      "  line ***\n"
                      "  → do this\n"
                      "    then that\n");
}

static void test_error_in_colour(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dk_fail(&error, DK_ERROR_FAILED, "x", "no");
    dk_error_hint(&error, "yes");
    configure((ui_settings){.colour = true, .terminal = true});
    catch_output();
    ui_print_error(&error);
    expect_output("", "\033[1;31mdevkit:\033[0m no\n  \033[32m→\033[0m yes\n");
}

static void test_no_error_is_silent(void **state) {
    (void)state;
    dk_error error = DK_ERROR_INIT;
    catch_output();
    ui_print_error(&error);
    ui_print_error(NULL);
    expect_output("", "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_speaks_when),    cmocka_unit_test(test_messages_are_masked),
        cmocka_unit_test(test_error_for_people),   cmocka_unit_test(test_error_in_colour),
        cmocka_unit_test(test_no_error_is_silent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
