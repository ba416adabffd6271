/* plugins/kit/layer/words.c */
#include "../../layer_project.h"

#include <kit/layer/layer.h>

static void assert_files(const layer_project *project, const char *cwd, const char *command,
                         const char *expected) {
    DK_AUTO_STRV dk_strv files = DK_STRV_INIT;
    assert_true(layer_command_files(project->root, cwd, command, &files, NULL));
    assert_list(&files, expected);
}

static void test_files_of_the_project(void **state) {
    (void)state;
    layer_project project;
    project_open(&project);
    project_write(&project, "init_db.py", "");
    project_write(&project, "backend/seed.py", "");
    project_write(&project, "backend/tools/load/__main__.py", "");
    project_write(&project, "backend/conf.ini", "");
    project_write(&project, "python3", "a program's name is looked up in PATH");
    assert_files(&project, "", "python3 init_db.py --now", "init_db.py");
    assert_files(&project, "", "python3 init_db.py init_db.py", "init_db.py");
    assert_files(&project, "backend", "python3 seed.py --config=conf.ini",
                 "backend/seed.py backend/conf.ini");
    assert_files(&project, "backend", "python3 -m seed", "backend/seed.py");
    assert_files(&project, "backend", "python3 -m tools.load", "backend/tools/load/__main__.py");
    assert_files(&project, "", "psql \"$DATABASE_URL\" < backend/seed.py", "backend/seed.py");
    assert_files(&project, "", "./init_db.py | cat", "init_db.py");
    assert_files(&project, "", "cat /etc/passwd backend nothing.py", "");
    project_close(&project);
}

static void test_words_of_a_shell(void **state) {
    (void)state;
    DK_AUTO_PROCESS dk_process plain = DK_PROCESS_INIT;
    DK_AUTO_PROCESS dk_process shell = DK_PROCESS_INIT;
    DK_AUTO_STRV dk_strv words = DK_STRV_INIT;
    assert_true(dk_process_command_line(&plain, "make db", NULL));
    assert_true(dk_process_command_line(&shell, "cd db && X=\"$Y\" ./run 'it'|cat", NULL));
    assert_false(layer_is_shell(&plain.arguments));
    assert_true(layer_is_shell(&shell.arguments));
    layer_shell_words(shell.arguments.items[2], &words);
    assert_list(&words, "cd db X= Y ./run it cat");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_files_of_the_project),
                                       cmocka_unit_test(test_words_of_a_shell)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
