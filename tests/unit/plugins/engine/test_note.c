/* note.c: the JSON comment of devkit's databases, and the marker that protects a live one. */
#include "../kit/test_support.h"

#include <engine/engine.h>

static void notes_are_read_back(void **state) {
    (void)state;
    DK_AUTO_JSON json_t *note = engine_note_new(ENGINE_SPARE, "it's");
    DK_AUTO_BUF dk_buf sql = DK_BUF_INIT;
    char *text = json_dumps(note, 0);
    DK_AUTO_JSON json_t *again = engine_note_parse(text);
    assert_string_equal(dk_json_string(again, "kind", ""), "spare");
    assert_string_equal(dk_json_string(again, "live", ""), "it's");
    assert_int_equal(strlen(dk_json_string(again, "created_at", "")), 20);
    free(text);
    engine_note_sql(&sql, "a \"b\"", note);
    assert_true(dk_starts_with(dk_buf_text(&sql), "COMMENT ON DATABASE \"a \"\"b\"\"\" IS '{\"devkit\":1,"));
    assert_non_null(strstr(dk_buf_text(&sql), "it''s"));
    assert_true(dk_ends_with(dk_buf_text(&sql), ";"));
}

static void foreign_comments_are_no_notes(void **state) {
    (void)state;
    static const char *const comments[] = {
        "", "shop", "{", "{}", "{\"devkit\":2}", " {\"devkit\":1}", "[1]", "null", "{\"devkit\":\"1\"}"};
    assert_null(engine_note_parse(NULL));
    for (size_t i = 0; i < DK_COUNT(comments); i++)
        assert_null(engine_note_parse(comments[i]));
}

static void no_comment_is_null(void **state) {
    (void)state;
    DK_AUTO_BUF dk_buf sql = DK_BUF_INIT;
    engine_comment_sql(&sql, "app", NULL);
    assert_string_equal(dk_buf_text(&sql), "COMMENT ON DATABASE \"app\" IS null;");
}

static void the_marker_comes_and_goes(void **state) {
    (void)state;
    static const struct {
        const char *comment;
        bool protect;
        const char *becomes;
    } rows[] = {
        {NULL, true, "[devkit:protected]"},
        {"", true, "[devkit:protected]"},
        {"shop", true, "shop [devkit:protected]"},
        {"shop [devkit:protected]", true, "shop [devkit:protected]"},
        {"shop [devkit:protected]", false, "shop"},
        {"[devkit:protected]", false, NULL},
        {"shop [devkit:protected] of ours", false, "shop of ours"},
        {"shop", false, "shop"},
        {NULL, false, NULL},
    };
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        DK_AUTOFREE char *becomes = engine_comment_protect(rows[i].comment, rows[i].protect);
        if (!rows[i].becomes)
            assert_null(becomes);
        else
            assert_string_equal(becomes, rows[i].becomes);
        assert_int_equal(engine_comment_is_protected(becomes), rows[i].protect);
    }
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(notes_are_read_back),
        cmocka_unit_test(foreign_comments_are_no_notes),
        cmocka_unit_test(no_comment_is_null),
        cmocka_unit_test(the_marker_comes_and_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
