/* plugins/kit/compose/database.c */
#include "model.h"

static void test_images(void **state) {
    (void)state;
    static const char *const yes[] = {"postgres",
                                      "postgres:16-alpine",
                                      "docker.io/library/postgres:16",
                                      "postgis/postgis:16-3.4",
                                      "pgvector/pgvector:pg17",
                                      "timescale/timescaledb:latest-pg16",
                                      "timescale/timescaledb-ha:pg16",
                                      "supabase/postgres:15.1.0.147",
                                      "bitnami/postgresql:16",
                                      "registry.example:5000/mirror/postgres",
                                      "postgres@sha256:0123",
                                      "registry.example/rhel9/postgresql-16"};
    static const char *const no[] = {"redis",
                                     "prometheuscommunity/postgres-exporter",
                                     "dpage/pgadmin4",
                                     "postgres/other",
                                     "edoburu/pgbouncer",
                                     "bitnami/postgresql-exporter",
                                     ""};
    for (size_t i = 0; i < DK_COUNT(yes); i++)
        if (!compose_image_is_postgres(yes[i]))
            fail_msg("%s is PostgreSQL", yes[i]);
    for (size_t i = 0; i < DK_COUNT(no); i++)
        if (compose_image_is_postgres(no[i]))
            fail_msg("%s is not PostgreSQL", no[i]);
    assert_false(compose_image_is_postgres(NULL));
}

static void test_majors(void **state) {
    (void)state;
    static const struct {
        const char *image;
        int major;
    } cases[] = {{"postgres:16", 16},
                 {"postgres:16-pgaudit", 16},
                 {"citusdata/citus:12.1", 0}, /* a version of its own */
                 {"citusdata/citus:12.1-pg15", 15},
                 {"timescale/timescaledb:11.2", 0},
                 {"postgres:16.3-alpine", 16},
                 {"postgis/postgis:15-3.4", 15},
                 {"pgvector/pgvector:pg17", 17},
                 {"pgvector/pgvector:0.8.0-pg16", 16},
                 {"timescale/timescaledb:latest-pg14", 14},
                 {"supabase/postgres:15.1.0.147", 15},
                 {"registry.example:5000/postgresql-13", 13},
                 {"postgres:latest", 0},
                 {"postgres", 0},
                 {"postgres:alpine", 0},
                 {"postgres@sha256:16", 0},
                 {NULL, 0}};
    for (size_t i = 0; i < DK_COUNT(cases); i++)
        assert_int_equal(compose_image_major(cases[i].image), cases[i].major);
}

/* The service that is picked, or what the error says. */
static void expect(const char *yaml, const char *wanted, const char *host, int port, const char *expected) {
    layer_project files;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    COMPOSE_AUTO_PROJECT compose_project project = COMPOSE_PROJECT_INIT;
    project_open(&files);
    project_write(&files, "c.yml", yaml);
    DK_AUTOFREE char *path = dk_path_join(files.root, "c.yml");
    assert_true(compose_load(&project, path, model_lookup, NULL, NULL));
    const compose_service *service = compose_database(&project, wanted, host, port, &error);
    assert_string_equal(service ? service->name : error.message, expected);
    if (!service)
        assert_non_null(strstr(error.hint, "[server.compose] service"));
    project_close(&files);
}

static void test_choosing(void **state) {
    (void)state;
    const char *one = "services: {app: {build: ., ports: ['8000:8000']}, store: {image: postgres}, "
                      "bouncer: {image: pgb, ports: ['6432:5432']}}\n";
    expect(one, "", NULL, 0, "store");
    expect(one, "bouncer", NULL, 0, "bouncer");
    expect(one, "stor", NULL, 0, "the compose file has no service \"stor\"");
    expect("services: {x: {image: mine, ports: ['5433:5432']}}\n", "", NULL, 0, "x");
    expect("services: {db: {build: ./pg, environment: {POSTGRES_PASSWORD: x}}}\n", "", NULL, 0, "db");
    expect("services: {app: {build: ., environment: {POSTGRES_PASSWORD: x}}}\n", "", NULL, 0,
           "the compose file has no PostgreSQL service; it has app");
    expect("services: {}\n", "", NULL, 0, "the compose file has no PostgreSQL service");
}

static void test_several(void **state) {
    (void)state;
    const char *two = "services: {one: {image: postgres, ports: ['5433:5432']}, "
                      "two: {image: postgis/postgis, ports: ['5434:5432'], container_name: geo}}\n";
    expect(two, "", "two", 5432, "two");
    expect(two, "", "geo", 5432, "two");
    expect(two, "", "localhost", 5433, "one");
    expect(two, "", "localhost", 5439, "the compose file has several PostgreSQL services: one, two");
    expect("services: {db: {image: postgres}, test_db: {image: postgres}}\n", "", NULL, 0, "db");
    expect("services: {db: {image: postgres}, postgres: {image: postgres}}\n", "", NULL, 0,
           "the compose file has several PostgreSQL services: db, postgres");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_images), cmocka_unit_test(test_majors),
                                       cmocka_unit_test(test_choosing), cmocka_unit_test(test_several)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
