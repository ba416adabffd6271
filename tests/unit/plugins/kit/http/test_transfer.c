/* plugins/kit/http/transfer.c, against servers that behave and servers that do not */
#include "../../../../fakes/http_server.h"

#include <fcntl.h>
#include <kit/http/http.h>

static http_request over(const fake_place *place) {
    return (http_request){.url = "http://fake/thing?x=1", .unix_socket = place->path, .timeout_ms = 5000};
}

static void test_get(void **state) {
    (void)state;
    static const fake_answer answers[] = {{"GET", "/thing", 200, "{\"a\":1}", "X-Kind: small", 0, 0}};
    fake_http fake;
    fake_http_start(&fake, answers, 1);
    HTTP_AUTO_RESPONSE http_response response = HTTP_RESPONSE_INIT;
    http_request request = over(&fake.place);
    for (int i = 0; i < 3; i++) { /* the same response again: nothing of the one before stays */
        assert_true(http_send(&request, &response, NULL));
        assert_int_equal(response.status, 200);
        assert_string_equal(dk_buf_text(&response.body), "{\"a\":1}");
        assert_string_equal(http_header(&response, "x-kind"), "small");
    }
    assert_true(fake_http_saw(&fake, "GET /thing?x=1\n"));
    fake_http_stop(&fake);
}

static void test_methods_and_bodies(void **state) {
    (void)state;
    static const fake_answer answers[] = {{"POST", "/thing", 201, "{}", NULL, 0, 0},
                                          {"PUT", "/thing", 200, "", NULL, 0, 0},
                                          {"DELETE", "/thing", 204, "", NULL, 0, 0},
                                          {"HEAD", "/thing", 200, "", "X-Long: 7", 0, 0}};
    fake_http fake;
    fake_http_start(&fake, answers, DK_COUNT(answers));
    HTTP_AUTO_RESPONSE http_response response = HTTP_RESPONSE_INIT;
    http_request request = over(&fake.place);
    DK_AUTO_JSON json_t *body = json_pack("{s: s}", "name", "value");
    request.method = "POST";
    request.json = body;
    assert_true(http_send(&request, &response, NULL));
    assert_int_equal(response.status, 201);
    assert_string_equal(dk_buf_text(&fake.bodies), "{\"name\":\"value\"}");
    request.json = NULL;
    request.method = "PUT";
    request.body = "raw";
    request.body_length = 3;
    request.content_type = "text/plain";
    assert_true(http_send(&request, &response, NULL));
    assert_true(dk_ends_with(dk_buf_text(&fake.bodies), "raw"));
    request.body = NULL;
    request.method = "DELETE";
    assert_true(http_send(&request, &response, NULL));
    assert_int_equal(response.status, 204);
    request.method = "HEAD";
    assert_true(http_send(&request, &response, NULL));
    assert_string_equal(http_header(&response, "X-Long"), "7");
    fake_http_stop(&fake);
}

static void expect_raw(const char *bytes, bool hang, int idle_ms, int64_t timeout_ms, const char *code) {
    fake_raw fake;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    HTTP_AUTO_RESPONSE http_response response = HTTP_RESPONSE_INIT;
    fake_raw_start(&fake, bytes, hang);
    http_request request = over(&fake.place);
    request.peer = "the fake";
    request.timeout_ms = timeout_ms;
    request.idle_timeout_ms = idle_ms;
    int64_t before = dk_now_ms();
    assert_false(http_send(&request, &response, &error));
    assert_string_equal(error.code, code);
    assert_non_null(strstr(error.message, "the fake"));
    assert_true(dk_now_ms() - before < 4000);
    fake_raw_stop(&fake);
}

static void test_what_no_server_should_do(void **state) {
    (void)state;
    expect_raw("I am no HTTP server\n", false, 0, 5000, "http-invalid");
    expect_raw("\x16\x03\x01\x02\x03 binary", false, 0, 5000, "http-invalid");
    expect_raw("", false, 0, 5000, "http-closed");
    expect_raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", false, 0, 5000, "http-closed");
    expect_raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", false, 0, 5000,
               "http-closed");
    DK_AUTO_BUF dk_buf endless = DK_BUF_INIT;
    dk_buf_add(&endless, "HTTP/1.1 200 OK\r\n");
    while (endless.length < 300000)
        dk_buf_add(&endless, "X-More: and more and more and more\r\n");
    expect_raw(dk_buf_text(&endless), true, 0, 5000, "http-too-large");
}

static void test_silence(void **state) {
    (void)state;
    expect_raw("", true, 200, -1, "http-timeout");
    expect_raw("", true, 0, 300, "http-timeout");
    expect_raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", true, 0, 300, "http-timeout");
    expect_raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", true, 200, -1, "http-timeout");
}

static void test_nobody_there(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    HTTP_AUTO_RESPONSE http_response response = HTTP_RESPONSE_INIT;
    http_request request = {
        .url = "http://x/", .unix_socket = "/tmp/devkit-no-such.sock", .peer = "the fake"};
    assert_false(http_send(&request, &response, &error));
    assert_true(dk_error_is(&error, "http-unreachable"));
    assert_string_equal(error.detail, "there is no such socket");
    http_request refused = {.url = "http://127.0.0.1:1/"};
    assert_false(http_send(&refused, &response, &error));
    assert_true(dk_error_is(&error, "http-unreachable"));
    assert_string_equal(error.detail, "nobody listens there");
    assert_non_null(strstr(error.message, "127.0.0.1:1"));
}

static void test_too_large(void **state) {
    (void)state;
    static const fake_answer answers[] = {{"GET", "/", 200, "0123456789", NULL, 0, 0}};
    fake_http fake;
    fake_http_start(&fake, answers, 1);
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    HTTP_AUTO_RESPONSE http_response response = HTTP_RESPONSE_INIT;
    http_request request = over(&fake.place);
    request.body_limit = 9;
    assert_false(http_send(&request, &response, &error));
    assert_true(dk_error_is(&error, "http-too-large"));
    request.body_limit = 10;
    assert_true(http_send(&request, &response, &error));
    fake_http_stop(&fake);
}

static void test_in_steps(void **state) {
    (void)state;
    fake_raw fake;
    fake_raw_start(&fake, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", true);
    HTTP_AUTO_RESPONSE http_response response = HTTP_RESPONSE_INIT;
    http_request request = over(&fake.place);
    bool done = true;
    HTTP_AUTO_TRANSFER http_transfer *transfer = http_start(&request, &response, NULL);
    assert_non_null(transfer);
    assert_true(http_step(transfer, 0, &done, NULL));
    assert_false(done);
    for (int i = 0; i < 100 && response.body.length < 4; i++)
        assert_true(http_step(transfer, 20, &done, NULL));
    assert_string_equal(dk_buf_text(&response.body), "half");
    assert_false(done); /* ended by the caller, who has had enough */
    http_end_pointer(&transfer);
    fake_raw_stop(&fake);
}

/* Another exchange while one is open, as a follower of a log makes them. */
static void test_two_at_once(void **state) {
    (void)state;
    static const fake_answer answers[] = {{"GET", "/", 200, "fine", NULL, 0, 0}};
    fake_raw raw;
    fake_http fake;
    fake_raw_start(&raw, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", true);
    fake_http_start(&fake, answers, 1);
    HTTP_AUTO_RESPONSE http_response open = HTTP_RESPONSE_INIT, response = HTTP_RESPONSE_INIT;
    http_request slow = over(&raw.place), quick = over(&fake.place);
    bool done = false;
    HTTP_AUTO_TRANSFER http_transfer *transfer = http_start(&slow, &open, NULL);
    assert_true(http_step(transfer, 10, &done, NULL));
    assert_true(http_send(&quick, &response, NULL));
    assert_string_equal(dk_buf_text(&response.body), "fine");
    assert_true(http_step(transfer, 10, &done, NULL));
    http_end_pointer(&transfer);
    fake_http_stop(&fake);
    fake_raw_stop(&raw);
}

static void test_authorization_is_a_secret(void **state) {
    (void)state;
    static const fake_answer answers[] = {{"GET", "/", 200, "fine", NULL, 0, 0}};
    fake_http fake;
    fake_http_start(&fake, answers, 1);
    HTTP_AUTO_RESPONSE http_response response = HTTP_RESPONSE_INIT;
    DK_AUTO_STRV dk_strv headers = DK_STRV_INIT;
    dk_strv_add(&headers, "Authorization: Bearer t0k3n-of-the-test");
    http_request request = over(&fake.place);
    request.headers = &headers;
    assert_true(http_send(&request, &response, NULL));
    DK_AUTOFREE char *masked = dk_secret_mask("it was t0k3n-of-the-test");
    assert_null(strstr(masked, "t0k3n"));
    dk_strv_add(&headers, "authorization:bare-of-the-test");
    assert_true(http_send(&request, &response, NULL));
    DK_AUTOFREE char *bare = dk_secret_mask("it was bare-of-the-test");
    assert_null(strstr(bare, "bare-of-the-test"));
    fake_http_stop(&fake);
}

static void test_redirects_only_when_asked(void **state) {
    (void)state;
    static const fake_answer answers[] = {{"GET", "/thing", 302, "", "Location: /other", 0, 0},
                                          {"POST", "/thing", 303, "", "Location: /other", 0, 0},
                                          {"GET", "/other", 200, "there", "X-Last: yes", 0, 0}};
    fake_http fake;
    fake_http_start(&fake, answers, DK_COUNT(answers));
    HTTP_AUTO_RESPONSE http_response response = HTTP_RESPONSE_INIT;
    http_request request = over(&fake.place);
    assert_true(http_send(&request, &response, NULL));
    assert_int_equal(response.status, 302);
    request.flags = HTTP_REDIRECTS;
    assert_true(http_send(&request, &response, NULL));
    assert_int_equal(response.status, 200);
    assert_null(http_header(&response, "Location"));
    assert_non_null(http_header(&response, "X-Last"));
    request.method = "POST"; /* what it was redirected to is fetched */
    assert_true(http_send(&request, &response, NULL));
    assert_string_equal(dk_buf_text(&response.body), "there");
    fake_http_stop(&fake);
}

static void test_this_machine_is_reached_without_a_proxy(void **state) {
    (void)state;
    static const fake_answer answers[] = {{"GET", "/thing", 200, "here", NULL, 0, 0}};
    fake_http fake = {0};
    int port = fake_place_open_tcp(&fake.place);
    fake_http_serve(&fake, answers, 1);
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    static const char *const hosts[] = {"127.0.0.1", "localhost", "LOCALHOST"};
    for (size_t i = 0; i < DK_COUNT(hosts); i++) {
        HTTP_AUTO_RESPONSE http_response response = HTTP_RESPONSE_INIT;
        DK_AUTOFREE char *url = dk_format("http://%s:%d/thing", hosts[i], port);
        http_request request = {.url = url, .timeout_ms = 5000};
        assert_true(http_send(&request, &response, NULL));
        assert_string_equal(dk_buf_text(&response.body), "here");
    }
    HTTP_AUTO_RESPONSE http_response response = HTTP_RESPONSE_INIT;
    http_request elsewhere = {.url = "http://localhost.invalid/", .timeout_ms = 5000};
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_false(http_send(&elsewhere, &response, &error)); /* it was the proxy that was asked */
    assert_string_equal(error.detail, "nobody listens there");
    unsetenv("http_proxy");
    fake_http_stop(&fake);
}

/* Programs that we start must not hold a connection of ours open. */
static void test_connections_end_with_us(void **state) {
    (void)state;
    static const fake_answer answers[] = {{"GET", "/", 200, "fine", NULL, 0, 0}};
    fake_http fake;
    fake_http_start(&fake, answers, 1);
    HTTP_AUTO_RESPONSE http_response response = HTTP_RESPONSE_INIT;
    http_request request = over(&fake.place);
    assert_true(http_send(&request, &response, NULL));
    int found = 0;
    for (int fd = 3; fd < 256; fd++) {
        struct sockaddr_un peer = {0};
        socklen_t length = sizeof peer;
        if (getpeername(fd, (struct sockaddr *)&peer, &length) || peer.sun_family != AF_UNIX ||
            strcmp(peer.sun_path, fake.place.path) != 0)
            continue;
        assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
        found++;
    }
    assert_int_equal(found, 1); /* kept for the next request */
    fake_http_stop(&fake);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_get),
        cmocka_unit_test(test_methods_and_bodies),
        cmocka_unit_test(test_what_no_server_should_do),
        cmocka_unit_test(test_silence),
        cmocka_unit_test(test_nobody_there),
        cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_in_steps),
        cmocka_unit_test(test_two_at_once),
        cmocka_unit_test(test_authorization_is_a_secret),
        cmocka_unit_test(test_redirects_only_when_asked),
        cmocka_unit_test(test_this_machine_is_reached_without_a_proxy),
        cmocka_unit_test(test_connections_end_with_us),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
