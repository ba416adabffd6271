/* plugins/kit/http/quote.c */
#include "../test_support.h"

#include <kit/http/http.h>

static void test_everything_else_is_encoded(void **state) {
    (void)state;
    DK_AUTO_BUF dk_buf url = DK_BUF_INIT;
    http_quote(&url, "aZ09-._~ {\"x\":[1]}/?&=%+\xc3\xa9");
    assert_string_equal(dk_buf_text(&url), "aZ09-._~%20%7B%22x%22%3A%5B1%5D%7D%2F%3F%26%3D%25%2B%C3%A9");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_everything_else_is_encoded)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
