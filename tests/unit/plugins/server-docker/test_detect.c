/* plugins/server-docker/detect.c: no engine is asked (there is none in these tests) */
#include "docker_project.h"

static int score_of(docker_test *test, const char *toml, const char *url, const char *file) {
    int score = -1;
    DK_AUTO_BUF dk_buf why = DK_BUF_INIT;
    dk_context *context = test_open(test, toml, url);
    if (file)
        project_write(&test->folder, file, "x\n");
    assert_true(docker_detect(context, &score, &why, NULL));
    assert_true(why.length > 0);
    test_close(test);
    return score;
}

static void test_scores(void **state) {
    (void)state;
    docker_test test;
    assert_int_equal(score_of(&test, "", DOCKER_URL, NULL), 0);
    assert_int_equal(score_of(&test, "", NULL, NULL), 0);
    int configured = score_of(&test, "[server.docker]\nimage = \"postgres:16\"\n", DOCKER_URL, NULL);
    assert_true(configured > 70 && configured < 90); /* less than a cluster that exists */
    assert_true(score_of(&test, "", DOCKER_URL, ".devkit/docker.admin") > 90);
    assert_int_equal(score_of(&test, "[server.docker]\nimage = \"x\"\n", "postgresql://a:b@db.example.org/x",
                              ".devkit/docker.admin"),
                     0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_scores)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
