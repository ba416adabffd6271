/* plugins/ports/report.c */
#include "lab.h"

static bool report(dk_context *context, const void *rows, dk_error *error) {
    static const socket_table table = {.hidden = 3};
    (void)error;
    ports_report(context, rows, &table);
    return true;
}

static socket_process process = {.pid = 7,
                                 .uid = 0,
                                 .program = (char *)"node",
                                 .user = (char *)"alice",
                                 .folder = (char *)"/srv/shop",
                                 .started_at = 86400};

static void fill(ports_needs *needs, ports_rows *rows, const socket_table *table, dk_context *context) {
    lab_need(needs, 8000, PORTS_CONFIG, "web", NULL);
    lab_need(needs, 8001, PORTS_URL, "API", "http");
    ports_rows_make(context, needs, table, false, rows);
    ports_row_disagree(&rows->items[0], dk_strdup("it is another's"), dk_strdup("end it"));
}

static void test_for_people(void **state) {
    (void)state;
    dk_context *context = lab_open("", NULL);
    PORTS_AUTO_NEEDS ports_needs needs = PORTS_NEEDS_INIT;
    PORTS_AUTO_ROWS ports_rows rows = PORTS_ROWS_INIT;
    socket_listener listener = {
        .family = AF_INET, .address = {127, 0, 0, 1}, .port = 8000, .holder = &process};
    socket_table table = {.listeners = &listener, .count = 1};
    bool done;
    fill(&needs, &rows, &table, context);
    DK_AUTOFREE char *text = one_output(report, context, &rows, &done, NULL);
    lab_must_say(text, "8000");
    lab_must_say(text, "[ports] web");
    lab_must_say(text, "node (pid 7, account alice)");
    lab_must_say(text, "1970-01-02T00:00:00Z");
    lab_must_say(text, "disagrees");
    lab_must_say(text, "nobody");
    lab_must_say(text, "\nit is another's\n  end it\n");
    assert_true(ui_findings());
    fake_free(context);
}

static void test_as_json(void **state) {
    (void)state;
    dk_context *context = lab_open("", NULL);
    context->globals.json = true;
    report_configure(context);
    PORTS_AUTO_NEEDS ports_needs needs = PORTS_NEEDS_INIT;
    PORTS_AUTO_ROWS ports_rows rows = PORTS_ROWS_INIT;
    socket_listener listener = {
        .family = AF_INET, .address = {127, 0, 0, 1}, .port = 8000, .holder = &process};
    socket_table table = {.listeners = &listener, .count = 1};
    static const char *const keys[] = {"port",      "address", "state",       "pid",   "program",
                                       "container", "service", "expected_by", "agrees"};
    fill(&needs, &rows, &table, context);
    ports_report(context, &rows, &table);
    const json_t *list = json_object_get(dk_result(context), "ports");
    assert_int_equal(json_array_size(list), 2);
    const json_t *first = json_array_get(list, 0), *second = json_array_get(list, 1);
    for (size_t i = 0; i < DK_COUNT(keys); i++) {
        assert_non_null(json_object_get(first, keys[i]));
        assert_non_null(json_object_get(second, keys[i]));
    }
    assert_int_equal(dk_json_int(first, "pid", 0), 7);
    assert_string_equal(dk_json_string(first, "address", ""), "127.0.0.1");
    assert_string_equal(dk_json_string(first, "started_at", ""), "1970-01-02T00:00:00Z");
    assert_string_equal(dk_json_string(first, "expected_by", ""), "[ports] web");
    assert_false(dk_json_bool(first, "agrees", true));
    assert_string_equal(dk_json_string(second, "state", ""), "free");
    assert_true(json_is_null(json_object_get(second, "pid")));
    assert_true(dk_json_bool(second, "agrees", false));
    fake_free(context);
}

static void test_nothing_to_show(void **state) {
    (void)state;
    dk_context *context = lab_open("", NULL);
    ports_rows none = PORTS_ROWS_INIT;
    bool done;
    DK_AUTOFREE char *text = one_output(report, context, &none, &done, NULL);
    lab_must_say(text, "names no ports");
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_for_people),
        cmocka_unit_test(test_as_json),
        cmocka_unit_test(test_nothing_to_show),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
