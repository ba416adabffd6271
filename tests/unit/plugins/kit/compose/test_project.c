/* plugins/kit/compose/project.c */
#include "model.h"

static void clear_environment(void) {
    static const char *const names[] = {"COMPOSE_FILE", "COMPOSE_PROJECT_NAME", "COMPOSE_PATH_SEPARATOR",
                                        "DATABASE_URL", "PGPORT_HERE"};
    for (size_t i = 0; i < DK_COUNT(names); i++)
        unsetenv(names[i]);
}

/* "FOLDER|FILES|NAME|usual: MODEL", paths below the root. */
static void expect(layer_project *files, const char *toml, const char *expected) {
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    COMPOSE_AUTO_PROJECT compose_project project = COMPOSE_PROJECT_INIT;
    dk_buf text = DK_BUF_INIT;
    dk_context *context = project_context(files, toml);
    if (!compose_open(context, &project, &error)) {
        dk_buf_add(&text, error.code);
    } else if (project.files.count) {
        DK_AUTOFREE char *model = model_text(&project);
        for (size_t i = 0; i < project.files.count; i++)
            dk_buf_addf(&text, "%s%s", i ? "," : "", project.files.items[i] + strlen(files->root) + 1);
        dk_buf_addf(&text, "|%s|%s: %s", project.name, project.usual ? "usual" : "named", model);
    }
    assert_string_equal(dk_buf_text(&text), expected);
    assert_int_equal(compose_exists(context),
                     project.files.count > 0 && !dk_error_is(&error, "compose-missing"));
    dk_buf_release(&text);
}

static void test_usual_files(void **state) {
    (void)state;
    layer_project files;
    clear_environment();
    project_open(&files);
    expect(&files, "", "");
    setenv("COMPOSE_PROJECT_NAME", "p", 1);
    project_write(&files, "docker-compose.yml", "services: {db: {image: a}}\n");
    expect(&files, "", "docker-compose.yml|p|usual: db a");
    project_write(&files, "docker-compose.override.yml", "services: {db: {image: b}}\n");
    expect(&files, "", "docker-compose.yml,docker-compose.override.yml|p|usual: db b");
    expect(&files, "[server.compose]\nfile = \"docker-compose.yml\"\n",
           "docker-compose.yml,docker-compose.override.yml|p|usual: db b");
    project_write(&files, "compose.yaml", "name: own\nservices: {db: {image: c}}\n");
    expect(&files, "", "compose.yaml|p|usual: db c");
    clear_environment();
    expect(&files, "", "compose.yaml|own|usual: db c");
    COMPOSE_AUTO_PROJECT compose_project project = COMPOSE_PROJECT_INIT;
    dk_context *context = project_context(&files, "[server.compose]\nfile = \"docker-compose.yml\"\n");
    assert_true(compose_open(context, &project, NULL)); /* not what compose would take: no override */
    assert_int_equal(project.files.count, 1);
    assert_false(project.usual);
    assert_true(dk_starts_with(project.name, "devkit-layer-")); /* the folder's name, in small letters */
    project_close(&files);
}

static void test_named_files(void **state) {
    (void)state;
    layer_project files;
    clear_environment();
    project_open(&files);
    project_write(&files, "dev/Pg_1.yml", "services: {db: {image: a}}\n");
    expect(&files, "[server.compose]\nfile = \"dev/Pg_1.yml\"\n", "dev/Pg_1.yml|dev|named: db a");
    expect(&files, "[server.compose]\nfile = \"gone.yml\"\n", "compose-missing");
    project_write(&files, ".env", "COMPOSE_FILE=dev/Pg_1.yml:more.yml\nCOMPOSE_PROJECT_NAME=n\n");
    expect(&files, "", "compose-missing");
    project_write(&files, "more.yml", "services: {x: {image: b}}\n");
    project_write(&files, "dev/.env", "COMPOSE_PROJECT_NAME=m\n");
    expect(&files, "", "dev/Pg_1.yml,more.yml|m|named: db a; x b");
    project_write(&files, ".env", "COMPOSE_FILE=dev/Pg_1.yml;more.yml\nCOMPOSE_PATH_SEPARATOR=;\n");
    expect(&files, "", "dev/Pg_1.yml,more.yml|m|named: db a; x b");
    project_write(&files, "broken.yml", "services: [\n");
    expect(&files, "[server.compose]\nfile = \"broken.yml\"\n", "compose-invalid");
    project_close(&files);
}

static void test_the_folder_above(void **state) {
    (void)state;
    layer_project files;
    clear_environment();
    setenv("COMPOSE_PROJECT_NAME", "p", 1);
    project_open(&files);
    project_write(&files, "compose.yml", "services: {db: {image: above}}\n");
    project_write(&files, "backend/.devkit.toml", "");
    dk_context *context = project_context(&files, "");
    free(context->root);
    context->root = dk_format("%s/backend", files.root);
    assert_false(compose_exists(context)); /* no git work tree: what lies above is none of ours */
    project_write(&files, ".git/HEAD", "");
    assert_true(compose_exists(context));
    project_write(&files, "backend/.git/HEAD", "");
    assert_false(compose_exists(context));
    clear_environment();
    project_close(&files);
}

static void test_variables(void **state) {
    (void)state;
    layer_project files;
    clear_environment();
    setenv("COMPOSE_PROJECT_NAME", "p", 1);
    project_open(&files);
    project_write(&files, ".env", "PGPORT_HERE=5433\n");
    project_write(&files, "compose.yml",
                  "services: {db: {image: x, ports: ['${PGPORT_HERE:-5432}:5432']}}\n");
    expect(&files, "", "compose.yml|p|usual: db x 5433>5432");
    project_write(&files, ".env", "HERE=5440\nPGPORT_HERE=${HERE}\n"); /* of one another, as compose has it */
    expect(&files, "", "compose.yml|p|usual: db x 5440>5432");
    setenv("PGPORT_HERE", "5499", 1);
    expect(&files, "", "compose.yml|p|usual: db x 5499>5432");
    clear_environment();
    project_close(&files);
}

/* What our own reading does not understand is asked of compose; one that can't read it either leaves our
 * word. */
static void test_asked(void **state) {
    (void)state;
    layer_project files;
    clear_environment();
    project_open(&files);
    DK_AUTOFREE char *saved = dk_strdup(getenv("PATH"));
    DK_AUTOFREE char *bin = dk_path_join(files.root, "bin");
    DK_AUTOFREE char *docker = dk_path_join(bin, "docker");
    project_write(&files, "compose.yml", "services: {db: {image: a}, app: {ports: newer than we are}}\n");
    project_write(&files, ".devkit.toml", "");
    assert_true(dk_mkdirs(bin, 0755, NULL));
    setenv("PATH", bin, 1);
    expect(&files, "", "compose-invalid");
    program_write(
        docker, "#!/bin/sh\n[ \"$2\" = version ] && exit\necho '{\"name\": \"asked\", \"services\": {\"db\": "
                "{\"image\": \"b\"}}}'\n");
    expect(&files, "", "compose.yml|asked|usual: db b");
    program_write(docker, "#!/bin/sh\n[ \"$2\" = version ]\n");
    expect(&files, "", "compose-invalid");
    setenv("PATH", saved, 1);
    project_close(&files);
}

static void test_published(void **state) {
    (void)state;
    layer_project files;
    COMPOSE_AUTO_PROJECT compose_project project = COMPOSE_PROJECT_INIT;
    project_open(&files);
    project_write(&files, "compose.yml",
                  "services:\n  a: {ports: ['5432/udp', '5440-5445:5430-5435']}\n  b: {ports: ['5432']}\n"
                  "  c: {ports: ['5440-5445:5432']}\n  d: {environment: {X: 1}}\n"
                  "  e: {ports: ['5498:5432', '127.0.0.1:5499:5432']}\n");
    DK_AUTOFREE char *path = dk_path_join(files.root, "compose.yml");
    assert_true(compose_load(&project, path, model_lookup, NULL, NULL));
    int port = -1;
    assert_non_null(compose_published(compose_service_find(&project, "a"), 5432, &port));
    assert_int_equal(port, 5442);
    assert_true(compose_is_published_at(compose_service_find(&project, "a"), 5432, 5442));
    assert_false(compose_is_published_at(compose_service_find(&project, "a"), 5432, 5441));
    assert_false(compose_is_published_at(compose_service_find(&project, "c"), 5432, 5441));
    assert_true(compose_is_published_at(compose_service_find(&project, "e"), 5432, 5499));
    DK_AUTOFREE char *place = compose_service_place(compose_service_find(&project, "b"), files.root);
    assert_string_equal(place, "compose.yml:3");
    project.services[1].line = 0;
    DK_AUTOFREE char *unknown = compose_service_place(compose_service_find(&project, "b"), files.root);
    assert_string_equal(unknown, "compose.yml");
    assert_null(compose_published(compose_service_find(&project, "a"), 5436, &port));
    assert_non_null(compose_published(compose_service_find(&project, "b"), 5432, &port));
    assert_int_equal(port, 0);
    assert_non_null(compose_published(compose_service_find(&project, "c"), 5432, &port));
    assert_int_equal(port, 0);
    assert_null(compose_published(compose_service_find(&project, "d"), 5432, &port));
    assert_string_equal(compose_environment(compose_service_find(&project, "d"), "X"), "1");
    assert_null(compose_environment(compose_service_find(&project, "d"), "Y"));
    assert_null(compose_service_find(&project, "f"));
    project_close(&files);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_usual_files),
                                       cmocka_unit_test(test_named_files),
                                       cmocka_unit_test(test_the_folder_above),
                                       cmocka_unit_test(test_variables),
                                       cmocka_unit_test(test_asked),
                                       cmocka_unit_test(test_published)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
