/* plugins/kit/compose/envfile.c */
#include "model.h"

static void add(void *data, const char *name, const char *value) {
    dk_buf_addf(data, "%s=%s|", name, value);
}

static void test_lines(void **state) {
    (void)state;
    layer_project files;
    project_open(&files);
    project_write(&files, "env",
                  "\xef\xbb\xbf# comment\nA=1\n export B = two words # more\r\nC=\"q # \\\"x\\\"\\n\" # c\n"
                  "D='$x \\n'\n\nE=\nonly_a_name\n=nothing\nF=a#b\n  G=last\n"
                  "H=${PORT}:$PORT\nI=\"${NONE:-x} \\$PORT\"\nJ='${PORT}'\nK=a$\n");
    DK_AUTOFREE char *path = dk_path_join(files.root, "env");
    dk_buf text = DK_BUF_INIT;
    const compose_env_reader reader = {add, model_lookup, &text};
    assert_true(compose_env_file(path, &reader, NULL));
    assert_string_equal(dk_buf_text(&text), "A=1|B=two words|C=q # \"x\"\n|D=$x \\n|E=|F=a#b|G=last|"
                                            "H=5433:5433|I=x $PORT|J=${PORT}|K=a$|");
    dk_buf_release(&text);
    assert_false(compose_env_file("/nowhere/env", &reader, NULL));
    project_close(&files);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_lines)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
