/* plugins/kit/compose/load.c */
#include "model.h"

static char *load(layer_project *files, const char *first, const char *second) {
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    COMPOSE_AUTO_PROJECT compose_project project = COMPOSE_PROJECT_INIT;
    DK_AUTOFREE char *one = dk_path_join(files->root, first);
    DK_AUTOFREE char *two = dk_path_join(files->root, second ? second : "");
    bool read = compose_load(&project, one, model_lookup, NULL, &error) &&
                (!second || compose_load(&project, two, model_lookup, NULL, &error)) &&
                compose_finish(&project, &error);
    return read ? model_text(&project) : dk_strdup(error.message);
}

static void expect(layer_project *files, const char *first, const char *second, const char *expected) {
    DK_AUTOFREE char *text = load(files, first, second);
    assert_string_equal(text, expected);
}

static void test_an_override_file(void **state) {
    (void)state;
    layer_project files;
    project_open(&files);
    project_write(&files, "a.yml",
                  "services:\n  db: {image: postgres:15, environment: {A: 1, B: 2}, ports: ['1:2']}\n");
    project_write(&files, "b.yml",
                  "services:\n  db: {image: postgres:16, environment: [B=3, C=4], ports: ['1:2', '3:4']}\n"
                  "  more: {image: redis}\n");
    project_write(&files, "c.yml", "services:\n  db: {ports: !override ['5:6'], environment: !reset null}\n");
    expect(&files, "a.yml", "b.yml", "db postgres:16 [A=1 B=3 C=4] 1>2 3>4; more redis");
    expect(&files, "a.yml", "c.yml", "db postgres:15 5>6");
    project_close(&files);
}

static void test_include_and_extends_of_files(void **state) {
    (void)state;
    layer_project files;
    project_open(&files);
    project_write(&files, "a.yml", "include: [more/b.yml, {path: [c.yml]}]\nservices: {app: {build: .}}\n");
    project_write(&files, "more/b.yml", "services: {db: {image: postgres, env_file: b.env}}\n");
    project_write(&files, "more/b.env", "A=b\n");
    project_write(&files, "c.yml",
                  "include: [a.yml]\nservices: {c: {extends: {file: more/b.yml, service: db}}}\n");
    project_write(&files, "loop.yml", "include: [loop.yml]\nservices: {}\n");
    project_write(&files, "gone.yml", "include: [nowhere.yml]\n");
    project_write(&files, "gone2.yml", "services: {a: {extends: {file: c.yml, service: x}}}\n");
    expect(&files, "a.yml", NULL, "db postgres [A=b]; app - built; c postgres [A=b]");
    expect(&files, "loop.yml", NULL, "");
    expect(&files, "gone.yml", NULL, "gone.yml:1:11: there is no file nowhere.yml to include");
    expect(&files, "gone2.yml", NULL, "gone2.yml:1:25: c.yml has no service \"x\"");
    project_close(&files);
}

static void test_env_files(void **state) {
    (void)state;
    layer_project files;
    project_open(&files);
    project_write(&files, "one.env", "A=1\nB=1\nC=1\n");
    project_write(&files, "two.env", "B=2\n");
    project_write(&files, "a.yml",
                  "services: {db: {env_file: [one.env, {path: gone.env, required: false}, two.env], "
                  "environment: {C: own}}}\n");
    expect(&files, "a.yml", NULL, "db - [C=own A=1 B=2]");
    project_close(&files);
}

static void test_empty_files(void **state) {
    (void)state;
    assert_model("", "");
    assert_model("# nothing\n", "");
    assert_model("services:\n", "");
    assert_model("name: x\nvolumes: {data: }\n", "");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_an_override_file),
                                       cmocka_unit_test(test_include_and_extends_of_files),
                                       cmocka_unit_test(test_env_files), cmocka_unit_test(test_empty_files)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
