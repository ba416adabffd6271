/* plugins/neon/endpoints.c */
#include "neon_project.h"

static const fake_answer answers[] = {
    {"GET", "/projects/p-1/endpoints", 200,
     "{\"endpoints\":[{\"id\":\"ep-r\",\"branch_id\":\"br-a\",\"host\":\"ep-r.x\",\"type\":\"read_only\"}"
     "," ENDPOINT("ep-w", "br-a", "ep-w.x") "]}",
     NULL, 0, 0},
};

static void test_finding(void **state) {
    (void)state;
    neon_test test;
    neon_open(&test, "", NULL, answers, DK_COUNT(answers));
    DK_AUTO_JSON json_t *endpoints = neon_endpoints_read(&test.client, "p-1", NULL);
    assert_int_equal(json_array_size(endpoints), 2);
    assert_string_equal(dk_json_string(neon_endpoint_of_host(endpoints, "EP-R.x"), "id", ""), "ep-r");
    assert_null(neon_endpoint_of_host(endpoints, "ep-w"));
    assert_string_equal(dk_json_string(neon_endpoint_of_branch(endpoints, "br-a"), "id", ""), "ep-w");
    assert_null(neon_endpoint_of_branch(endpoints, "br-b"));
    neon_close(&test);
}

static void test_direct_host(void **state) {
    (void)state;
    neon_test test;
    static const char *const rows[][2] = {
        {"postgresql://a@EP-Cool-1-pooler.c-10.eu.aws.neon.tech/d", "ep-cool-1.c-10.eu.aws.neon.tech"},
        {"postgresql://a@ep-cool-1.eu.aws.neon.tech/d", "ep-cool-1.eu.aws.neon.tech"},
        {"postgresql://a@db-pooler.example.org/d", "db-pooler.example.org"}};
    neon_open(&test, "", NULL, answers, DK_COUNT(answers));
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        DK_AUTO_URL dk_url url = DK_URL_INIT;
        assert_true(dk_url_parse(rows[i][0], &url, NULL));
        DK_AUTOFREE char *host = neon_direct_host(test.context, &url);
        assert_string_equal(host, rows[i][1]);
    }
    neon_close(&test);
}

MAIN(cmocka_unit_test(test_finding), cmocka_unit_test(test_direct_host))
