/* plugins/kit/compose/service.c */
#include "model.h"

static void test_environment(void **state) {
    (void)state;
    assert_model("services: {db: {image: x, environment: {A: 1, B: \"two\", C: , D: \"\", PORT: , E: "
                 "\"${PORT}\"}}}\n",
                 "db x [A=1 B=two C=~ D= PORT=5433 E=5433]");
    assert_model("services: {db: {image: x, environment: [A=1, B=a=b, C, PORT, D=]}}\n",
                 "db x [A=1 B=a=b C=~ PORT=5433 D=]");
    assert_model("services: {db: {environment: {A: [1]}}}\n",
                 "c.yml:1:34: a variable of \"environment\" needs a name and a plain value");
    assert_model("services: {db: {environment: [\"=x\"]}}\n",
                 "c.yml:1:31: an entry of \"environment\" reads NAME=value");
    assert_model("services: {db: {environment: 5}}\n", "c.yml:1:30: \"environment\" is a mapping or a list");
}

static void test_ports(void **state) {
    (void)state;
    assert_model("services:\n  db:\n    image: x\n    ports:\n      - 5433:5432\n      - \"${PORT}:5432\"\n"
                 "      - 127.0.0.1:${NONE:-5440}:5432\n      - 6000\n",
                 "db x 5433>5432 127.0.0.1|5440>5432 0>6000");
    assert_model("services:\n  db:\n    ports:\n      - {target: 5432, published: 5433, host_ip: 127.0.0.1}\n"
                 "      - {target: 5432, published: \"5440-5442\", protocol: udp}\n      - {target: 80}\n",
                 "db - 127.0.0.1|5433>5432 5440-5442>5432/udp 0>80");
    assert_model("services:\n  db:\n    ports:\n      - localhost:1:2\n",
                 "c.yml:4:9: \"localhost:1:2\": what stands before the host's port is not an IP address");
    assert_model("services:\n  db:\n    ports:\n      - {published: 5433}\n",
                 "c.yml:4:9: a port needs a \"target\" and may have \"published\": ports or ranges");
    assert_model("services: {db: {expose: [5432, \"6000/tcp\"]}}\n", "db - (5432) (6000)");
}

static void test_the_rest(void **state) {
    (void)state;
    assert_model("services:\n  app: {build: ., depends_on: [db]}\n  db: {image: \"postgres:${V:-16}\", "
                 "container_name: '${NAME}-db'}\n  nothing:\n",
                 "app - built; db postgres:16 =shop-db; nothing -");
    assert_model("services: {db: {image: [1]}}\n", "c.yml:1:24: a text is wanted here");
    assert_model("services: {db: 5}\n", "c.yml:1:16: a service is a mapping");
}

static void test_a_missing_variable_is_the_services_problem(void **state) {
    (void)state;
    layer_project files;
    COMPOSE_AUTO_PROJECT compose_project project = COMPOSE_PROJECT_INIT;
    project_open(&files);
    project_write(&files, "c.yml",
                  "services:\n  db: {image: postgres}\n  app:\n    image: x\n    environment:\n"
                  "      KEY: ${NONE:?needed}\n    ports: ['${NONE:?}:80']\n");
    DK_AUTOFREE char *path = dk_path_join(files.root, "c.yml");
    assert_true(compose_load(&project, path, model_lookup, NULL, NULL));
    assert_null(compose_service_find(&project, "db")->problem);
    assert_string_equal(compose_service_find(&project, "app")->problem,
                        "c.yml:6:12: NONE is not set: needed");
    assert_int_equal(compose_service_find(&project, "app")->line, 3);
    project_close(&files);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_environment), cmocka_unit_test(test_ports),
                                       cmocka_unit_test(test_the_rest),
                                       cmocka_unit_test(test_a_missing_variable_is_the_services_problem)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
