/* plugins/server-docker/plugin.c */
#include "docker_project.h"

DK_API const dk_plugin *devkit_plugin_server_docker(void);

static void test_descriptor(void **state) {
    (void)state;
    const dk_plugin *plugin = devkit_plugin_server_docker();
    assert_string_equal(plugin->name, "server-docker");
    assert_int_equal(plugin->interface_count, 2);
    const dk_server_interface *server = (const void *)plugin->interfaces[0];
    assert_string_equal(server->head.name, "docker");
    assert_int_equal(server->head.size, sizeof(dk_server_interface));
    assert_true(server->detect && server->status && server->up && server->down && server->destroy &&
                server->logs && server->admin && server->running);
    const dk_containers_interface *containers = (const void *)plugin->interfaces[1];
    assert_string_equal(containers->head.kind, "containers");
    assert_true(containers->list && containers->inspect && containers->start && containers->stop &&
                containers->logs);
}

static void test_admin_needs_a_container(void **state) {
    (void)state;
    const dk_server_interface *server = (const void *)devkit_plugin_server_docker()->interfaces[0];
    static const fake_answer answers[] = {PING, {"GET", "/v1.41/containers/", 404, "{}", NULL, 0, 0}};
    docker_test test;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTO_CONNINFO dk_conninfo conninfo = DK_CONNINFO_INIT;
    bool superuser = false;
    dk_context *context = test_engine(&test, "", DOCKER_URL, answers, DK_COUNT(answers));
    assert_false(server->admin(context, &conninfo, &superuser, &error));
    assert_true(dk_error_is(&error, "not-running"));
    assert_false(server->running(context));
    test_close(&test);
}

static void test_admin_of_a_running_one(void **state) {
    (void)state;
    const dk_server_interface *server = (const void *)devkit_plugin_server_docker()->interfaces[0];
    docker_test test;
    fake_answer answers[] = {PING, {"GET", "/v1.41/containers/", 200, NULL, NULL, 0, 0}};
    dk_context *context = test_engine(&test, "", DOCKER_URL, answers, DK_COUNT(answers));
    DK_AUTOFREE char *body = inspected(&test, "running", "postgres:16", "127.0.0.1", 1);
    answers[1].body = body;
    project_write(&test.folder, ".devkit/docker.admin", "hidden-word\n");
    DK_AUTO_CONNINFO dk_conninfo conninfo = DK_CONNINFO_INIT;
    bool superuser = false;
    assert_true(server->admin(context, &conninfo, &superuser, NULL));
    assert_true(superuser);
    assert_string_equal(dk_conninfo_get(&conninfo, "user"), "devkit_admin");
    assert_string_equal(dk_conninfo_get(&conninfo, "password"), "hidden-word");
    assert_string_equal(dk_conninfo_get(&conninfo, "port"), "1");
    assert_false(server->running(context)); /* the URL was not made true in this container */
    DOCKER_AUTO_CONTAINER docker_container container = {0};
    parse_container(&test, body, &container);
    docker_truth_remember(&test.project, &container);
    assert_true(server->running(context));
    test_close(&test);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_descriptor),
                                       cmocka_unit_test(test_admin_needs_a_container),
                                       cmocka_unit_test(test_admin_of_a_running_one)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
