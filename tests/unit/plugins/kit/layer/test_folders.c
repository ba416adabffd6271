/* plugins/kit/layer/folders.c */
#include "../../layer_project.h"

#include <kit/layer/layer.h>

static void test_psql_folders(void **state) {
    (void)state;
    static const struct {
        const char *toml;
        const char *folder; /* below the project, unless it is absolute */
    } cases[] = {{"", NULL},
                 {"[server.local]\nbin_dir = \"programs\"\n", "programs"},
                 {"[server.local]\nbin_dir = \"/opt/pg/bin\"\n", "/opt/pg/bin"}};
    for (size_t i = 0; i < DK_COUNT(cases); i++) {
        layer_project project;
        DK_AUTO_STRV dk_strv folders = DK_STRV_INIT;
        project_open(&project);
        dk_context *context = project_context(&project, cases[i].toml);
        layer_psql_folders(context, dk_config_get(context, NULL), &folders);
        DK_AUTOFREE char *expected =
            cases[i].folder ? dk_path_absolute(project.root, cases[i].folder) : dk_strdup("");
        assert_list(&folders, expected);
        project_close(&project);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_psql_folders)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
