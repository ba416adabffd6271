/* cli/base/path.c */
#include "scratch.h"

static void expect(char *owned, const char *expected) {
    assert_string_equal(owned, expected);
    free(owned);
}

static void test_join(void **state) {
    (void)state;
    expect(dk_path_join("a", "b"), "a/b");
    expect(dk_path_join("a/", "b"), "a/b");
    expect(dk_path_join("a", "/b"), "/b");
    expect(dk_path_join("", "b"), "b");
    expect(dk_path_join("a", ""), "a");
    expect(dk_path_join("/", "b"), "/b");
    expect(dk_path_join(NULL, "b"), "b");
}

static void test_dirname_basename(void **state) {
    (void)state;
    expect(dk_path_dirname("/a/b"), "/a");
    expect(dk_path_dirname("/a"), "/");
    expect(dk_path_dirname("a"), ".");
    expect(dk_path_dirname("a//b//"), "a");
    expect(dk_path_dirname("/"), "/");
    expect(dk_path_dirname(""), ".");
    assert_string_equal(dk_path_basename("/a/b.c"), "b.c");
    assert_string_equal(dk_path_basename("b"), "b");
    assert_string_equal(dk_path_basename("a/"), "");
}

static void test_absolute(void **state) {
    (void)state;
    expect(dk_path_absolute("/a/b", "../c/./d"), "/a/c/d");
    expect(dk_path_absolute("/a", "/x//y/"), "/x/y");
    expect(dk_path_absolute("/a", "../../.."), "/");
    expect(dk_path_absolute("/a", ""), "/a");
    expect(dk_path_absolute("/a", "..b/c.."), "/a/..b/c..");
    char *working = getcwd(NULL, 0);
    char *expected = dk_format("%s/sub/file", strcmp(working, "/") == 0 ? "" : working);
    expect(dk_path_absolute(NULL, "sub/file"), expected);
    expect(dk_path_absolute("sub", "file"), expected);
    free(expected);
    free(working);
}

static void test_relative(void **state) {
    (void)state;
    expect(dk_path_relative("/a", "/a/b/c"), "b/c");
    expect(dk_path_relative("/a/", "/a/b"), "b");
    expect(dk_path_relative("/a", "/ab"), "/ab");
    expect(dk_path_relative("/a", "/a"), ".");
    expect(dk_path_relative("/", "/x"), "x");
    expect(dk_path_relative(NULL, "/x"), "/x");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_join),
        cmocka_unit_test(test_dirname_basename),
        cmocka_unit_test(test_absolute),
        cmocka_unit_test(test_relative),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
