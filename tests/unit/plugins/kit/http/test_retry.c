/* plugins/kit/http/retry.c */
#include "../../../../fakes/http_server.h"

#include <kit/http/http.h>

static const fake_answer answers[] = {
    {"GET", "/busy", 503, "{\"message\":\"later\"}", "Retry-After: 0", 2, 0},
    {"GET", "/busy", 200, "now", NULL, 0, 0},
    {"GET", "/limited", 429, "", "Retry-After: 0", 1, 0},
    {"GET", "/limited", 200, "now", NULL, 0, 0},
    {"GET", "/bad", 400, "{\"message\":\"your mistake\"}", NULL, 0, 0},
    {"GET", "/later", 503, "", "Retry-After: 30", 0, 0},
};

static bool get(const fake_http *fake, const char *url, int retries, http_response *response,
                dk_error *error) {
    http_request request = {
        .url = url, .unix_socket = fake->place.path, .timeout_ms = 3000, .retries = retries};
    return http_send(&request, response, error);
}

static int count(fake_http *fake, const char *text) {
    int found = 0;
    for (const char *at = dk_buf_text(&fake->log); (at = strstr(at, text)); at++)
        found++;
    return found;
}

static void test_only_where_it_is_safe(void **state) {
    (void)state;
    fake_http fake;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    HTTP_AUTO_RESPONSE http_response response = HTTP_RESPONSE_INIT;
    fake_http_start(&fake, answers, DK_COUNT(answers));
    assert_false(get(&fake, "http://x/busy", 0, &response, &error)); /* nobody said that it is safe */
    assert_true(dk_error_is(&error, "http-status"));
    assert_int_equal(error.http_status, 503);
    assert_string_equal(error.detail, "later");
    assert_true(get(&fake, "http://x/busy", 3, &response, &error));
    assert_string_equal(dk_buf_text(&response.body), "now");
    assert_int_equal(count(&fake, "/busy"), 3);
    assert_true(get(&fake, "http://x/limited", 1, &response, &error));
    assert_false(get(&fake, "http://x/bad", 5, &response, &error)); /* it would be the same again */
    assert_int_equal(count(&fake, "/bad"), 1);
    assert_string_equal(error.detail, "your mistake");
    fake_http_stop(&fake);
}

static void test_a_pause_longer_than_the_patience(void **state) {
    (void)state;
    fake_http fake;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    HTTP_AUTO_RESPONSE http_response response = HTTP_RESPONSE_INIT;
    fake_http_start(&fake, answers, DK_COUNT(answers));
    int64_t before = dk_now_ms();
    assert_false(get(&fake, "http://x/later", 5, &response, &error));
    assert_int_equal(error.http_status, 503);
    assert_true(dk_now_ms() - before < 2000);
    assert_int_equal(count(&fake, "/later"), 1);
    fake_http_stop(&fake);
}

/* The time that is left for the last attempt is never "as long as it takes". */
static void test_time_runs_out_while_waiting(void **state) {
    (void)state;
    static const fake_answer once[] = {{"GET", "/", 503, "", "Retry-After: 0", 1, 0}};
    fake_http fake;
    fake_raw silent;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    HTTP_AUTO_RESPONSE http_response response = HTTP_RESPONSE_INIT;
    fake_http_start(&fake, once, DK_COUNT(once));
    fake.delay_ms = 150;
    http_request request = {
        .url = "http://x/", .unix_socket = fake.place.path, .timeout_ms = 151, .retries = 1000};
    int64_t before = dk_now_ms();
    assert_false(http_send(&request, &response, &error));
    assert_true(dk_now_ms() - before < 1000);
    fake_http_stop(&fake);
    fake_raw_start(&silent, "", true);
    http_request quiet = {
        .url = "http://x/", .unix_socket = silent.place.path, .timeout_ms = 1, .retries = 3};
    assert_false(http_send(&quiet, &response, &error));
    assert_string_equal(error.code, "http-timeout");
    fake_raw_stop(&silent);
}

static void test_a_refused_connection(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    HTTP_AUTO_RESPONSE http_response response = HTTP_RESPONSE_INIT;
    http_request request = {.url = "http://127.0.0.1:1/", .retries = 2};
    int64_t before = dk_now_ms();
    assert_false(http_send(&request, &response, &error));
    assert_true(dk_error_is(&error, "http-unreachable"));
    assert_true(dk_now_ms() - before >= 300); /* two pauses */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_where_it_is_safe), cmocka_unit_test(test_a_pause_longer_than_the_patience),
        cmocka_unit_test(test_time_runs_out_while_waiting), cmocka_unit_test(test_a_refused_connection)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
