/* plugins/server-local/holder.c */
#include "local_project.h"

#include <arpa/inet.h>
#include <sys/socket.h>

static void test_message_names_the_holder(void **state) {
    (void)state;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, length), 0);
    assert_int_equal(listen(fd, 1), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
    int port = ntohs(address.sin_port);
    DK_AUTOFREE char *url = dk_format("postgresql://app:secret@127.0.0.1:%d/tasks", port);
    DK_AUTOFREE char *message = dk_format("port %d is taken by test_holder (pid %ld", port, (long)getpid());
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    local_project local;
    local_project_open(&local, "", url);
    assert_true(local_check_orphan(&local.cluster, &error)); /* it is not ours */
    assert_false(local_fail_port_taken(&local.cluster, &error));
    assert_true(dk_error_is(&error, "port-taken"));
    assert_true(dk_starts_with(error.message, message));
    assert_non_null(strstr(error.hint, "DATABASE_URL"));
    close(fd);
    assert_false(local_fail_port_taken(&local.cluster, &error));
    assert_non_null(strstr(error.message, "can't be seen"));
    local_project_close(&local);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_message_names_the_holder)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
