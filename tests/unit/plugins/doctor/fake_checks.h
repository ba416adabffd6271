/* Checks that behave, and that don't. */
#ifndef TESTS_FAKE_CHECKS_H
#define TESTS_FAKE_CHECKS_H

#include "doctor_project.h"

#include <signal.h>

static int mended;

static bool fine(dk_context *context, dk_check_result *result, dk_error *error) {
    (void)context, (void)error;
    printf("a check does not print\n");
    return doctor_ok(result, "fine");
}

static bool sick(dk_context *context, dk_check_result *result, dk_error *error) {
    (void)context, (void)error;
    if (mended)
        return doctor_ok(result, "well again");
    doctor_fail(result, "sick\nof it");
    doctor_why(result, "it hurts");
    return doctor_fixable(result, "take this");
}

static bool cure(dk_context *context, dk_error *error) {
    (void)context, (void)error;
    mended++;
    return true;
}

static bool crashes(dk_context *context, dk_check_result *result, dk_error *error) {
    (void)context, (void)result, (void)error;
    signal(SIGABRT, SIG_DFL);
    abort();
}

static bool gives_up(dk_context *context, dk_check_result *result, dk_error *error) {
    (void)context;
    doctor_ok(result, "half way");
    dk_fail(error, DK_ERROR_FAILED, "x", "no idea");
    return dk_error_hint(error, "ask somebody");
}

static bool incurable(dk_context *context, dk_check_result *result, dk_error *error) {
    (void)context, (void)error;
    doctor_warn(result, "bad");
    return doctor_fixable(result, "hope");
}

static bool fails_to_cure(dk_context *context, dk_error *error) {
    (void)context;
    return dk_fail(error, DK_ERROR_FAILED, "x", "in vain");
}

#define CHECK(function, id, mend)                                                                            \
    static const dk_check_interface check_##function = {                                                     \
        .head = DK_INTERFACE("check", id, DK_CHECK_VERSION, dk_check_interface),                             \
        .title = "Title of " id,                                                                             \
        .run = function,                                                                                     \
        .fix = mend,                                                                                         \
    }
CHECK(fine, "zebra-fine", NULL);
CHECK(sick, "ape-sick", cure);
CHECK(crashes, "ape-crashes", NULL);
CHECK(gives_up, "ape-gives-up", NULL);
CHECK(incurable, "ape-incurable", fails_to_cure);

static const dk_interface *const zoo_interfaces[] = {&check_fine.head, &check_sick.head, &check_crashes.head,
                                                     &check_gives_up.head, &check_incurable.head};
static const dk_plugin zoo = {DK_PLUGIN_HEAD,
                              .name = "zoo",
                              .version = "1",
                              .summary = "Checks for tests",
                              .interfaces = zoo_interfaces,
                              .interface_count = DK_COUNT(zoo_interfaces)};

static SILENT dk_context *zoo_project(void) {
    mended = 0;
    return doctor_project("", NO_SERVER, &zoo);
}

/* The findings of these names, separated by spaces. */
static SILENT void select_names(dk_context *context, const char *names, doctor_findings *findings) {
    DK_AUTO_STRV dk_strv list = DK_STRV_INIT;
    if (*names)
        dk_strv_split(&list, names, ' ');
    assert_true(doctor_select(context, &list, findings, NULL));
}

#endif
