/* plugins/neon-endpoint/label.c */
#include "../layer_project.h"

#include <neon-endpoint/neon_endpoint.h>

#define HOST "ep-cool-name-123456"
#define REST ".c-10.eu-central-1.aws.neon.tech"

static void expect(const char *text, const char *direct, const char *pooled) {
    DK_AUTO_URL dk_url url = DK_URL_INIT;
    const struct {
        bool (*choose)(const dk_url *, dk_url *, dk_error *);
        const char *expected;
    } sides[] = {{neon_endpoint_direct, direct}, {neon_endpoint_pooled, pooled}};
    assert_true(dk_url_parse(text, &url, NULL));
    assert_true(neon_endpoint_matches(&url));
    for (size_t i = 0; i < DK_COUNT(sides); i++) {
        DK_AUTO_URL dk_url chosen = DK_URL_INIT;
        DK_AUTO_BUF dk_buf written = DK_BUF_INIT;
        assert_true(sides[i].choose(&url, &chosen, NULL));
        dk_url_format(&chosen, &written);
        assert_string_equal(dk_buf_text(&written), sides[i].expected);
    }
}

static void test_the_first_label_only(void **state) {
    (void)state;
    static const char direct[] = "postgresql+asyncpg://a:b%40c@" HOST REST "/app?ssl=require&x=-pooler.y";
    static const char pooled[] =
        "postgresql+asyncpg://a:b%40c@" HOST "-pooler" REST "/app?ssl=require&x=-pooler.y";
    expect(direct, direct, pooled);
    expect(pooled, direct, pooled);
    expect("postgres://a@ep-x-pooler.my-pooler.neon.tech:5433/d",
           "postgres://a@ep-x.my-pooler.neon.tech:5433/d",
           "postgres://a@ep-x-pooler.my-pooler.neon.tech:5433/d");
}

static void test_the_option_of_old_clients(void **state) {
    (void)state;
    expect("postgresql://a@" HOST REST "/d?options=endpoint%3D" HOST "%20-c%20x%3D1",
           "postgresql://a@" HOST REST "/d?options=endpoint%3D" HOST "%20-c%20x%3D1",
           "postgresql://a@" HOST "-pooler" REST "/d?options=endpoint%3D" HOST "-pooler%20-c%20x%3D1");
    expect("postgresql://a@" HOST "-pooler" REST "/d?options=endpoint%3D" HOST "-pooler",
           "postgresql://a@" HOST REST "/d?options=endpoint%3D" HOST,
           "postgresql://a@" HOST "-pooler" REST "/d?options=endpoint%3D" HOST "-pooler");
}

static void test_other_hosts(void **state) {
    (void)state;
    static const char *const others[] = {"localhost", "ep-x.example.com", "neon.tech", "db.ep-x.neon.tech",
                                         "ep-x.neon.tech.evil.com"};
    for (size_t i = 0; i < DK_COUNT(others); i++) {
        DK_AUTO_URL dk_url url = DK_URL_INIT;
        DK_AUTO_URL dk_url chosen = DK_URL_INIT;
        DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
        DK_AUTOFREE char *text = dk_format("postgresql://a@%s/d", others[i]);
        assert_true(dk_url_parse(text, &url, NULL));
        assert_false(neon_endpoint_matches(&url));
        assert_false(neon_endpoint_direct(&url, &chosen, &error));
        assert_true(dk_error_is(&error, "not-neon"));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_the_first_label_only),
                                       cmocka_unit_test(test_the_option_of_old_clients),
                                       cmocka_unit_test(test_other_hosts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
