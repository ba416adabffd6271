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

static int remembered_port(docker_test *test) {
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    DK_AUTO_URL dk_url url = DK_URL_INIT;
    DK_AUTOFREE char *file = docker_state_file(&test->project, "docker.url");
    assert_true(dk_file_read(file, 0, &text, NULL));
    dk_buf_trim_end(&text);
    assert_true(dk_url_parse(dk_buf_text(&text), &url, NULL));
    return dk_url_port(&url);
}

static void test_the_port_is_taken_by_another(void **state) {
    (void)state;
    docker_test test;
    test_open(&test, "", NULL);
    assert_true(docker_address(&test.project, true, NULL));
    int seen[16], count = 0;
    do
        seen[count++] = remembered_port(&test);
    while (count < 16 && docker_address_next(&test.project, NULL));
    assert_in_range(count, 5, 15); /* it ends */
    for (int i = 1; i < count; i++)
        assert_int_not_equal(seen[i], seen[i - 1]);
    assert_int_equal(dk_url_port(test.project.url), seen[count - 1]);
    test_close(&test);
}

static void test_only_what_this_run_made_up_is_changed(void **state) {
    (void)state;
    docker_test test;
    test_open(&test, "", DOCKER_URL);
    assert_true(docker_address(&test.project, true, NULL));
    assert_false(docker_address_next(&test.project, NULL));
    assert_int_equal(dk_url_port(test.project.url), 1);
    test_close(&test);
}

/* `up --port` gives the run another URL; it is that of the next runs, too. */
static void test_a_made_up_url_moves(void **state) {
    (void)state;
    docker_test test;
    DK_AUTO_URL dk_url moved = DK_URL_INIT;
    dk_context *context = test_open(&test, "", NULL);
    assert_true(docker_address(&test.project, true, NULL));
    assert_string_equal(test.project.variable, ".devkit/docker.url");
    dk_url_copy(&moved, test.project.url);
    dk_url_set_host(&moved, "127.0.0.1", 6543);
    dk_database_set(context, &moved);
    docker_project again;
    assert_true(docker_project_open(context, &again, NULL));
    assert_true(docker_address(&again, false, NULL));
    assert_int_not_equal(remembered_port(&test), 6543); /* only when it is brought up */
    assert_true(docker_address(&again, true, NULL));
    assert_int_equal(remembered_port(&test), 6543);
    docker_project_release(&again);
    test_close(&test);
}

static void test_a_damaged_file(void **state) {
    (void)state;
    docker_test test;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    test_open(&test, "", NULL);
    project_write(&test.folder, ".devkit/docker.url", "no URL\n");
    assert_false(docker_address(&test.project, true, &error));
    assert_non_null(strstr(error.message, "docker.url"));
    assert_non_null(strstr(error.hint, "remove the file"));
    test_close(&test);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_what_a_container_can_serve),
                                       cmocka_unit_test(test_only_loopback_is_published),
                                       cmocka_unit_test(test_without_a_url),
                                       cmocka_unit_test(test_the_port_is_taken_by_another),
                                       cmocka_unit_test(test_only_what_this_run_made_up_is_changed),
                                       cmocka_unit_test(test_a_made_up_url_moves),
                                       cmocka_unit_test(test_a_damaged_file)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
