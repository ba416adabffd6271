/* plugins/server-local/settings.c */
#include "../../skip.h"
#include "local_project.h"

static void has(const char *text, const char *part) {
    if (!strstr(text, part))
        fail_msg("no \"%s\" in:\n%s", part, text);
}

static void has_not(const char *text, const char *part) {
    if (strstr(text, part))
        fail_msg("\"%s\" in:\n%s", part, text);
}

static void test_addresses_are_loopback_only(void **state) {
    (void)state;
    static const char *const table[][2] = {{NULL, "127.0.0.1"},
                                           {"/run/postgresql", "127.0.0.1"},
                                           {"127.0.0.1", "127.0.0.1"},
                                           {"127.0.0.9", "127.0.0.1, 127.0.0.9"},
                                           {"::1", "127.0.0.1, ::1"}};
    for (size_t i = 0; i < DK_COUNT(table); i++) {
        DK_AUTOFREE char *addresses = local_listen_addresses(table[i][0]);
        assert_string_equal(addresses, table[i][1]);
    }
    DK_AUTOFREE char *localhost = local_listen_addresses("localhost");
    assert_true(dk_starts_with(localhost, "127.0.0.1"));
}

static void make(local_project *local, const char *toml, const char *url, local_settings *settings) {
    *settings = (local_settings){0};
    local_project_open(local, toml, url);
    local_settings_make(&local->cluster, local->cluster.data_dir, settings);
}

static void test_what_the_files_say(void **state) {
    (void)state;
    local_project local;
    LOCAL_AUTO_SETTINGS local_settings settings;
    make(&local, "", LOCAL_URL, &settings);
    has(settings.main, "listen_addresses = '127.0.0.1'\n");
    has(settings.main, "port = '25432'\n");
    has(settings.main, local.cluster.socket_dir);
    has_not(settings.main, "fsync");
    has_not(settings.main, "0.0.0.0");
    has(settings.hba, "local all devkit_admin peer map=devkit\n");
    has(settings.hba, "host all devkit_admin all reject\n");
    has(settings.hba, "host all all 127.0.0.0/8 scram-sha-256\n");
    has_not(settings.hba, "trust");
    has_not(settings.hba, "0.0.0.0");
    has(settings.ident, "devkit root devkit_admin\n");
    local_project_close(&local);
}

static void test_configured_settings_come_last_and_are_quoted(void **state) {
    (void)state;
    local_project local;
    LOCAL_AUTO_SETTINGS local_settings settings;
    make(&local,
         "[server.local]\ndurability = \"fast\"\nsettings = { work_mem = \"8MB\", "
         "log_line_prefix = \"it's \\\\ \" }\n",
         LOCAL_URL, &settings);
    has(settings.main, "fsync = 'off'\n");
    has(settings.main, "full_page_writes = 'off'\n");
    has(settings.main, "log_line_prefix = 'it''s \\\\ '\n");
    assert_true(strstr(settings.main, "work_mem = '8MB'") > strstr(settings.main, "fsync"));
    local_project_close(&local);
}

static void test_a_url_without_password(void **state) {
    (void)state;
    local_project local;
    LOCAL_AUTO_SETTINGS local_settings settings;
    make(&local, "", "postgresql://a%22b@localhost/x", &settings);
    has(settings.hba, "host all \"a\"\"b\" 127.0.0.0/8 trust\n");
    has(settings.hba, "host all all ::1/128 scram-sha-256\n");
    assert_true(strstr(settings.hba, "reject") < strstr(settings.hba, "trust"));
    local_project_close(&local);
}

static void test_the_url_s_own_socket_folder(void **state) {
    (void)state;
    local_project local;
    LOCAL_AUTO_SETTINGS local_settings settings;
    make(&local, "", "postgresql://a:b@/x?host=/tmp/mine", &settings);
    has(settings.main, "\"/tmp/mine\"'");
    local_project_close(&local);
    local_settings_release(&settings);
    make(&local, "", "postgresql://a:b@/x?host=/tmp/my%20%22own%22", &settings);
    has(settings.main, ", \"/tmp/my \"\"own\"\"\"'");
    local_project_close(&local);
}

static void test_only_what_differs_is_written(void **state) {
    (void)state;
    local_project local;
    LOCAL_AUTO_SETTINGS local_settings settings;
    make(&local, "", LOCAL_URL, &settings);
    assert_false(settings.main_same || settings.access_same);
    local_project_data(&local, "x", "");
    assert_true(local_settings_write(&local.cluster, local.cluster.data_dir, &settings, false, NULL));
    LOCAL_AUTO_SETTINGS local_settings again = {0};
    local_settings_make(&local.cluster, local.cluster.data_dir, &again);
    assert_true(again.main_same && again.access_same);
    DK_AUTOFREE char *path = dk_path_join(local.cluster.data_dir, LOCAL_SETTINGS);
    struct stat before, after;
    assert_int_equal(stat(path, &before), 0);
    assert_int_equal(before.st_mode & 07777, 0600);
    assert_int_equal(before.st_uid, local.cluster.account.uid);
    assert_true(local_settings_write(&local.cluster, local.cluster.data_dir, &again, true, NULL));
    assert_int_equal(stat(path, &after), 0);
    assert_int_equal(before.st_ino, after.st_ino);
    local_project_data(&local, "pg_hba.conf", "host all all all trust\n");
    LOCAL_AUTO_SETTINGS local_settings third = {0};
    local_settings_make(&local.cluster, local.cluster.data_dir, &third);
    assert_true(third.main_same);
    assert_false(third.access_same);
    local_project_close(&local);
}

static void test_settings_that_are_devkit_s_own(void **state) {
    (void)state;
    static const char *const names[] = {"port", "Listen_Addresses", "unix_socket_directories", "hba_file"};
    for (size_t i = 0; i < DK_COUNT(names); i++) {
        local_project local;
        DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
        DK_AUTOFREE char *toml = dk_format("[server.local]\nsettings = { %s = \"1\" }\n", names[i]);
        local_project_open(&local, toml, LOCAL_URL);
        assert_false(local_settings_check(&local.cluster, &error));
        assert_string_equal(error.code, "settings-reserved");
        assert_int_equal(error.error_class, DK_ERROR_USAGE);
        assert_non_null(strstr(error.message, names[i]));
        assert_non_null(error.hint);
        local_project_close(&local);
    }
    local_project local;
    local_project_open(&local, "[server.local]\nsettings = { work_mem = \"8MB\" }\n", LOCAL_URL);
    assert_true(local_settings_check(&local.cluster, NULL));
    local_project_close(&local);
}

/* Whether devkit.conf in the data folder of that version would have it. */
static bool clones(local_project *local, const char *version) {
    LOCAL_AUTO_SETTINGS local_settings settings = {0};
    local_project_data(local, "PG_VERSION", version);
    local_settings_make(&local->cluster, local->cluster.data_dir, &settings);
    return strstr(settings.main, "\nfile_copy_method = 'clone'\n") != NULL;
}

static void test_files_are_cloned_where_that_is_verified(void **state) {
    (void)state;
    local_project local;
    local_project_open(&local, "", LOCAL_URL);
    assert_false(clones(&local, "17\n")); /* does not know the setting */
    local_reflink reflink = local_reflink_probe(local.cluster.data_dir);
    assert_int_not_equal(reflink, LOCAL_REFLINK_UNKNOWN);
    assert_int_equal(clones(&local, "18\n"), reflink == LOCAL_REFLINK_YES);
    assert_int_equal(clones(&local, "19\n"), reflink == LOCAL_REFLINK_YES);
    local_project_close(&local);
}

/* A folder in which nothing can be made: what the file says stays. */
static void test_what_can_not_be_verified_stays(void **state) {
    (void)state;
    if (geteuid() == 0)
        skip_because("needs an ordinary user"); /* root can make files everywhere */
    LOCAL_AUTO_SETTINGS local_settings settings = {0};
    local_project local;
    local_project_open(&local, "", LOCAL_URL);
    local_project_data(&local, "PG_VERSION", "18\n");
    local_project_data(&local, LOCAL_SETTINGS, "\nfile_copy_method = 'clone'\n");
    assert_int_equal(chmod(local.cluster.data_dir, 0500), 0);
    assert_int_equal(local_reflink_probe(local.cluster.data_dir), LOCAL_REFLINK_UNKNOWN);
    local_settings_make(&local.cluster, local.cluster.data_dir, &settings);
    has(settings.main, "\nfile_copy_method = 'clone'\n");
    assert_int_equal(chmod(local.cluster.data_dir, 0700), 0);
    local_project_close(&local);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_addresses_are_loopback_only),
                                       cmocka_unit_test(test_what_the_files_say),
                                       cmocka_unit_test(test_configured_settings_come_last_and_are_quoted),
                                       cmocka_unit_test(test_a_url_without_password),
                                       cmocka_unit_test(test_the_url_s_own_socket_folder),
                                       cmocka_unit_test(test_only_what_differs_is_written),
                                       cmocka_unit_test(test_settings_that_are_devkit_s_own),
                                       cmocka_unit_test(test_files_are_cloned_where_that_is_verified),
                                       cmocka_unit_test(test_what_can_not_be_verified_stays)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
