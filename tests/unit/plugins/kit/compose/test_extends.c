/* plugins/kit/compose/extends.c */
#include "model.h"

static void test_of_this_file(void **state) {
    (void)state;
    assert_model("services:\n  base: {image: postgres, environment: {A: 1}, ports: ['1:2']}\n"
                 "  db: {extends: base, environment: {B: 2}, ports: ['3:4']}\n"
                 "  other: {extends: {service: db}, image: mine}\n",
                 "base postgres [A=1] 1>2; db postgres [A=1 B=2] 1>2 3>4; other mine [A=1 B=2] 1>2 3>4");
    assert_model("services: {a: {extends: a}}\n", "c.yml:1:25: services extend one another without end");
    assert_model("services: {a: {extends: b}}\n", "c.yml:1:25: there is no service \"b\" to extend");
}

static void test_of_another_file(void **state) {
    (void)state;
    layer_project files;
    project_open(&files);
    project_write(&files, "more/base.yml",
                  "services:\n  db: {extends: {service: raw}, env_file: b.env, environment: {A: 1}}\n"
                  "  raw: {image: 'postgres:${NONE:-16}', ports: ['${PORT}:5432']}\n");
    project_write(&files, "more/b.env", "B=2\n");
    project_write(&files, "a.yml",
                  "services: {c: {extends: {file: more/base.yml, service: db}, environment: [A=3]}}\n");
    project_write(&files, "loop.yml", "services: {a: {extends: {file: loop.yml, service: a}}}\n");
    project_write(&files, "none.yml", "services: {a: {extends: {file: nowhere.yml, service: a}}}\n");
    project_write(&files, "wrong.yml", "services: {a: {extends: {file: a.yml}}}\n");
    expect_files(&files, "a.yml", NULL, "c postgres:16 [A=3 B=2] 5433>5432");
    expect_files(&files, "loop.yml", NULL, "loop.yml:1:25: services extend one another without end");
    expect_files(&files, "none.yml", NULL, "none.yml:1:25: there is no file nowhere.yml to extend from");
    expect_files(&files, "wrong.yml", NULL, "wrong.yml:1:25: \"extends\" names a service");
    project_close(&files);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_of_this_file),
                                       cmocka_unit_test(test_of_another_file)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
