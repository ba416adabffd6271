/* plugins/server-local/status.c without a server; with one: tests/integration/test_server_local.py */
#include "local_project.h"

#include <arpa/inet.h>
#include <sys/socket.h>

static void check_state(local_project *local, dk_server_state expected) {
    dk_server_status status = DK_SERVER_STATUS_INIT;
    assert_true(local_status(local->project.context, &status, NULL));
    assert_int_equal(status.state, expected);
    assert_string_equal(status.provider, "local");
    assert_string_equal(status.host, "127.0.0.1");
    assert_int_equal(status.port, 25432);
    assert_true(status.owned);
    assert_int_equal(status.pid, 0);
    dk_server_status_release(&status);
}

static void test_status_of_what_does_not_run(void **state) {
    (void)state;
    local_project local;
    local_project_open(&local, "", LOCAL_URL);
    check_state(&local, DK_SERVER_ABSENT);
    local_project_data(&local, "PG_VERSION", "15\n");
    check_state(&local, DK_SERVER_STOPPED);
    local_project_close(&local);
}

static void test_the_version_is_what_the_programs_say(void **state) {
    (void)state;
    local_project local;
    local_project_open(&local, "[server.local]\nbin_dir = \"bin\"\n", LOCAL_URL);
    free(local_project_program(&local, "initdb", "#!/bin/sh\n"));
    free(
        local_project_program(&local, "postgres", "#!/bin/sh\necho 'postgres (PostgreSQL) 15.99 (Own 1)'\n"));
    local_project_data(&local, "PG_VERSION", "15\n");
    dk_server_status status = DK_SERVER_STATUS_INIT;
    assert_true(local_status(local.project.context, &status, NULL));
    assert_string_equal(status.version, "15.99");
    dk_server_status_release(&status);
    free(local_project_program(&local, "postgres", "#!/bin/sh\nexit 1\n"));
    status = (dk_server_status)DK_SERVER_STATUS_INIT;
    assert_true(local_status(local.project.context, &status, NULL));
    assert_string_equal(status.version, "15");
    dk_server_status_release(&status);
    local_project_close(&local);
}

static void test_who_has_the_port(void **state) {
    (void)state;
    local_project local;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, length), 0);
    assert_int_equal(listen(fd, 1), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
    DK_AUTOFREE char *url = dk_format("postgresql://a:b@127.0.0.1:%d/x", ntohs(address.sin_port));
    DK_AUTOFREE char *pid = dk_format("pid %ld", (long)getpid());
    local_project_open(&local, "[database]\nserver = \"local\"\n", url);
    dk_server_status status = DK_SERVER_STATUS_INIT;
    assert_true(local_status(local.project.context, &status, NULL));
    assert_int_equal(status.state, DK_SERVER_ABSENT);
    assert_non_null(strstr(status.problem, pid));
    assert_non_null(strstr(status.hint, "DATABASE_URL"));
    dk_server_status_release(&status);
    close(fd);
    local_project_close(&local);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_status_of_what_does_not_run),
                                       cmocka_unit_test(test_the_version_is_what_the_programs_say),
                                       cmocka_unit_test(test_who_has_the_port)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
