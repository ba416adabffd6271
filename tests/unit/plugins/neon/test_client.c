/* plugins/neon/client.c */
#include "neon_project.h"

static const fake_answer answers[] = {
    {"GET", "/busy", 423, "{\"code\":\"\",\"message\":\"running operations\"}", "Retry-After: 0", 3, 0},
    {"GET", "/busy", 200, "{\"a\":1}", NULL, 0, 0},
    {"POST", "/busy", 503, "", "Retry-After: 0", 2, 0},
    {"POST", "/busy", 201, "{\"a\":2}", NULL, 0, 0},
    {"GET", "/page", 524, "<html>", NULL, 2, 0},
    {"GET", "/page", 200, "{}", NULL, 0, 0},
    {"POST", "/page", 524, "<html>", NULL, 0, 0},
    {"POST", "/odd", 200, "<html>", NULL, 0, 0},
    {"GET", "/odd", 200, "<html>", NULL, 0, 0},
    {"DELETE", "/gone", 204, "", NULL, 0, 0},
    {"GET", "/young", 404, "{}", NULL, 2, 0},
    {"GET", "/young", 200, "{}", NULL, 0, 0},
    {"GET", "/never", 404, "{}", NULL, 0, 0},
    {"GET", "/later", 429, "", "Retry-After: 3000", 0, 0},
};

static bool call(neon_test *test, const char *method, const char *path, json_t **answer, dk_error *error) {
    const neon_call call = {
        .method = method, .path = path, .what = "try it", .young = strcmp(path, "/young") == 0};
    return neon_send(&test->client, &call, answer, error);
}

static void test_again_where_it_does_no_harm(void **state) {
    (void)state;
    neon_test test;
    neon_open(&test, "", NULL, answers, DK_COUNT(answers));
    DK_AUTO_JSON json_t *got = NULL;
    DK_AUTO_JSON json_t *posted = NULL;
    DK_AUTO_JSON json_t *deleted = NULL;
    assert_true(call(&test, NULL, "/busy", &got, NULL));
    assert_int_equal(dk_json_int(got, "a", 0), 1);
    assert_int_equal(neon_count(&test, "GET /busy"), 4);
    assert_true(call(&test, "POST", "/busy", &posted, NULL));
    assert_int_equal(neon_count(&test, "POST /busy"), 3);
    assert_true(call(&test, NULL, "/page", NULL, NULL));
    assert_int_equal(neon_count(&test, "GET /page"), 3);
    assert_true(call(&test, NULL, "/young", NULL, NULL));
    assert_true(call(&test, "DELETE", "/gone", &deleted, NULL));
    assert_true(json_is_object(deleted));
    neon_close(&test);
}

static void test_never_twice(void **state) {
    (void)state;
    neon_test test;
    static const char *const paths[] = {"/page", "/odd"};
    neon_open(&test, "", NULL, answers, DK_COUNT(answers));
    for (size_t i = 0; i < DK_COUNT(paths); i++) {
        DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
        DK_AUTOFREE char *line = dk_format("POST %s", paths[i]);
        assert_false(call(&test, "POST", paths[i], NULL, &error));
        assert_true(dk_error_is(&error, "neon-answer-lost"));
        assert_int_equal(neon_count(&test, line), 1);
    }
    neon_close(&test);
}

static void test_final(void **state) {
    (void)state;
    neon_test test;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    neon_open(&test, "", NULL, answers, DK_COUNT(answers));
    assert_false(call(&test, NULL, "/never", NULL, &error));
    assert_true(dk_error_is(&error, "neon-not-found"));
    assert_int_equal(neon_count(&test, "GET /never"), 1);
    int64_t before = dk_now_ms();
    assert_false(call(&test, NULL, "/later", NULL, &error)); /* longer than the patience: said at once */
    assert_true(dk_error_is(&error, "neon-too-many-requests"));
    assert_true(dk_now_ms() - before < 5000);
    assert_false(call(&test, NULL, "/odd", NULL, &error));
    assert_true(dk_error_is(&error, "http-invalid"));
    neon_close(&test);
}

/* Reads of an answer that is lost on the way are repeated, changes are not: also not by libcurl, over a
 * connection that was kept. */
static void test_a_connection_that_dies(void **state) {
    (void)state;
    fake_raw raw = {.bytes = "", .length = 0};
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    NEON_AUTO_CLIENT neon_client client = {.patience_ms = 2000};
    int port = fake_place_open_tcp(&raw.place);
    assert_int_equal(pipe(raw.stop), 0);
    assert_int_equal(pthread_create(&raw.thread, NULL, fake_raw_serve, &raw), 0);
    client.base = dk_format("http://127.0.0.1:%d", port);
    const neon_call post = {.method = "POST", .path = "/x", .what = "try it"};
    assert_false(neon_send(&client, &post, NULL, &error));
    assert_true(dk_error_is(&error, "neon-answer-lost"));
    const neon_call get = {.path = "/x", .what = "try it"};
    assert_false(neon_send(&client, &get, NULL, &error));
    assert_true(dk_error_is(&error, "http-closed"));
    fake_raw_stop(&raw);
}

static void test_paths(void **state) {
    (void)state;
    DK_AUTO_BUF dk_buf path = DK_BUF_INIT;
    neon_path(&path, "/projects/%/branches/%?x=%", "p/1", "br 2", "a&b");
    assert_string_equal(dk_buf_text(&path), "/projects/p%2F1/branches/br%202?x=a%26b");
}

MAIN(cmocka_unit_test(test_again_where_it_does_no_harm), cmocka_unit_test(test_never_twice),
     cmocka_unit_test(test_final), cmocka_unit_test(test_a_connection_that_dies),
     cmocka_unit_test(test_paths))
