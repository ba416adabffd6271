/* plugins/kit/http/response.c */
#include "../test_support.h"

#include <kit/http/http.h>

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

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_headers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
