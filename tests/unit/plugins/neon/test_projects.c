/* plugins/neon/projects.c */
#include "neon_project.h"

#define PROJECT(id, proxy) "{\"id\":\"" id "\",\"proxy_host\":\"" proxy "\"}"

static const fake_answer plain[] = {
    {"GET", "/projects?limit=400", 200,
     "{\"projects\":[" PROJECT("p-us", "us-east-2.aws.neon.tech") "," PROJECT(
         "p-0", "c-10.eu-central-1.aws.neon.tech") "," PROJECT("p-1", "c-10.eu-central-1.aws.neon.tech") "]}",
     NULL, 0, 0},
    {"GET", "/projects/p-0/endpoints", 403, "{}", NULL, 0, 0},
    {"GET", "/projects/p-1/endpoints", 200, ENDPOINTS, NULL, 0, 0},
};

static void test_by_host(void **state) {
    (void)state;
    neon_test test;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    neon_open(&test, "", NULL, plain, DK_COUNT(plain));
    DK_AUTOFREE char *found = neon_project_of_host(&test.client, HOST, &error);
    assert_string_equal(found, "p-1");
    assert_int_equal(neon_count(&test, "GET /projects/p-us"), 0); /* its hosts end otherwise */
    assert_int_equal(neon_count(&test, "GET /projects/p-0"), 1);  /* listed, and not for us */
    assert_null(neon_project_of_host(&test.client, OTHER_HOST, &error));
    assert_true(dk_error_is(&error, "neon-project-missing"));
    neon_close(&test);
}

#define PERSONAL                                                                                             \
    {"GET", "/projects?limit=400&org_id=org-a", 200, "{\"projects\":[]}", NULL, 0, 0},                       \
        {"GET", "/projects?limit=400&org_id=org-b", 200, PROJECTS, NULL, 0, 0}, {                            \
        "GET", "/projects?limit=400", 400, "{\"code\":\"\",\"message\":\"org_id is required\"}", NULL, 0, 0  \
    }

static const fake_answer personal[] = {
    PERSONAL,
    {"GET", "/users/me/organizations", 200, "{\"organizations\":[{\"id\":\"org-a\"},{\"id\":\"org-b\"}]}",
     NULL, 0, 0},
    {"GET", "/projects/p-1/endpoints", 200, ENDPOINTS, NULL, 0, 0},
};

static void test_a_personal_key(void **state) {
    (void)state;
    neon_test test;
    neon_open(&test, "", NULL, personal, DK_COUNT(personal));
    DK_AUTOFREE char *found = neon_project_of_host(&test.client, HOST, NULL);
    assert_string_equal(found, "p-1");
    assert_int_equal(neon_count(&test, "GET /projects/shared"), 0);
    neon_close(&test);
}

static const fake_answer shared[] = {
    {"GET", "/projects/shared?limit=400", 200, PROJECTS, NULL, 0, 0},
    {"GET", "/projects?limit=400", 400, "{\"code\":\"\",\"message\":\"org_id is required\"}", NULL, 0, 0},
    {"GET", "/users/me/organizations", 200, "{\"organizations\":[]}", NULL, 0, 0},
    {"GET", "/projects/p-1/endpoints", 200, ENDPOINTS, NULL, 0, 0},
};

static void test_a_project_of_others(void **state) {
    (void)state;
    neon_test test;
    neon_open(&test, "", NULL, shared, DK_COUNT(shared));
    DK_AUTOFREE char *found = neon_project_of_host(&test.client, HOST, NULL);
    assert_string_equal(found, "p-1");
    neon_close(&test);
}

static const fake_answer rejected[] = {{"GET", "/", 401, "{\"code\":\"\",\"message\":\"no\"}", NULL, 0, 0}};

static void test_a_wrong_key(void **state) {
    (void)state;
    neon_test test;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    neon_open(&test, "", NULL, rejected, DK_COUNT(rejected));
    assert_null(neon_project_of_host(&test.client, HOST, &error));
    assert_true(dk_error_is(&error, "neon-key-rejected"));
    neon_close(&test);
}

MAIN(cmocka_unit_test(test_by_host), cmocka_unit_test(test_a_personal_key),
     cmocka_unit_test(test_a_project_of_others), cmocka_unit_test(test_a_wrong_key))
