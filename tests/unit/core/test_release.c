/* Releasing leaves nothing (the leak sanitizer looks) and a struct that can be used again. */
#include "sample_plugin.h"

static void releases_a_server_status(void **state) {
    (void)state;
    dk_server_status status = {.provider = dk_strdup("local"), .host = dk_strdup("::1"), .port = 5432};
    dk_server_status_release(&status);
    assert_null(status.provider);
    assert_int_equal(status.port, 0);
    dk_server_status_release(&status);
}

static void releases_an_engine_report(void **state) {
    (void)state;
    dk_engine_report report = {.source = "built", .layer_count = 1, .undo = dk_strdup("devkit_undo_1")};
    report.layers = dk_alloc_array(1, sizeof(*report.layers));
    report.layers[0] = (dk_engine_layer_report){.name = dk_strdup("seed"), .key = dk_strdup("ab")};
    dk_strv_add(&report.notes, "note");
    dk_engine_report_release(&report);
    assert_null(report.layers);
    assert_int_equal(report.layer_count, 0);
}

static void releases_a_snapshot_report(void **state) {
    (void)state;
    dk_snapshot_report report = {.undo = dk_strdup("devkit_undo_1"),
                                 .undo_command = dk_strdup("devkit undo")};
    dk_strv_add(&report.notes, "note");
    dk_snapshot_report_release(&report);
    assert_null(report.undo);
    assert_null(report.undo_command);
    assert_int_equal(report.notes.count, 0);
}

static void names_server_states(void **state) {
    (void)state;
    assert_string_equal(dk_server_state_name(DK_SERVER_ABSENT), "absent");
    assert_string_equal(dk_server_state_name(DK_SERVER_UNHEALTHY), "unhealthy");
    assert_string_equal(dk_server_state_name((dk_server_state)42), "unknown");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(releases_a_server_status),
        cmocka_unit_test(releases_an_engine_report),
        cmocka_unit_test(releases_a_snapshot_report),
        cmocka_unit_test(names_server_states),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
