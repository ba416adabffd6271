/* devkit-NAME programs are found in the plugin folder and on PATH, and run with words and context. */
#include "host/executable.h"

#include <devkit/devkit.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char folder[64], plugins[80];

static void write_program(const char *place, const char *name, const char *text, mode_t mode) {
    DK_AUTOFREE char *path = dk_path_join(place, name);
    assert_true(dk_file_write(path, text, strlen(text), mode, NULL));
}

static int set_up(void **state) {
    (void)state;
    strcpy(folder, "/tmp/devkit-unit-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(plugins, sizeof(plugins), "%s/plugins", folder);
    assert_true(dk_mkdirs(plugins, 0755, NULL));
    write_program(folder, "devkit-hello", "#!/bin/sh\n[ \"$1 $2 $GREETING\" = 'a b c hey' ] && exit 7\n",
                  0755);
    write_program(plugins, "devkit-inside", "#!/bin/sh\n", 0755);
    write_program(folder, "devkit-plain", "no program\n", 0644);
    write_program(folder, "devkit-x.old", "#!/bin/sh\n", 0755);
    write_program(folder, "devkit-", "#!/bin/sh\n", 0755);
    setenv("DEVKIT_PLUGIN_DIR", plugins, 1);
    DK_AUTOFREE char *path = dk_format("%s:/nowhere:%s", folder, getenv("PATH"));
    return setenv("PATH", path, 1);
}

static int tear_down(void **state) {
    (void)state;
    return dk_remove_tree(folder, NULL) ? 0 : -1;
}

static void finds_programs(void **state) {
    (void)state;
    DK_AUTOFREE char *hello = executable_find("hello");
    DK_AUTOFREE char *inside = executable_find("inside");
    assert_true(hello && dk_starts_with(hello, folder));
    assert_true(inside && dk_starts_with(inside, plugins));
    assert_null(executable_find("plain"));
    assert_null(executable_find(""));
    assert_null(executable_find("../hello"));
}

static void lists_programs(void **state) {
    (void)state;
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    executable_list(&names);
    assert_true(dk_strv_contains(&names, "hello") && dk_strv_contains(&names, "inside"));
    assert_false(dk_strv_contains(&names, "plain") || dk_strv_contains(&names, "x.old") ||
                 dk_strv_contains(&names, ""));
}

static void runs_with_words_and_context(void **state) {
    (void)state;
    DK_AUTOFREE char *hello = executable_find("hello");
    const char *const words[] = {"a b", "c"};
    DK_AUTO_STRV dk_strv context = DK_STRV_INIT;
    dk_strv_add(&context, "GREETING=hey");
    int status = -1;
    assert_true(executable_run(hello, words, 2, &context, &status, NULL));
    assert_int_equal(status, 7);
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_false(executable_run("/nowhere/devkit-x", words, 0, &context, &status, &error));
    assert_non_null(error.message);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_programs),
        cmocka_unit_test(lists_programs),
        cmocka_unit_test(runs_with_words_and_context),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
