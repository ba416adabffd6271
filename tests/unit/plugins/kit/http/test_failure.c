/* plugins/kit/http/failure.c */
#include "../../../../fakes/http_server.h"

#include <errno.h>
#include <kit/http/http_internal.h>

static const char *describe(const http_request *request, char *text, size_t size) {
    DK_AUTO_BUF dk_buf peer = DK_BUF_INIT;
    http_describe_peer(request, &peer);
    snprintf(text, size, "%s", dk_buf_text(&peer));
    return text;
}

static void test_who_it_was(void **state) {
    (void)state;
    char text[128];
    http_request request = {.url = "https://me:secret@api.example.org:8443/v1/x?key=1"};
    assert_string_equal(describe(&request, text, sizeof text), "api.example.org:8443");
    request.url = "https://me:p@ss@api.example.org/";
    assert_string_equal(describe(&request, text, sizeof text), "api.example.org");
    request.url = "https://me:secret@api.example.org:8443/v1/x?key=1";
    request.peer = "Neon";
    assert_string_equal(describe(&request, text, sizeof text), "Neon at api.example.org:8443");
    request.unix_socket = "/run/x.sock";
    assert_string_equal(describe(&request, text, sizeof text), "Neon at /run/x.sock");
}

static void test_causes(void **state) {
    (void)state;
    static const struct {
        CURLcode code;
        long os_errno;
        const char *error_code, *detail;
    } rows[] = {
        {CURLE_COULDNT_CONNECT, EACCES, "http-unreachable", "permission denied"},
        {CURLE_COULDNT_CONNECT, ECONNREFUSED, "http-unreachable", "nobody listens there"},
        {CURLE_COULDNT_RESOLVE_HOST, 0, "http-unreachable", "said"},
        {CURLE_OPERATION_TIMEDOUT, 0, "http-timeout", "said"},
        {CURLE_PEER_FAILED_VERIFICATION, 0, "http-tls", "said"},
        {CURLE_RECV_ERROR, 0, "http-closed", "said"},
        {CURLE_WEIRD_SERVER_REPLY, 0, "http-invalid", "said"},
        {CURLE_FAILED_INIT, 0, "http-failed", "said"},
    };
    http_request request = {.url = "http://x/", .peer = "the other side"};
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
        http_outcome outcome = {.code = rows[i].code, .os_errno = rows[i].os_errno, .said = "said"};
        assert_false(http_fail(&request, &outcome, &error));
        assert_string_equal(error.code, rows[i].error_code);
        assert_string_equal(error.detail, rows[i].detail);
        assert_non_null(strstr(error.message, "the other side")); /* our words, not the library's */
    }
}

static void test_what_a_status_says(void **state) {
    (void)state;
    static const struct {
        const char *body, *detail, *type;
    } rows[] = {{"{\"message\":\"no such container\"}", "no such container", "application/json"},
                {"{\"error\":\"unauthorized\"}", "unauthorized", NULL},
                {"{\"error\":{\"message\":\"deep\"}}", "deep", NULL},
                {"<html>", NULL, "text/html"},
                {"Client sent an HTTP request\nto an HTTPS server", "Client sent an HTTP request",
                 "text/plain; charset=utf-8"},
                {"", NULL, "text/plain"}};
    http_request request = {.url = "http://x/"};
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
        HTTP_AUTO_RESPONSE http_response response = {.status = 404};
        dk_buf_add(&response.body, rows[i].body);
        if (rows[i].type)
            dk_strv_addf(&response.headers, "Content-Type: %s", rows[i].type);
        assert_false(http_fail_status(&request, &response, &error));
        assert_int_equal(error.http_status, 404);
        assert_true(dk_error_is(&error, "http-status"));
        assert_true(dk_streq(error.detail, rows[i].detail));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_who_it_was), cmocka_unit_test(test_causes),
                                       cmocka_unit_test(test_what_a_status_says)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
