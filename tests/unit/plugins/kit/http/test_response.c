/* plugins/kit/http/response.c */
#include "../test_support.h"

#include <kit/http/http.h>
#include <time.h>

static void test_headers(void **state) {
    (void)state;
    http_response response = HTTP_RESPONSE_INIT;
    dk_strv_add(&response.headers, "Api-Version:  1.41");
    dk_strv_add(&response.headers, "Empty:");
    assert_string_equal(http_header(&response, "api-version"), "1.41");
    assert_string_equal(http_header(&response, "EMPTY"), "");
    assert_null(http_header(&response, "Api"));
    assert_null(http_header(&response, "Api-Version-Long"));
    http_response_release(&response);
    assert_null(http_header(&response, "Empty"));
    http_response_release(&response); /* once more does no harm */
}

static int64_t after(const char *header) {
    HTTP_AUTO_RESPONSE http_response response = HTTP_RESPONSE_INIT;
    dk_strv_add(&response.headers, header);
    return http_retry_after(&response);
}

static void test_retry_after(void **state) {
    (void)state;
    assert_int_equal(after("Retry-After: 7"), 7000);
    assert_int_equal(after("retry-after: 0"), 0);
    assert_int_equal(after("Retry-After: -3"), 0);
    assert_int_equal(after("Retry-After: Wed, 21 Oct 2015 07:28:00 GMT"), 0); /* it is over */
    assert_int_equal(after("Retry-After: 99999999999999"), 86400000);
    assert_int_equal(after("Retry-After: soon"), -1);
    assert_int_equal(after("Retry-After:"), -1);
    assert_int_equal(after("Other: 7"), -1);
    time_t moment = time(NULL) + 30;
    struct tm parts;
    char text[64];
    strftime(text, sizeof text, "Retry-After: %a, %d %b %Y %H:%M:%S GMT", gmtime_r(&moment, &parts));
    assert_in_range(after(text), 28000, 31000);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_headers), cmocka_unit_test(test_retry_after)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
