/* plugins/kit/layer/venv.c */
#include "../../layer_project.h"

#include <kit/layer/layer.h>

static void assert_found(const layer_project *project, const char *cwd, const char *venv,
                         const char *expected) {
    DK_AUTOFREE char *found = NULL;
    DK_AUTOFREE char *path = expected ? dk_path_join(project->root, expected) : NULL;
    assert_true(layer_venv_find(project->root, cwd, venv, &found, NULL));
    if (path)
        assert_string_equal(found, path);
    else
        assert_null(found);
}

static void test_looks_in_the_usual_places(void **state) {
    (void)state;
    layer_project project;
    project_open(&project);
    assert_found(&project, "", "", NULL);
    project_write(&project, "venv/README", "a folder of that name alone is none");
    assert_found(&project, "", "", NULL);
    project_write(&project, "venv/pyvenv.cfg", "");
    assert_found(&project, "", "", "venv");
    assert_found(&project, "backend", NULL, "venv");
    project_write(&project, "backend/.venv/bin/python", "");
    assert_found(&project, "backend", "", "backend/.venv");
    assert_found(&project, "", "", "venv");
    project_close(&project);
}

static void test_configured(void **state) {
    (void)state;
    layer_project project;
    project_open(&project);
    project_write(&project, "tools/env/bin/python", "");
    assert_found(&project, "backend", "tools/env", "tools/env");
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTOFREE char *found = NULL;
    assert_false(layer_venv_find(project.root, "", "nowhere", &found, &error));
    assert_string_equal(error.code, "venv-missing");
    assert_non_null(error.hint);
    assert_null(found);
    project_close(&project);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_looks_in_the_usual_places),
                                       cmocka_unit_test(test_configured)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
