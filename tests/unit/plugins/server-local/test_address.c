/* plugins/server-local/address.c */
#include "local_project.h"

#include <arpa/inet.h>
#include <sys/socket.h>

static void test_names(void **state) {
    (void)state;
    static const char *const table[][2] = {
        {"AutoServe360", "autoserve360"},
        {"my app-2", "my_app_2"},
        {"--x--", "x"},
        {"\xc3\xa4\xc3\xb6", "app"},
        {"", "app"},
        {"postgres", "app_postgres"},
        {"pg_things", "app_pg_things"},
        {"devkit_live", "app_devkit_live"},
        {"template1", "app_template1"},
    };
    for (size_t i = 0; i < DK_COUNT(table); i++) {
        DK_AUTOFREE char *name = local_plain_name(table[i][0]);
        assert_string_equal(name, table[i][1]);
    }
}

static void check(const char *text, const char *code) {
    DK_AUTO_URL dk_url url = DK_URL_INIT;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_true(dk_url_parse(text, &url, NULL));
    assert_int_equal(local_address_check(&url, &error), code == NULL);
    assert_string_equal(error.code, code ? code : "");
}

static void test_what_can_be_served(void **state) {
    (void)state;
    check("postgresql://a:b@localhost:5433/app", NULL);
    check("postgresql+asyncpg://a:b@[::1]/app", NULL);
    check("postgresql://a:b@192.0.2.7/app", "not-local");
    check("postgresql://a:b@127.0.0.1,127.0.0.2/app", "several-hosts");
    check("postgresql://localhost/app", "url-incomplete");
    check("postgresql://a:b@localhost/", "url-incomplete");
    check("postgresql://devkit_admin:b@localhost/app", "role-reserved");
    check("postgresql://pg_monitor:b@localhost/app", "role-reserved");
    check("postgresql://a:b@localhost/template1", "database-reserved");
}

static void test_port_in_use(void **state) {
    (void)state;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, length), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
    int port = ntohs(address.sin_port);
    assert_false(local_port_in_use(port)); /* bound, but nobody listens */
    assert_int_equal(listen(fd, 1), 0);
    assert_true(local_port_in_use(port));
    close(fd);
}

static void test_an_invented_url_is_remembered(void **state) {
    (void)state;
    local_project local;
    local_project_open(&local, "[project]\nname = \"My App\"\n", NULL);
    assert_true(local_address(&local.cluster, false, NULL));
    assert_null(local.cluster.url); /* nothing is made up by a mere look */
    assert_true(local_address(&local.cluster, true, NULL));
    assert_string_equal(local.cluster.url->user, "my_app");
    assert_string_equal(local.cluster.url->database, "my_app");
    assert_int_equal(strlen(local.cluster.url->password), 32);
    int port = dk_url_port(local.cluster.url);
    assert_in_range(port, 20000, 29999);
    DK_AUTOFREE char *password = dk_strdup(local.cluster.url->password);
    DK_AUTOFREE char *file = dk_path_join(local.cluster.state_dir, "local.url");
    struct stat status;
    assert_int_equal(stat(file, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    local_cluster_release(&local.cluster);
    assert_true(local_cluster_open(project_context(&local.project, ""), &local.cluster, NULL));
    assert_true(local_address(&local.cluster, false, NULL));
    assert_string_equal(local.cluster.url->password, password);
    assert_int_equal(dk_url_port(local.cluster.url), port);
    local_project_close(&local);
}

static void expect_remembered(const local_project *local, int port) {
    DK_AUTOFREE char *file = dk_path_join(local->cluster.state_dir, "local.url");
    DK_AUTOFREE char *part = dk_format("@127.0.0.1:%d/", port);
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    assert_true(dk_file_read(file, 0, &text, NULL));
    assert_non_null(strstr(dk_buf_text(&text), part));
    assert_int_equal(dk_url_port(local->cluster.url), port);
}

static void test_a_taken_port_of_an_invented_url_is_left(void **state) {
    (void)state;
    local_project local;
    local_project_open(&local, "", NULL);
    assert_false(local_address_next(&local.cluster, NULL)); /* nothing was made up yet */
    assert_true(local_address(&local.cluster, true, NULL));
    int first = dk_url_port(local.cluster.url);
    DK_AUTOFREE char *password = dk_strdup(local.cluster.url->password);
    assert_true(local_address_next(&local.cluster, NULL));
    assert_int_not_equal(dk_url_port(local.cluster.url), first);
    assert_string_equal(local.cluster.url->password, password);
    expect_remembered(&local, dk_url_port(local.cluster.url));
    int tries = 0;
    while (local_address_next(&local.cluster, NULL))
        assert_true(++tries < 20);
    local_project_close(&local);
}

static void test_a_moved_url_is_remembered(void **state) {
    (void)state;
    local_project local;
    local_project_open(&local, "", NULL);
    assert_true(local_address(&local.cluster, true, NULL));
    DK_AUTO_URL dk_url moved = DK_URL_INIT;
    dk_url_copy(&moved, local.cluster.url);
    dk_url_set_host(&moved, "127.0.0.1", 23456);
    dk_database_set(local.cluster.context, &moved);
    dk_context *context = local.cluster.context;
    local_cluster_release(&local.cluster);
    assert_true(local_cluster_open(context, &local.cluster, NULL));
    assert_true(local_address(&local.cluster, true, NULL));
    expect_remembered(&local, 23456);
    assert_false(local_address_next(&local.cluster, NULL)); /* chosen by the user */
    local_project_close(&local);
}

static void test_a_damaged_memory_is_an_error(void **state) {
    (void)state;
    local_project local;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    local_project_open(&local, "", NULL);
    project_write(&local.project, ".devkit/local.url", "nonsense\n");
    assert_false(local_address(&local.cluster, false, &error));
    assert_non_null(strstr(error.message, "local.url"));
    local_project_close(&local);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_names),
                                       cmocka_unit_test(test_what_can_be_served),
                                       cmocka_unit_test(test_port_in_use),
                                       cmocka_unit_test(test_an_invented_url_is_remembered),
                                       cmocka_unit_test(test_a_taken_port_of_an_invented_url_is_left),
                                       cmocka_unit_test(test_a_moved_url_is_remembered),
                                       cmocka_unit_test(test_a_damaged_memory_is_an_error)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
