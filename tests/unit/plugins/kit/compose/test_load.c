/* plugins/kit/compose/load.c */
#include "model.h"

#include <kit/compose/document.h>

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
    expect_files(&files, "a.yml", "b.yml", "db postgres:16 [A=1 B=3 C=4] 1>2 3>4; more redis");
    expect_files(&files, "a.yml", "c.yml", "db postgres:15 5>6");
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
    expect_files(&files, "a.yml", NULL, "db postgres [A=b]; app - built; c postgres [A=b]");
    expect_files(&files, "loop.yml", NULL, "");
    expect_files(&files, "gone.yml", NULL, "gone.yml:1:11: there is no file nowhere.yml to include");
    expect_files(&files, "gone2.yml", NULL, "gone2.yml:1:25: c.yml has no service \"x\"");
    project_close(&files);
}

static void test_env_files(void **state) {
    (void)state;
    layer_project files;
    project_open(&files);
    project_write(&files, "one.env", "A=1\nB=1\nC=1\n");
    project_write(&files, "two.env", "B=2\nD=${A}-${C}-$PORT\nE='${A}'\nF=pa$$word$\n");
    project_write(&files, "a.yml",
                  "services: {db: {env_file: [one.env, {path: gone.env, required: false}, two.env], "
                  "environment: {C: own}}}\n");
    expect_files(&files, "a.yml", NULL, "db - [C=own A=1 B=2 D=1-1-5433 E=${A} F=pa$$word$]");
    project_close(&files);
}

/* What compose prints of its files is read like a file. */
static void test_a_text(void **state) {
    (void)state;
    static const char json[] =
        "{\"name\": \"shop\", \"services\": {\"db\": {\"image\": \"postgres:16\", \"environment\": "
        "{\"POSTGRES_PASSWORD\": \"a$$b\", \"EMPTY\": null}, \"ports\": [{\"mode\": \"ingress\", "
        "\"host_ip\": \"127.0.0.1\", \"target\": 5432, \"published\": \"5433\", \"protocol\": "
        "\"tcp\"}]}}}\n";
    COMPOSE_AUTO_PROJECT compose_project project = COMPOSE_PROJECT_INIT;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    dk_buf_add(&text, json);
    assert_true(compose_load_text(&project, &text, "/x/c.yml", "compose config", model_lookup, NULL, &error));
    DK_AUTOFREE char *model = model_text(&project);
    assert_string_equal(model, "db postgres:16 [POSTGRES_PASSWORD=a$b EMPTY=] 127.0.0.1|5433>5432");
    assert_string_equal(project.name, "shop");
    assert_string_equal(project.services[0].file, "/x/c.yml");
    dk_buf_truncate(&text, 30);
    assert_false(
        compose_load_text(&project, &text, "/x/c.yml", "compose config", model_lookup, NULL, &error));
    assert_true(dk_starts_with(error.message, "compose config:"));
}

static void test_empty_files(void **state) {
    (void)state;
    assert_model("", "");
    assert_model("# nothing\n", "");
    assert_model("services:\n", "");
    assert_model("name: x\nvolumes: {data: }\n", "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_override_file), cmocka_unit_test(test_include_and_extends_of_files),
        cmocka_unit_test(test_env_files), cmocka_unit_test(test_a_text), cmocka_unit_test(test_empty_files)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
