/* fits.c: the quickest, unless busy clients would feel it. */
#include "fake_engine.h"

static void judged(void **state) {
    (void)state;
    static const struct {
        dk_engine_weight weight;
        bool owned;
        int score;
        const char *why;
    } rows[] = {
        {{.size_bytes = 1048576, .copy_ms = 50}, true, 70, "a copy of 1.0 MB on the server, about 50 ms"},
        {{.size_bytes = 1048576, .copy_ms = 50, .sessions = 1},
         true,
         70,
         "it ends 1 session, and logins wait"},
        {{.size_bytes = 1048576, .copy_ms = 2001, .sessions = 3}, true, 20, "it ends 3 sessions"},
        {{.size_bytes = 1048576, .copy_ms = 60000}, true, 70, "about 1 min"},
        {{.size_bytes = 1048576, .copy_ms = 50}, false, 20, "a copy"},
    };
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        DK_AUTO_BUF dk_buf why = DK_BUF_INIT;
        int score = 0;
        clone_judge(&rows[i].weight, rows[i].owned, &score, &why);
        assert_int_equal(score, rows[i].score);
        if (!strstr(dk_buf_text(&why), rows[i].why))
            fail_msg("\"%s\" is not in \"%s\"", rows[i].why, dk_buf_text(&why));
    }
}

static void asked(void **state) {
    (void)state;
    DK_AUTO_BUF dk_buf why = DK_BUF_INIT;
    int score = 0;
    assert_true(clone_fits(fake.context, NULL, &score, &why, &fake.error));
    assert_int_equal(score, 70);
    fake.owned = false;
    assert_true(clone_fits(fake.context, NULL, &score, &why, &fake.error));
    assert_int_equal(score, 20);
    fake.fails = true;
    assert_false(clone_fits(fake.context, NULL, &score, &why, &fake.error));
    assert_string_equal(fake.error.code, "engine-failed");
}

int main(void) {
    static const struct CMUnitTest tests[] = {FAKE_TEST(judged), FAKE_TEST(asked)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
