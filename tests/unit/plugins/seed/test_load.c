/* plugins/seed/load.c: without a server; loading is in tests/integration/test_seed.py */
#include "../layer_project.h"

#include "seed/seed.h"

static void test_without_server(void **state) {
    (void)state;
    layer_project project;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTO_STRV dk_strv paths = DK_STRV_INIT;
    DK_AUTO_URL dk_url url = DK_URL_INIT;
    project_open(&project);
    project_write(&project, "users.csv", "id\n1\n");
    dk_strv_add(&paths, "users.csv");
    dk_context *context = project_context(&project, "");
    assert_true(dk_url_parse(NO_SERVER_URL, &url, NULL));
    dk_progress *progress = dk_progress_begin(context, "seed");
    dk_layer_target target = project_target(&url, "built", progress);
    assert_false(seed_load_files(context, project.root, &paths, &target, &error));
    dk_progress_end(progress, false, NULL);
    assert_string_equal(error.code, "not-listening");
    project_close(&project);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_without_server)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
