/* plugins/server/report.c */
#include "fake_server.h"

#define TEXT(text) ((char[]){text})

static void test_describe(void **state) {
    (void)state;
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    dk_server_status status = DK_SERVER_STATUS_INIT;
    server_describe(&status, &text);
    assert_string_equal(dk_buf_text(&text), "PostgreSQL");
    dk_buf_truncate(&text, 0);
    status =
        (dk_server_status){.version = TEXT("16.1"), .host = TEXT("::1"), .port = 5, .database = TEXT("x")};
    server_describe(&status, &text);
    assert_string_equal(dk_buf_text(&text), "PostgreSQL 16.1 at ::1:5, database x");
}

static void test_json_has_the_contract_s_fields(void **state) {
    (void)state;
    dk_context *context = fake_project(FAKE_ENV);
    context->globals.json = true;
    report_configure(context);
    dk_server_status status = {.state = DK_SERVER_READY,
                               .provider = TEXT("fake"),
                               .version = TEXT("16.1"),
                               .host = TEXT("h"),
                               .port = 5,
                               .socket_dir = TEXT("/s"),
                               .database = TEXT("d"),
                               .pid = 7};
    server_report(context, &status, "because");
    const json_t *result = dk_result(context);
    assert_string_equal(dk_json_string(result, "server", ""), "fake");
    assert_string_equal(dk_json_string(result, "version", ""), "16.1");
    assert_string_equal(dk_json_string(result, "host", ""), "h");
    assert_int_equal(dk_json_int(result, "port", 0), 5);
    assert_string_equal(dk_json_string(result, "socket_dir", ""), "/s");
    assert_string_equal(dk_json_string(result, "database", ""), "d");
    assert_string_equal(dk_json_string(result, "state", ""), "ready");
    assert_int_equal(dk_json_int(result, "pid", 0), 7);
    assert_string_equal(dk_json_string(result, "why", ""), "because");
    status.pid = 0;
    server_report(context, &status, NULL);
    assert_true(json_is_null(json_object_get(result, "pid")));
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_describe),
                                       cmocka_unit_test(test_json_has_the_contract_s_fields)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
