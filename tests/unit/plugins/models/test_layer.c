/* plugins/models/layer.c */
#include "../layer_project.h"

#include "models/models.h"

static bool take(layer_project *project, const char *toml, char *fixed, dk_error *error) {
    dk_layer_inputs inputs;
    unsigned flags = 0;
    hash_cache *cache = hash_cache_open(NULL);
    layer_inputs_init(&inputs, cache);
    bool taken = models_layer.fingerprint(project_context(project, toml), &inputs, &flags, error);
    assert_int_equal(flags, taken ? DK_LAYER_COMMAND : 0);
    if (taken)
        layer_inputs_fixed_hex(&inputs, fixed);
    layer_inputs_release(&inputs);
    hash_cache_close(cache);
    return taken;
}

static void test_fingerprint(void **state) {
    (void)state;
    static const char toml[] = "[models]\ncommand = \"python3 init_db.py\"\ninputs = [\"app/*.py\"]\n";
    static const char stamped[] = "[models]\ncommand = \"python3 init_db.py\"\ninputs = [\"app/*.py\"]\n"
                                  "stamp = \"alembic stamp head\"\n";
    layer_project project;
    char fixed[5][HASH_HEX];
    project_open(&project);
    project_write(&project, "init_db.py", "1");
    project_write(&project, "app/models.py", "1");
    assert_true(take(&project, toml, fixed[0], NULL));
    assert_true(take(&project, toml, fixed[1], NULL));
    assert_string_equal(fixed[0], fixed[1]);
    project_write(&project, "app/models.py", "22");
    assert_true(take(&project, toml, fixed[2], NULL));
    assert_string_not_equal(fixed[1], fixed[2]);
    project_write(&project, "init_db.py", "22");
    assert_true(take(&project, toml, fixed[3], NULL));
    assert_string_not_equal(fixed[2], fixed[3]);
    assert_true(take(&project, stamped, fixed[4], NULL));
    assert_string_not_equal(fixed[3], fixed[4]);
    project_close(&project);
}

static void test_command_missing(void **state) {
    (void)state;
    layer_project project;
    char fixed[HASH_HEX];
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    project_open(&project);
    assert_false(take(&project, "[models]\ncommand = \"\"\n", fixed, &error));
    assert_string_equal(error.code, "models-command-missing");
    project_close(&project);
}

static void test_apply_runs_both_in_order(void **state) {
    (void)state;
    layer_project project;
    DK_AUTO_URL dk_url url = DK_URL_INIT;
    DK_AUTO_BUF dk_buf written = DK_BUF_INIT;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    project_open(&project);
    dk_context *context =
        project_context(&project, "[models]\ncommand = \"echo made >>out; echo $DATABASE_URL >>out\"\nstamp "
                                  "= \"echo stamped >>out\"\n");
    assert_true(dk_url_parse(NO_SERVER_URL, &url, NULL));
    dk_progress *progress = dk_progress_begin(context, "models");
    dk_layer_target target = project_target(&url, "built", progress);
    assert_true(models_layer.apply(context, &target, NULL));
    DK_AUTOFREE char *path = dk_path_join(project.root, "out");
    assert_true(dk_file_read(path, 0, &written, NULL));
    assert_string_equal(dk_buf_text(&written), "made\n" NO_SERVER_URL "\nstamped\n");
    context =
        project_context(&project, "[models]\ncommand = \"sh -c 'exit 4'\"\nstamp = \"echo stamped >>out\"\n");
    assert_false(models_layer.apply(context, &target, &error));
    assert_int_equal(error.child_status, 4);
    dk_progress_end(progress, false, NULL);
    project_close(&project);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_fingerprint),
                                       cmocka_unit_test(test_command_missing),
                                       cmocka_unit_test(test_apply_runs_both_in_order)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
