/* TOML as a plain tree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "config/toml.h"
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static const toml_node *child(const toml_node *node, const char *key) {
    for (size_t i = 0; i < node->count; i++)
        if (strcmp(node->children[i].key, key) == 0)
            return &node->children[i];
    fail_msg("no %s", key);
    return NULL;
}

static void test_tree(void **state) {
    static const char text[] = "z = 1\n"
                               "[a]\n"
                               "text = \"ä\\n\\\"\"\n"
                               "  yes = true\n"
                               "list = [\"one\", 'two',\n"
                               "  3]\n"
                               "float = 1.5\n"
                               "day = 2026-01-01\n"
                               "[a.b]\n"
                               "c.d = -7\n";
    toml_node root;
    toml_place place;
    char *problem = NULL;
    (void)state;
    assert_true(toml_parse(text, strlen(text), &root, &place, &problem));
    assert_int_equal(root.type, TOML_TYPE_TABLE);
    assert_string_equal(root.children[0].key, "z"); /* in the order of the file */
    assert_int_equal(root.children[0].integer, 1);
    const toml_node *a = child(&root, "a");
    assert_int_equal(a->key_place.line, 2);
    assert_int_equal(a->key_place.column, 2);
    assert_string_equal(child(a, "text")->text, "ä\n\"");
    const toml_node *yes = child(a, "yes");
    assert_true(yes->boolean);
    assert_int_equal(yes->key_place.line, 4);
    assert_int_equal(yes->key_place.column, 3);
    assert_int_equal(yes->value_place.column, 9);
    const toml_node *list = child(a, "list");
    assert_int_equal(list->type, TOML_TYPE_LIST);
    assert_int_equal(list->count, 3);
    assert_null(list->children[0].key);
    assert_string_equal(list->children[1].text, "two");
    assert_int_equal(list->children[2].integer, 3);
    assert_int_equal(list->children[2].value_place.line, 6);
    assert_int_equal(child(a, "float")->type, TOML_TYPE_FLOAT);
    assert_string_equal(child(a, "float")->text, "1.5");
    assert_int_equal(child(a, "day")->type, TOML_TYPE_TIME);
    assert_int_equal(child(child(child(a, "b"), "c"), "d")->integer, -7);
    toml_release(&root);
    toml_release(&root);
}

static void test_empty(void **state) {
    toml_node root;
    toml_place place;
    char *problem = NULL;
    (void)state;
    assert_true(toml_parse("", 0, &root, &place, &problem));
    assert_int_equal(root.count, 0);
    toml_release(&root);
    assert_true(toml_parse("\xEF\xBB\xBF# only a comment", 19, &root, &place, &problem));
    assert_int_equal(root.count, 0);
    toml_release(&root);
}

static void test_errors(void **state) {
    static const struct {
        const char *text;
        int line, column;
    } rows[] = {
        {"a = 1\nb = \n", 2, 5}, {"a = 1\na = 2\n", 2, 0},  {"[a\n", 1, 0},         {"a = \"x\n", 1, 0},
        {"\n\na\n", 3, 0},       {"a = \"\\u0000\"", 1, 5}, {"a = \"\xFF\"", 1, 0},
    };
    (void)state;
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        toml_node root;
        toml_place place = {0, 0};
        char *problem = NULL;
        assert_false(toml_parse(rows[i].text, strlen(rows[i].text), &root, &place, &problem));
        assert_int_equal(place.line, rows[i].line);
        if (rows[i].column)
            assert_int_equal(place.column, rows[i].column);
        assert_true(problem && *problem);
        assert_int_equal(root.count, 0);
        free(problem);
    }
}

/* Letters where white space may stand: undefined behaviour in the library itself, see toml.cc. */
static void test_letters_beyond_ascii(void **state) {
    static const char *const texts[] = {"ä = 1", "a = 1 §", "s = \"\"\"\\\n§\"\"\"", "[ß]", "a = [1, µ]"};
    (void)state;
    for (size_t i = 0; i < DK_COUNT(texts); i++) {
        toml_node root;
        toml_place place;
        char *problem = NULL;
        bool valid = toml_parse(texts[i], strlen(texts[i]), &root, &place, &problem);
        assert_int_equal(valid, i == 2);
        if (valid)
            assert_string_equal(root.children[0].text, "§");
        toml_release(&root);
        free(problem);
    }
}

/* Nesting is bounded by the library; without exceptions this must still be an answer, not an abort. */
static void test_deep(void **state) {
    enum { DEEP = 100000 };
    char *text = malloc(DEEP + 8);
    toml_node root;
    toml_place place;
    char *problem = NULL;
    (void)state;
    memcpy(text, "a = ", 4);
    memset(text + 4, '[', DEEP);
    assert_false(toml_parse(text, DEEP + 4, &root, &place, &problem));
    free(problem);
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tree),   cmocka_unit_test(test_empty),
        cmocka_unit_test(test_errors), cmocka_unit_test(test_letters_beyond_ascii),
        cmocka_unit_test(test_deep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
