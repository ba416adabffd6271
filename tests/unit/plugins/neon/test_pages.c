/* plugins/neon/pages.c */
#include "neon_project.h"

static const fake_answer answers[] = {
    {"GET", "/x?limit=2&cursor=b%2F", 200, "{\"list\":[3],\"pagination\":{\"next\":\"c\"}}", NULL, 0, 0},
    {"GET", "/x?limit=2&cursor=b/", 200, "{\"list\":[3],\"pagination\":{\"next\":\"c\"}}", NULL, 0, 0},
    {"GET", "/x?limit=2&cursor=c", 200, "{\"list\":[],\"pagination\":{\"next\":\"d\"}}", NULL, 0, 0},
    {"GET", "/x?limit=2", 200, "{\"list\":[1,2],\"pagination\":{\"next\":\"b/\"}}", NULL, 0, 0},
    {"GET", "/same", 200, "{\"list\":[1],\"pagination\":{\"next\":\"s\"}}", NULL, 0, 0},
    {"GET", "/bad", 200, "{\"list\":7}", NULL, 0, 0},
};

static bool add(void *data, const json_t *page, dk_error *error) {
    (void)error;
    json_array_extend(data, json_object_get(page, "list"));
    return true;
}

static bool refuse(void *data, const json_t *page, dk_error *error) {
    (void)data, (void)page;
    return dk_fail(error, DK_ERROR_FAILED, "enough", "enough");
}

static void test_all_pages(void **state) {
    (void)state;
    neon_test test;
    DK_AUTO_JSON json_t *all = json_array();
    neon_open(&test, "", NULL, answers, DK_COUNT(answers));
    assert_true(neon_pages(&test.client, "/x?limit=2", "list", "next", "see", add, all, NULL));
    assert_int_equal(json_array_size(all), 3);
    assert_int_equal(neon_count(&test, "GET /x"),
                     3); /* an empty page is the end, whatever it says of a next one */
    neon_close(&test);
}

static void test_an_end_in_any_case(void **state) {
    (void)state;
    neon_test test;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTO_JSON json_t *all = json_array();
    neon_open(&test, "", NULL, answers, DK_COUNT(answers));
    assert_true(neon_pages(&test.client, "/same?limit=1", "list", "next", "see", add, all, &error));
    assert_int_equal(json_array_size(all), 2); /* the page it names twice */
    assert_false(neon_pages(&test.client, "/bad?x=1", "list", "next", "see", add, all, &error));
    assert_true(dk_error_is(&error, "http-invalid"));
    assert_false(neon_pages(&test.client, "/same?limit=1", "list", "next", "see", refuse, all, &error));
    assert_true(dk_error_is(&error, "enough"));
    neon_close(&test);
}

MAIN(cmocka_unit_test(test_all_pages), cmocka_unit_test(test_an_end_in_any_case))
