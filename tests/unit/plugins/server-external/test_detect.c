/* plugins/server-external/detect.c */
#include "../layer_project.h"

#include <arpa/inet.h>
#include <server-external/external.h>
#include <stdio.h>
#include <sys/socket.h>

static void expect(const char *url, int expected) {
    layer_project project;
    unsetenv("DATABASE_URL");
    project_open(&project);
    DK_AUTOFREE char *line = dk_format("DATABASE_URL=%s\n", url ? url : "");
    if (url)
        project_write(&project, ".env", line);
    int score = -1;
    DK_AUTO_BUF dk_buf why = DK_BUF_INIT;
    assert_true(external_detect(project_context(&project, ""), &score, &why, NULL));
    assert_int_equal(score, expected);
    project_close(&project);
}

static void test_scores(void **state) {
    (void)state;
    expect("postgresql://a:b@192.0.2.1/x", 90); /* not even tried */
    expect(NO_SERVER_URL, 0);
    expect(NULL, 0);
}

/* Something listens, but is no PostgreSQL: it ends every connection. */
static void test_a_stranger(void **state) {
    (void)state;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, length), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
    assert_int_equal(listen(fd, 8), 0);
    DK_AUTOFREE char *url = dk_format("postgresql://a:b@127.0.0.1:%d/x", ntohs(address.sin_port));
    expect(url, 20);
    close(fd);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_scores), cmocka_unit_test(test_a_stranger)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
