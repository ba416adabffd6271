/* plugins/server-external/connect.c without a server; with one: tests/integration/test_server_local.py */
#include "../layer_project.h"

#include <arpa/inet.h>
#include <server-external/external.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>

static void open_project(layer_project *project, const char *env) {
    unsetenv("DATABASE_URL");
    project_open(project);
    if (env)
        project_write(project, ".env", env);
    project_context(project, "[database]\nserver = \"external\"\n");
}

static void test_nobody_there(void **state) {
    (void)state;
    layer_project project;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dk_server_status status = DK_SERVER_STATUS_INIT;
    bool changed = true, superuser = false;
    open_project(&project, "DATABASE_URL=" NO_SERVER_URL "\n");
    assert_true(external_status(project.context, &status, NULL));
    assert_int_equal(status.state, DK_SERVER_STOPPED);
    assert_string_equal(status.host, "127.0.0.1");
    assert_int_equal(status.port, 1);
    assert_non_null(status.problem);
    assert_false(status.owned);
    dk_server_status_release(&status);
    int64_t before = dk_now_ms();
    assert_false(external_up(project.context, 60000, &status, &changed, &error));
    assert_true(dk_error_is(&error, "not-listening"));
    assert_non_null(strstr(error.hint, "local"));
    assert_true(dk_now_ms() - before < 10000); /* it can't be started from here: no use in waiting */
    assert_false(changed);
    DK_AUTO_CONNINFO dk_conninfo conninfo = DK_CONNINFO_INIT;
    assert_false(external_admin(project.context, &conninfo, &superuser, &error));
    assert_true(dk_error_is(&error, "not-listening"));
    project_close(&project);
}

static void test_without_a_url(void **state) {
    (void)state;
    layer_project project;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dk_server_status status = DK_SERVER_STATUS_INIT;
    open_project(&project, NULL);
    assert_false(external_status(project.context, &status, &error));
    assert_true(dk_error_is(&error, "env-missing"));
    assert_non_null(error.hint);
    project_close(&project);
}

/* Takes the login as a pooler does whose server is away, and answers nothing more; its pid. */
static pid_t start_pooler(int *port) {
    static const char welcome[] = "R\0\0\0\10\0\0\0\0Z\0\0\0\5I"; /* AuthenticationOk, ReadyForQuery */
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, length), 0);
    assert_int_equal(listen(fd, 1), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
    *port = ntohs(address.sin_port);
    pid_t child = fork();
    if (child == 0) {
        char packet[1024];
        int client = accept(fd, NULL, NULL);
        if (read(client, packet, sizeof packet) > 0 &&
            write(client, welcome, sizeof welcome - 1) == (ssize_t)sizeof welcome - 1)
            pause();
        _exit(0);
    }
    close(fd);
    return child;
}

static void test_a_login_alone_is_not_ready(void **state) {
    (void)state;
    int port = 0;
    DK_AUTO_URL dk_url url = DK_URL_INIT;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    pid_t pooler = start_pooler(&port);
    DK_AUTOFREE char *text = dk_format("postgresql://a:b@127.0.0.1:%d/c", port);
    assert_true(dk_url_parse(text, &url, NULL));
    assert_null(external_connect(&url, 500, &error));
    assert_string_equal(error.code, "not-answering");
    assert_non_null(strstr(error.message, "did not answer a query"));
    kill(pooler, SIGKILL);
    waitpid(pooler, NULL, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_nobody_there),
                                       cmocka_unit_test(test_without_a_url),
                                       cmocka_unit_test(test_a_login_alone_is_not_ready)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
