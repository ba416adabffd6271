/* plugins/server-docker/containers.c */
#include "docker_project.h"

#define LISTED                                                                                               \
    "[{\"Id\":\"a1\",\"Names\":[\"/"                                                                         \
    "shop-db-1\"],\"Image\":\"postgres:16\",\"State\":\"running\",\"Labels\":{"                              \
    "\"com.docker.compose.project\":\"shop\",\"com.docker.compose.service\":\"db\","                         \
    "\"com.docker.compose.project.working_dir\":\"/home/me/shop\"},\"Ports\":[{\"IP\":\"127.0.0.1\","        \
    "\"PrivatePort\":5432,\"PublicPort\":5433,\"Type\":\"tcp\"},{\"IP\":\"127.0.0.1\",\"PrivatePort\":53,"   \
    "\"PublicPort\":5434,"                                                                                   \
    "\"Type\":\"udp\"},{\"PrivatePort\":9000,\"Type\":\"tcp\"}]},"                                           \
    "{\"Id\":\"b2\",\"Names\":[],\"Labels\":null,\"Ports\":null}]"

static const fake_answer answers[] = {
    PING,
    {"GET", "/v1.41/containers/json?all=0", 200, LISTED, NULL, 0, 0},
    {"GET", "/v1.41/containers/json?all=1", 200, "{}", NULL, 0, 0},
    {"GET", "/v1.41/containers/a1/json", 200, "{\"Id\":\"a1\",\"Config\":{\"Tty\":true}}", NULL, 0, 0},
    {"GET", "/v1.41/containers/none/json", 404, "{\"message\":\"No such container: none\"}", NULL, 0, 0},
    {"POST", "/v1.41/containers/a1/start", 304, "", NULL, 0, 0},
    {"POST", "/v1.41/containers/a1/stop", 204, "", NULL, 0, 0},
    {"POST", "/v1.41/containers/none/stop", 404, "{\"message\":\"No such container\"}", NULL, 0, 0},
};

static void test_list(void **state) {
    (void)state;
    docker_test test;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dk_context *context = test_engine(&test, "", NULL, answers, DK_COUNT(answers));
    DK_AUTO_STRV dk_strv labels = DK_STRV_INIT;
    dk_strv_add(&labels, "com.docker.compose.project=shop");
    DK_AUTO_JSON json_t *rows = docker_containers.list(context, &labels, false, &error);
    assert_int_equal(json_array_size(rows), 2);
    const json_t *first = json_array_get(rows, 0);
    assert_string_equal(dk_json_string(first, "name", ""), "shop-db-1");
    assert_string_equal(dk_json_string(first, "service", ""), "db");
    assert_string_equal(dk_json_string(first, "folder", ""), "/home/me/shop");
    const json_t *port = json_array_get(json_object_get(first, "ports"), 0);
    assert_int_equal(dk_json_int(port, "port", 0), 5433);
    assert_int_equal(dk_json_int(port, "container_port", 0), 5432);
    assert_string_equal(dk_json_string(port, "address", ""), "127.0.0.1");
    assert_int_equal(json_array_size(json_object_get(first, "ports")), 2); /* UDP's is not one of them */
    assert_true(json_is_null(json_object_get(json_array_get(json_object_get(first, "ports"), 1), "port")));
    assert_true(json_is_null(json_object_get(json_array_get(rows, 1), "project")));
    assert_true(fake_http_saw(&test.fake, "filters={\"label\":[\"com.docker.compose.project=shop\"]}"));
    assert_null(docker_containers.list(context, NULL, true, &error));
    assert_true(dk_error_is(&error, "docker-invalid"));
    DK_AUTO_STRV dk_strv odd = DK_STRV_INIT;
    dk_strv_add(&odd, "devkit.folder=/home/\xff");
    DK_AUTO_JSON json_t *none = docker_containers.list(context, &odd, false, &error);
    assert_true(fake_http_saw(&test.fake, "devkit.folder=/home/\xef\xbf\xbd")); /* the filter is there */
    test_close(&test);
}

static void test_one(void **state) {
    (void)state;
    docker_test test;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dk_context *context = test_engine(&test, "", NULL, answers, DK_COUNT(answers));
    DK_AUTO_JSON json_t *raw = docker_containers.inspect(context, "a1", &error);
    assert_string_equal(dk_json_string(raw, "Id", ""), "a1");
    assert_null(docker_containers.inspect(context, "none", &error));
    assert_true(dk_error_is(&error, "container-missing"));
    assert_true(docker_containers.start(context, "a1", &error)); /* it runs already */
    assert_true(docker_containers.stop(context, "a1", &error));
    assert_false(docker_containers.stop(context, "none", &error));
    assert_true(dk_error_is(&error, "container-missing"));
    assert_false(docker_containers.logs(context, "none", false, -1, &error));
    test_close(&test);
}

static void test_no_engine(void **state) {
    (void)state;
    docker_test test;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dk_context *context = test_open(&test, "", NULL);
    assert_null(docker_containers.list(context, NULL, false, &error));
    assert_true(dk_error_is(&error, "docker-unreachable"));
    assert_false(docker_containers.start(context, "x", &error));
    assert_false(docker_containers.logs(context, "x", false, 1, &error));
    test_close(&test);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_list), cmocka_unit_test(test_one),
                                       cmocka_unit_test(test_no_engine)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
