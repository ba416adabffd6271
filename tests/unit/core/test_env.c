/* cli/core/env.c */
#include "sample_plugin.h"

#include <stdlib.h>
#include <sys/stat.h>

static void write_file(const char *path, const char *text, mode_t mode) {
    assert_true(dk_file_write(path, text, strlen(text), mode, NULL));
}

static void expect_file(const char *path, const char *text) {
    DK_AUTO_BUF dk_buf found = DK_BUF_INIT;
    assert_true(dk_file_read(path, 0, &found, NULL));
    assert_string_equal(dk_buf_text(&found), text);
}

static void changes_one_line_and_keeps_the_old_file(void **state) {
    (void)state;
    dk_context *context = sample_context();
    DK_AUTOFREE char *path = dk_path_join(context->root, ".env");
    DK_AUTOFREE char *saved = NULL;
    struct stat status;
    const char *before = "# ours\r\nDATABASE_URL=\"postgres://a:b@h:5433/d\" # local\r\nX=1\r\n";
    unsetenv("DATABASE_URL");
    write_file(path, before, 0640);
    assert_int_equal(dk_url_port(dk_database_get(context, NULL)->url), 5433);
    assert_true(dk_env_file_set(context, path, "DATABASE_URL", "postgres://a:b@h:5432/d", &saved, NULL));
    expect_file(path, "# ours\r\nDATABASE_URL=\"postgres://a:b@h:5432/d\" # local\r\nX=1\r\n");
    expect_file(saved, before);
    assert_int_equal(dk_url_port(dk_database_get(context, NULL)->url), 5432);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0640);
    assert_int_equal(stat(saved, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    fake_free(context);
}

static void keeps_both_files_of_one_second(void **state) {
    (void)state;
    dk_context *context = sample_context();
    DK_AUTOFREE char *path = dk_path_join(context->root, ".env");
    char *saved[4];
    write_file(path, "A=0\n", 0644);
    for (int i = 0; i < 4; i++) {
        DK_AUTOFREE char *value = dk_format("%d", i + 1);
        assert_true(dk_env_file_set(context, path, "A", value, &saved[i], NULL));
    }
    for (int i = 0; i < 4; i++) {
        DK_AUTOFREE char *before = dk_format("A=%d\n", i);
        expect_file(saved[i], before);
        free(saved[i]);
    }
    fake_free(context);
}

static void gives_the_url_another_port(void **state) {
    (void)state;
    dk_context *context = sample_context();
    DK_AUTOFREE char *path = dk_path_join(context->root, ".env");
    DK_AUTOFREE char *saved = NULL;
    DK_AUTOFREE char *where = NULL;
    unsetenv("DATABASE_URL");
    write_file(path, "# ours\nDATABASE_URL=postgres://a:b@localhost:5433/d # local\n", 0640);
    assert_true(dk_database_set_port(context, 6000, &where, &saved, NULL));
    expect_file(path, "# ours\nDATABASE_URL=postgres://a:b@localhost:6000/d # local\n");
    expect_file(saved, "# ours\nDATABASE_URL=postgres://a:b@localhost:5433/d # local\n");
    assert_string_equal(where, ".env:2");
    assert_int_equal(dk_url_port(dk_database_get(context, NULL)->url), 6000);
    fake_free(context);
}

static void expect_no_port(const char *url, const char *code) {
    dk_context *context = sample_context();
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    if (url)
        setenv("DATABASE_URL", url, 1);
    assert_false(dk_database_set_port(context, 7, NULL, NULL, &error));
    assert_string_equal(error.code, code);
    unsetenv("DATABASE_URL");
    fake_free(context);
}

static void can_not_change_a_url_that_no_file_sets(void **state) {
    (void)state;
    unsetenv("DATABASE_URL");
    expect_no_port(NULL, "env-missing");
    expect_no_port("postgres://a:b@localhost:5/d", "env-override");
}

static void says_what_can_not_be_changed(void **state) {
    (void)state;
    dk_context *context = sample_context();
    DK_AUTOFREE char *path = dk_path_join(context->root, ".env");
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_false(dk_env_file_set(context, path, "A", "1", NULL, &error));
    assert_string_equal(error.code, "file-missing");
    write_file(path, "A='open\n", 0644);
    assert_false(dk_env_file_set(context, path, "A", "1", NULL, &error));
    assert_string_equal(error.code, "dotenv-invalid");
    expect_file(path, "A='open\n");
    fake_free(context);
}

static void asks_for_the_server_anew(void **state) {
    (void)state;
    dk_context *context = sample_context();
    static const dk_server_interface server;
    DK_AUTOFREE char *path = dk_path_join(context->root, ".env");
    write_file(path, "A=1\n", 0600);
    context->server = &server;
    context->server_why = dk_strdup("because");
    const char *shown = context->server_why;
    assert_true(dk_env_file_set(context, path, "A", "2", NULL, NULL));
    assert_null(context->server);          /* another URL may be another server's */
    assert_string_equal(shown, "because"); /* whoever shows it still may */
    fake_free(context);
}

static void names_in_a_file(void **state) {
    (void)state;
    dk_context *context = sample_context();
    DK_AUTOFREE char *path = dk_path_join(context->root, ".env.example");
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    write_file(path, "# A=1\nB=\nexport C='x\nD=2'\nB=3\n", 0644);
    assert_true(dk_env_file_names(context, path, &names, NULL));
    DK_AUTOFREE char *joined = dk_strv_join(&names, " ");
    assert_string_equal(joined, "B C");
    write_file(path, "A='open\n", 0644);
    assert_false(dk_env_file_names(context, path, &names, &error));
    assert_non_null(strstr(error.message, ".env.example:1"));
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_one_line_and_keeps_the_old_file),
        cmocka_unit_test(keeps_both_files_of_one_second),
        cmocka_unit_test(gives_the_url_another_port),
        cmocka_unit_test(can_not_change_a_url_that_no_file_sets),
        cmocka_unit_test(says_what_can_not_be_changed),
        cmocka_unit_test(asks_for_the_server_anew),
        cmocka_unit_test(names_in_a_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
