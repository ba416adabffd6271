/* plugins/server-docker/address.c */
#include "docker_project.h"

static void expect(const char *text, const char *code) {
    DK_AUTO_URL dk_url url = DK_URL_INIT;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_true(dk_url_parse(text, &url, NULL));
    assert_int_equal(docker_address_check(&url, &error), code == NULL);
    if (!code)
        return;
    assert_string_equal(error.code, code);
    assert_int_equal(error.error_class, DK_ERROR_USAGE);
}

static void test_what_a_container_can_serve(void **state) {
    (void)state;
    expect("postgresql://a:b@localhost/x", NULL);
    expect("postgresql+asyncpg://a:b@127.0.0.1:5433/x", NULL);
    expect("postgresql://a:b@[::1]/x", NULL);
    expect("postgresql://a:b@db.example.org/x", "not-local");
    expect("postgresql://a:b@localhost,127.0.0.1/x", "several-hosts");
    expect("postgresql://a:b@/x?host=/run/postgresql", "socket-url");
    expect("postgresql://a@localhost/x", "url-incomplete");
    expect("postgresql://localhost/x", "url-incomplete");
    expect("postgresql://devkit_admin:b@localhost/x", "role-reserved");
    expect("postgresql://pg_me:b@localhost/x", "role-reserved");
    expect("postgresql://a:b@localhost/template1", "database-reserved");
}

static void expect_published(const char *text, const char *address) {
    DK_AUTO_URL dk_url url = DK_URL_INIT;
    assert_true(dk_url_parse(text, &url, NULL));
    assert_string_equal(docker_publish_address(&url), address);
}

static void test_only_loopback_is_published(void **state) {
    (void)state;
    expect_published("postgresql://a:b@localhost/x", "127.0.0.1");
    expect_published("postgresql://a:b@127.0.0.3/x", "127.0.0.3");
    expect_published("postgresql://a:b@[::1]/x", "::1");
    expect_published("postgresql:///x", "127.0.0.1");
}

static void test_without_a_url(void **state) {
    (void)state;
    docker_test test;
    test_open(&test, "[project]\nname = \"My Shop!\"\n", NULL);
    assert_true(docker_address(&test.project, false, NULL));
    assert_null(test.project.url);
    assert_true(docker_address(&test.project, true, NULL));
    assert_string_equal(test.project.url->user, "app_my_shop");
    int port = dk_url_port(test.project.url);
    assert_true(port >= 20000 && port < 30000);
    DK_AUTOFREE char *file = docker_state_file(&test.project, "docker.url");
    struct stat status;
    assert_int_equal(stat(file, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    docker_project again;
    assert_true(docker_project_open(project_context(&test.folder, ""), &again, NULL));
    assert_true(docker_address(&again, false, NULL)); /* it is remembered */
    assert_int_equal(dk_url_port(again.url), port);
    docker_project_release(&again);
    test_close(&test);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_what_a_container_can_serve),
                                       cmocka_unit_test(test_only_loopback_is_published),
                                       cmocka_unit_test(test_without_a_url)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
