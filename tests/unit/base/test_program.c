/* cli/base/program.c and program_linux.c or program_other.c */
#include "base/program.h"
#include "scratch.h"
#include <devkit/process.h>

static int make_programs(void **state) {
    if (scratch_make(state) != 0)
        return -1;
    scratch_write("one/tool", "#!/bin/sh\n");
    scratch_write("two/tool", "#!/bin/sh\n");
    scratch_write("one/text", "");
    chmod(scratch("one/tool"), 0755);
    chmod(scratch("two/tool"), 0755);
    return dk_mkdirs(scratch("two/text"), 0755, NULL) ? 0 : -1;
}

static void test_search_order(void **state) {
    (void)state;
    DK_AUTOFREE char *search = dk_format("%s:%s:%s", scratch("none"), scratch("two"), scratch("one"));
    DK_AUTOFREE char *found = program_find_in("tool", search);
    assert_string_equal(found, scratch("two/tool"));
    assert_null(program_find_in("text", search)); /* neither a plain file nor a folder */
    assert_null(program_find_in("missing", search));
}

static void test_default_search(void **state) {
    (void)state;
    DK_AUTOFREE char *found = program_find_in("sh", NULL);
    assert_non_null(found);
    assert_int_equal(found[0], '/');
}

static void test_folders_come_first(void **state) {
    (void)state;
    DK_AUTO_STRV dk_strv folders = DK_STRV_INIT;
    dk_strv_add(&folders, scratch("one"));
    DK_AUTOFREE char *old = dk_strdup(getenv("PATH"));
    setenv("PATH", scratch("two"), 1);
    DK_AUTOFREE char *in_folders = dk_find_program("tool", &folders);
    DK_AUTOFREE char *in_path = dk_find_program("tool", NULL);
    setenv("PATH", old, 1);
    assert_string_equal(in_folders, scratch("one/tool"));
    assert_string_equal(in_path, scratch("two/tool"));
}

static void test_names_with_a_slash(void **state) {
    (void)state;
    DK_AUTOFREE char *found = dk_find_program(scratch("one/tool"), NULL);
    assert_string_equal(found, scratch("one/tool"));
    assert_null(dk_find_program(scratch("one/text"), NULL));
    assert_null(dk_find_program("", NULL));
    assert_null(dk_find_program(NULL, NULL));
}

static void test_own_path(void **state) {
    (void)state;
    const char *path = dk_executable_path();
    assert_int_equal(path[0], '/');
    assert_true(program_is_executable(path));
    assert_true(dk_ends_with(path, "test_program"));
    assert_ptr_equal(path, dk_executable_path());
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_search_order),       cmocka_unit_test(test_default_search),
        cmocka_unit_test(test_folders_come_first), cmocka_unit_test(test_names_with_a_slash),
        cmocka_unit_test(test_own_path),
    };
    return cmocka_run_group_tests(tests, make_programs, scratch_remove);
}
