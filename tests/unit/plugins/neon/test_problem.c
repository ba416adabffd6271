/* plugins/neon/problem.c */
#include "neon_project.h"

static void explain(long status, const char *body, neon_verdict verdict, dk_error *error) {
    HTTP_AUTO_RESPONSE http_response response = {.status = status};
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    const neon_call call = {.method = "POST", .what = "create the branch"};
    dk_buf_add(&response.body, body);
    DK_AUTOFREE char *reason = neon_reason(&response);
    dk_fail(&why, DK_ERROR_FAILED, "http-status", "Neon at x answers with status %ld", status);
    why.http_status = status;
    assert_false(neon_explain(&call, verdict, reason, &why, error));
    assert_int_equal(error->http_status, status);
}

static void test_statuses(void **state) {
    (void)state;
    static const struct {
        long status;
        const char *body, *code;
        dk_error_class error_class;
    } rows[] = {
        {400, "{\"code\":\"\",\"message\":\"org_id is required\"}", "neon-organisation-needed",
         DK_ERROR_USAGE},
        {400, "{\"code\":\"\",\"message\":\"bad\"}", "neon-failed", DK_ERROR_FAILED},
        {401, "", "neon-key-rejected", DK_ERROR_USAGE},
        {403, "", "neon-forbidden", DK_ERROR_REFUSED},
        {404, "", "neon-not-found", DK_ERROR_FAILED},
        {409, "", "neon-name-taken", DK_ERROR_FAILED},
        {422, "{\"code\":\"BRANCHES_LIMIT_EXCEEDED\",\"message\":\"no\"}", "neon-branch-limit",
         DK_ERROR_FAILED},
        {422, "{\"code\":\"\",\"message\":\"Branch is protected\"}", "neon-protected", DK_ERROR_REFUSED},
        {422, "{\"code\":\"\",\"message\":\"has child branches\"}", "neon-has-children", DK_ERROR_REFUSED},
        {422, "{\"code\":\"\",\"message\":\"endpoint limit reached\"}", "neon-limit", DK_ERROR_FAILED},
        {422, "{}", "neon-refused", DK_ERROR_FAILED},
        {423, "", "neon-busy", DK_ERROR_FAILED},
        {429, "", "neon-too-many-requests", DK_ERROR_FAILED},
        {503, "", "neon-unavailable", DK_ERROR_FAILED},
        {418, "", "neon-failed", DK_ERROR_FAILED},
    };
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
        explain(rows[i].status, rows[i].body, NEON_FINAL, &error);
        assert_string_equal(error.code, rows[i].code);
        assert_int_equal(error.error_class, rows[i].error_class);
        assert_string_equal(error.message, "cannot create the branch");
    }
}

static void test_what_a_body_says(void **state) {
    (void)state;
    static const struct {
        const char *body, *reason;
    } rows[] = {{"{\"code\":\"X\",\"message\":\"y\"}", "X: y"},
                {"{\"code\":\"\",\"message\":\"y\"}", "y"},
                {"{\"code\":\"X\"}", "X"},
                {"{}", ""},
                {"", ""},
                {"[1]", ""}};
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        HTTP_AUTO_RESPONSE http_response response = HTTP_RESPONSE_INIT;
        dk_buf_add(&response.body, rows[i].body);
        DK_AUTOFREE char *reason = neon_reason(&response);
        assert_string_equal(reason, rows[i].reason);
    }
}

/* Cloudflare's page for 524. */
static void test_a_web_page(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    explain(524, "\n<!DOCTYPE html><title>524: A timeout occurred</title>", NEON_LOST, &error);
    assert_true(dk_error_is(&error, "neon-answer-lost"));
    assert_contains(error.detail, "a web page");
    assert_null(strstr(error.detail, "<"));
    assert_contains(error.hint, "devkit neon branches");
}

static void test_no_answer(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    const neon_call call = {.what = "list the branches"};
    dk_fail(&why, DK_ERROR_FAILED, "http-unreachable", "cannot reach Neon at x");
    assert_false(neon_explain(&call, NEON_FINAL, "", &why, &error));
    assert_true(dk_error_is(&error, "http-unreachable"));
    assert_string_equal(error.message, "cannot list the branches: cannot reach Neon at x");
    dk_fail_interrupted(&why);
    assert_false(neon_explain(&call, NEON_FINAL, "", &why, &error));
    assert_int_equal(error.error_class, DK_ERROR_INTERRUPTED);
}

MAIN(cmocka_unit_test(test_statuses), cmocka_unit_test(test_what_a_body_says),
     cmocka_unit_test(test_a_web_page), cmocka_unit_test(test_no_answer))
