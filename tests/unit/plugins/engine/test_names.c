/* names.c: names of databases, made and read. */
#include "../kit/test_support.h"

#include <engine/engine.h>

static void scopes(void **state) {
    (void)state;
    char one[ENGINE_SCOPE_HEX + 1];
    char other[ENGINE_SCOPE_HEX + 1];
    engine_scope("app", one);
    assert_string_equal(one, "a172cedc"); /* the first digits of SHA-256 of "app" */
    engine_scope("App", other);
    assert_string_not_equal(one, other);
}

static void every_kind_is_read_back(void **state) {
    (void)state;
    for (int kind = ENGINE_TEMPLATE; kind < ENGINE_KINDS; kind++) {
        engine_kind found = ENGINE_LIVE;
        DK_AUTOFREE char *name = engine_name((engine_kind)kind, "0123abcd", "x");
        DK_AUTOFREE char *unique = engine_name_unique((engine_kind)kind, "0123abcd");
        assert_true(engine_name_parse(name, "0123abcd", &found));
        assert_int_equal(found, kind);
        assert_true(engine_name_parse(unique, "0123abcd", &found));
        assert_int_equal(found, kind);
        assert_true(strlen(unique) < ENGINE_NAME_MAX);
        assert_false(engine_name_parse(name, "0123abce", &found));
        assert_non_null(strstr(name, engine_kind_word((engine_kind)kind)));
    }
}

static void what_is_not_ours(void **state) {
    (void)state;
    static const char *const names[] = {"app",
                                        "devkit_template_",
                                        "devkit_template_0123abcd",
                                        "devkit_live_0123abcd_x",
                                        "devkit_other_0123abcd_x",
                                        "Devkit_template_0123abcd_x",
                                        "xdevkit_template_0123abcd_x",
                                        ""};
    engine_kind kind;
    for (size_t i = 0; i < DK_COUNT(names); i++)
        assert_false(engine_name_parse(names[i], "0123abcd", &kind));
}

static void unique_names_differ(void **state) {
    (void)state;
    DK_AUTOFREE char *first = engine_name_unique(ENGINE_BUILDING, "0123abcd");
    DK_AUTOFREE char *second = engine_name_unique(ENGINE_BUILDING, "0123abcd");
    assert_string_not_equal(first, second);
}

static void names_that_have_to_sort_do(void **state) {
    (void)state;
    DK_AUTOFREE char *first = engine_name_after(ENGINE_UNDO, "0123abcd", NULL);
    char *newest = dk_strdup(first);
    for (int i = 0; i < 50; i++) { /* many within a millisecond */
        char *next = engine_name_after(ENGINE_UNDO, "0123abcd", newest);
        assert_true(strcmp(next, newest) > 0);
        free(newest);
        newest = next;
    }
    free(newest);
    /* the clock was ahead when that one was made */
    DK_AUTOFREE char *late =
        engine_name_after(ENGINE_UNDO, "0123abcd", "devkit_undo_0123abcd_29991231235959999_ffff");
    assert_true(strcmp(late, "devkit_undo_0123abcd_29991231235959999_ffff") > 0);
    /* somebody else's name says nothing about time */
    DK_AUTOFREE char *foreign = engine_name_after(ENGINE_UNDO, "0123abcd", "devkit_undo_77777777_9");
    assert_true(strncmp(foreign, "devkit_undo_0123abcd_2", 22) == 0);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(scopes),
        cmocka_unit_test(every_kind_is_read_back),
        cmocka_unit_test(what_is_not_ours),
        cmocka_unit_test(unique_names_differ),
        cmocka_unit_test(names_that_have_to_sort_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
