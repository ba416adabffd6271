/* plugins/neon/retry.c */
#include "neon_project.h"

static neon_verdict judge(const char *method, const char *code, long status, const char *reason) {
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    const neon_call call = {.method = method};
    dk_fail(&why, DK_ERROR_FAILED, code, "x");
    why.http_status = status;
    return neon_judge(&call, &why, reason);
}

static void test_statuses(void **state) {
    (void)state;
    static const struct {
        long status;
        const char *reason;
        neon_verdict reading, changing;
    } rows[] = {
        {423, "", NEON_AGAIN, NEON_AGAIN},
        {429, "", NEON_AGAIN, NEON_AGAIN},
        {503, "", NEON_AGAIN, NEON_AGAIN},
        {500, "", NEON_AGAIN, NEON_LOST},
        {502, "", NEON_AGAIN, NEON_LOST},
        {504, "", NEON_AGAIN, NEON_LOST},
        {524, "", NEON_AGAIN, NEON_LOST},
        {400, "", NEON_FINAL, NEON_FINAL},
        {401, "", NEON_FINAL, NEON_FINAL},
        {404, "", NEON_FINAL, NEON_FINAL},
        {409, "", NEON_FINAL, NEON_FINAL},
        {412, "", NEON_FINAL, NEON_FINAL},
        {422, "BRANCHES_LIMIT_EXCEEDED: no", NEON_FINAL, NEON_FINAL},
        {422, "parent branch is not ready yet", NEON_AGAIN, NEON_AGAIN},
    };
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        assert_int_equal(judge(NULL, "http-status", rows[i].status, rows[i].reason), rows[i].reading);
        static const char *const methods[] = {"POST", "PATCH", "DELETE"};
        for (size_t j = 0; j < DK_COUNT(methods); j++)
            assert_int_equal(judge(methods[j], "http-status", rows[i].status, rows[i].reason),
                             rows[i].changing);
    }
}

static void test_the_network(void **state) {
    (void)state;
    static const char *const lost[] = {"http-closed", "http-timeout", "http-invalid"};
    for (size_t i = 0; i < DK_COUNT(lost); i++) {
        assert_int_equal(judge(NULL, lost[i], 0, ""), NEON_AGAIN);
        assert_int_equal(judge("POST", lost[i], 0, ""), NEON_LOST);
    }
    assert_int_equal(judge("POST", "http-unreachable", 0, ""), NEON_AGAIN); /* never sent */
    assert_int_equal(judge("GET", "http-tls", 0, ""), NEON_FINAL);
    assert_int_equal(judge("GET", "interrupted", 0, ""), NEON_FINAL);
}

static void test_something_young(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    const neon_call call = {.young = true};
    dk_fail(&why, DK_ERROR_FAILED, "http-status", "x");
    why.http_status = 404;
    assert_int_equal(neon_judge(&call, &why, ""), NEON_AGAIN);
}

static void test_pauses(void **state) {
    (void)state;
    int64_t longest = 0, shortest = 10000;
    for (int attempt = 0; attempt < 40; attempt++)
        for (int i = 0; i < 20; i++) {
            int64_t pause = neon_pause(attempt, -1);
            assert_in_range(pause, 0, attempt < 6 ? 250 << attempt : 10000);
            longest = pause > longest ? pause : longest;
            shortest = pause < shortest ? pause : shortest;
        }
    assert_true(longest > 5000 && shortest < 100); /* full jitter, not one pause for all */
    assert_int_equal(neon_pause(0, 7000), 7000);
    assert_int_equal(neon_pause(5, 0), 0);
}

static void test_sleep(void **state) {
    (void)state;
    int64_t before = dk_now_ms();
    assert_true(neon_sleep(120, NULL));
    assert_in_range(dk_now_ms() - before, 115, 2000);
    assert_true(neon_sleep(-5, NULL));
}

MAIN(cmocka_unit_test(test_statuses), cmocka_unit_test(test_the_network),
     cmocka_unit_test(test_something_young), cmocka_unit_test(test_pauses), cmocka_unit_test(test_sleep))
