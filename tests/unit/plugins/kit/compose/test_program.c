/* plugins/kit/compose/program.c with programs of the test's own */
#include "model.h"

#include <stdlib.h>
#include <unistd.h>

static layer_project files;

/* PATH is the folder "bin" of the test alone, DOCKER_CONFIG the folder "config". */
static int set_up(void **state) {
    *state = dk_strdup(getenv("PATH"));
    project_open(&files);
    DK_AUTOFREE char *bin = dk_path_join(files.root, "bin");
    DK_AUTOFREE char *config = dk_path_join(files.root, "config");
    assert_true(dk_mkdirs(bin, 0755, NULL));
    setenv("PATH", bin, 1);
    setenv("DOCKER_CONFIG", config, 1);
    return 0;
}

static int tear_down(void **state) {
    setenv("PATH", *state, 1);
    unsetenv("DOCKER_CONFIG");
    free(*state);
    project_close(&files);
    return 0;
}

static void program(const char *name, const char *text) {
    DK_AUTOFREE char *path = dk_format("%s/bin/%s", files.root, name);
    program_write(path, text);
}

static void expect_program(const char *words) {
    DK_AUTO_STRV dk_strv found = DK_STRV_INIT;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    bool there = compose_program_find(&found, &error);
    assert_int_equal(there, *words != '\0');
    DK_AUTOFREE char *joined = there ? dk_strv_join(&found, " ") : dk_strdup("");
    assert_string_equal(joined, words);
    if (!there) {
        assert_string_equal(error.code, "program-missing");
        assert_non_null(strstr(error.hint, "docker-compose"));
    }
}

static void test_which_compose(void **state) {
    (void)state;
    expect_program("");
    program("docker", "#!/bin/sh\nexit 1\n"); /* a client without the plugin */
    expect_program("");
    program("podman-compose", "#!/bin/sh\nexit 0\n");
    expect_program("podman-compose");
    program("docker-compose", "#!/bin/sh\nexit 0\n");
    expect_program("docker-compose");
    program("docker", "#!/bin/sh\n[ \"$*\" = 'compose version' ]\n");
    expect_program("docker compose");
}

static void test_name_for_hints(void **state) {
    (void)state;
    assert_string_equal(compose_program_name(),
                        "docker compose"); /* neither is here: the one most people have */
    program("docker-compose", "#!/bin/sh\nexit 0\n");
    DK_AUTOFREE char *plugin = dk_path_join(files.root, "config/cli-plugins/docker-compose");
    assert_string_equal(compose_program_name(), "docker-compose");
    project_write(&files, "config/cli-plugins/docker-compose", "");
    assert_string_equal(compose_program_name(), "docker compose");
}

/* What `config` prints with that program; "" when it fails. */
static void expect_config(const char *expected) {
    compose_project project = {.folder = files.root};
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    dk_strv_add(&project.files, "/x/a.yml");
    dk_strv_add(&project.files, "/x/b.yml");
    assert_int_equal(compose_program_config(&project, &text), *expected != '\0');
    assert_string_equal(dk_buf_text(&text), expected);
    dk_strv_release(&project.files);
}

static void test_config(void **state) {
    (void)state;
    expect_config("");
    program("docker-compose", /* version 1 knows no --format */
            "#!/bin/sh\n[ $# = 5 ] && echo \"yaml: $*\" && echo warning >&2 && exit\necho 'Usage: config'\n");
    expect_config("yaml: -f /x/a.yml -f /x/b.yml config\n");
    program("docker", "#!/bin/sh\n[ \"$2\" = version ] || echo \"{json: $*}\"\n");
    expect_config("{json: compose -f /x/a.yml -f /x/b.yml config --format json}\n");
    program("docker", "#!/bin/sh\n[ \"$2\" = version ]\n"); /* it does not understand the files either */
    expect_config("");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_which_compose, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_name_for_hints, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_config, set_up, tear_down)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
