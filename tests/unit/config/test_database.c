/* Which database the application reads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "config/config.h"
#include "config/database.h"
#include "folder.h"
#include <cmocka.h>

#include <devkit/system.h>
#include <pwd.h>
#include <unistd.h>

static project_variables *load(const char *first, const char *second) {
    DK_AUTO_STRV dk_strv files = DK_STRV_INIT;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    if (first)
        folder_write(".env", first);
    if (second)
        folder_write("conf/.env.local", second);
    dk_strv_add(&files, ".env");
    dk_strv_add(&files, "missing");
    dk_strv_add(&files, "conf/.env.local");
    project_variables *variables = project_variables_load(test_folder, &files, &error);
    if (!variables)
        fail_msg("%s", error.message);
    return variables;
}

static void assert_variable(const project_variables *variables, const char *name, const char *value,
                            const char *origin, int line) {
    project_variable found;
    if (!project_variables_find(variables, name, &found))
        fail_msg("%s is unset", name);
    assert_string_equal(found.value, value);
    assert_string_equal(found.origin, origin);
    assert_int_equal(found.origin_line, line);
    assert_int_equal(found.origin_file == NULL, line == 0);
}

static void note(void *data, const char *name, const char *value, const char *origin) {
    dk_strv_addf(data, "%s=%s (%s)", name, value, origin);
}

static void test_every_variable_once(void **state) {
    (void)state;
    DK_AUTO_STRV dk_strv seen = DK_STRV_INIT;
    setenv("DKT_IN_BOTH", "environment's", 1);
    project_variables *variables =
        load("DKT_A=1\nDKT_B=1\nDKT_IN_BOTH=file\n", "DKT_B=2\nDKT_C=x\nDKT_B=3\n");
    project_variables_each(variables, note, &seen);
    DK_AUTOFREE char *text = dk_strv_join(&seen, "; ");
    assert_string_equal(text, "DKT_A=1 (.env:1); DKT_IN_BOTH=environment's (environment); "
                              "DKT_C=x (conf/.env.local:2); DKT_B=3 (conf/.env.local:3)");
    project_variables_free(variables);
    unsetenv("DKT_IN_BOTH");
}

static void test_variables(void **state) {
    project_variable found;
    (void)state;
    setenv("DKT_IN_BOTH", "environment's", 1);
    project_variables *variables =
        load("DKT_A=1\nDKT_B=1\nDKT_IN_BOTH=file\n", "\nDKT_B=2\nDKT_C=${DKT_A}${DKT_B}\nDKT_B=3\n");
    assert_variable(variables, "DKT_A", "1", ".env:1", 1);
    assert_variable(variables, "DKT_B", "3", "conf/.env.local:4", 4); /* later files, later lines */
    assert_variable(variables, "DKT_C", "12", "conf/.env.local:3", 3);
    assert_variable(variables, "DKT_IN_BOTH", "environment's", "environment", 0);
    assert_false(project_variables_find(variables, "DKT_NONE", &found));
    assert_true(project_variables_find(variables, "DKT_C", &found));
    char *path = dk_path_join(test_folder, "conf/.env.local");
    assert_string_equal(found.origin_file, path);
    free(path);
    project_variables_free(variables);
    unsetenv("DKT_IN_BOTH");
}

static void test_bad_file(void **state) {
    DK_AUTO_STRV dk_strv files = DK_STRV_INIT;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    (void)state;
    folder_write("good", "A=1\n");
    folder_write("bad", "A=1\nB='x\n");
    dk_strv_add(&files, "good");
    dk_strv_add(&files, "bad");
    assert_null(project_variables_load(test_folder, &files, &error));
    assert_true(dk_error_is(&error, "dotenv-invalid"));
    assert_true(dk_starts_with(error.message, "bad:2:3:"));
}

static config_store *configure(const char *toml) {
    folder_write(".devkit.toml", toml);
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    config_store *store = config_load(test_folder, &error);
    if (!store)
        fail_msg("%s", error.message);
    return store;
}

static void test_resolve(void **state) {
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    config_store *store =
        configure("[database]\nurl_env = \"DKT_URL\"\n[env.staging]\nurl_env = \"DKT_STAGING\"\n");
    project_variables *variables =
        load("DKT_URL=postgres://ann:pw12345@localhost/shop\nDKT_STAGING=postgres://h/s\n", NULL);
    project_database database;
    (void)state;
    assert_true(project_database_resolve(config_values(store), NULL, variables, &database, &error));
    assert_ptr_equal(database.view.url, &database.url);
    assert_string_equal(database.view.variable, "DKT_URL");
    assert_string_equal(database.view.origin, ".env:1");
    assert_int_equal(database.view.origin_line, 1);
    assert_non_null(database.view.origin_file);
    assert_string_equal(database.url.database, "shop");
    assert_int_equal(database.url.hosts[0].port, 5432);
    project_database_release(&database);

    assert_true(project_database_resolve(config_values(store), "staging", variables, &database, &error));
    assert_string_equal(database.view.variable, "DKT_STAGING");
    assert_string_equal(database.url.database, "s");
    assert_string_equal(database.url.user, getpwuid(geteuid())->pw_name);
    project_database_release(&database);

    setenv("DKT_URL", "postgres://bob@other/x", 1);
    assert_true(project_database_resolve(config_values(store), NULL, variables, &database, &error));
    assert_string_equal(database.view.origin, "environment");
    assert_null(database.view.origin_file);
    assert_string_equal(database.url.user, "bob");
    project_database_release(&database);
    unsetenv("DKT_URL");

    assert_false(project_database_resolve(config_values(store), "stagin", variables, &database, &error));
    assert_true(dk_error_is(&error, "environment-unknown"));
    assert_int_equal(error.error_class, DK_ERROR_USAGE);
    assert_string_equal(error.hint, "did you mean \"staging\"?");
    project_variables_free(variables);
    config_free(store);
}

static void test_without_a_url(void **state) {
    static const char *const files[] = {"", "DKT_URL=\n"};
    (void)state;
    for (size_t i = 0; i < DK_COUNT(files); i++) {
        DK_AUTO_URL dk_url url = DK_URL_INIT;
        project_database database;
        config_store *store = configure("[database]\nurl_env = \"DKT_URL\"\n");
        project_variables *variables = load(files[i], NULL);
        assert_true(project_database_resolve(config_values(store), NULL, variables, &database, NULL));
        assert_null(database.view.url);
        assert_string_equal(database.view.origin, "");
        assert_string_equal(database.view.variable, "DKT_URL");
        assert_true(dk_url_parse("postgres://a@127.0.0.1:7777/b", &url, NULL));
        project_database_set(&database, &url);
        assert_string_equal(database.view.origin, "server");
        assert_string_equal(database.view.url->database, "b");
        project_database_set(&database, database.view.url);
        assert_int_equal(dk_url_port(database.view.url), 7777);
        project_database_release(&database);
        project_variables_free(variables);
        config_free(store);
    }
}

static void test_invalid_url(void **state) {
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    project_database database;
    config_store *store = configure("[database]\nurl_env = \"DKT_URL\"\n");
    project_variables *variables = load("\nDKT_URL=postgres://u:hunter2@h:x/d\n", NULL);
    (void)state;
    assert_false(project_database_resolve(config_values(store), NULL, variables, &database, &error));
    assert_true(dk_error_is(&error, "url-invalid"));
    assert_int_equal(error.error_class, DK_ERROR_USAGE);
    assert_string_equal(error.message,
                        "DKT_URL (.env:2): the database URL has a port that is not a number at "
                        "character 24");
    assert_null(database.view.url);
    project_variables_free(variables);
    config_free(store);
}

static void test_fill(void **state) {
    static const struct {
        const char *url, *filled;
    } rows[] = {
        {"postgres://ann@h", "postgres://ann@h:5432/ann"},
        {"postgres://ann@a,b:7/d", "postgres://ann@a:5432,b:7/d"},
        {"postgresql+asyncpg://ann:p@h/", "postgresql+asyncpg://ann:p@h:5432/ann"},
        {"postgres://ann@h:1/d?x=%41", "postgres://ann@h:1/d?x=%41"},
        {"jdbc:postgresql:d?user=ann", "jdbc:postgresql://:5432/d?user=ann"},
    };
    (void)state;
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        DK_AUTO_URL dk_url url = DK_URL_INIT;
        DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
        assert_true(dk_url_parse(rows[i].url, &url, NULL));
        project_url_fill(&url);
        dk_url_format(&url, &text);
        assert_string_equal(dk_buf_text(&text), rows[i].filled);
    }
}

/* What libpq and asyncpg would take where the URL is silent. */
static void test_fill_from_libpq_variables(void **state) {
    DK_AUTO_URL dk_url url = DK_URL_INIT;
    (void)state;
    setenv("PGUSER", "pguser", 1);
    setenv("PGDATABASE", "pgdb", 1);
    setenv("PGPORT", "6000", 1);
    assert_true(dk_url_parse("postgres://h", &url, NULL));
    project_url_fill(&url);
    assert_string_equal(url.user, "pguser");
    assert_string_equal(url.database, "pgdb");
    assert_int_equal(dk_url_port(&url), 6000);
    assert_true(dk_url_parse("jdbc:postgresql://h/?user=u", &url, NULL));
    project_url_fill(&url);
    assert_string_equal(url.database, "u");
    assert_int_equal(dk_url_port(&url), 5432);
    unsetenv("PGUSER");
    unsetenv("PGDATABASE");
    unsetenv("PGPORT");
}

int main(void) {
    static const char *const others[] = {"PGUSER", "PGDATABASE", "PGPORT", "PGHOST"};
    for (size_t i = 0; i < DK_COUNT(others); i++)
        unsetenv(others[i]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_variables, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(test_every_variable_once, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(test_bad_file, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(test_resolve, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(test_without_a_url, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(test_invalid_url, folder_make, folder_remove),
        cmocka_unit_test(test_fill),
        cmocka_unit_test(test_fill_from_libpq_variables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
