/* plugins/server-local/holder_linux.c (and holder_other.c where there is no /proc) */
#include "local_project.h"

#include <arpa/inet.h>
#include <sys/socket.h>

static int listen_at(int family, int *port) {
    int fd = socket(family, SOCK_STREAM, 0);
    struct sockaddr_storage address = {.ss_family = (sa_family_t)family};
    if (family == AF_INET)
        ((struct sockaddr_in *)&address)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    else
        ((struct sockaddr_in6 *)&address)->sin6_addr = in6addr_loopback;
    socklen_t length = family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
    if (fd < 0 || bind(fd, (const struct sockaddr *)&address, length) != 0 || listen(fd, 1) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &length) != 0)
        return -1;
    *port = ntohs(((struct sockaddr_in *)&address)->sin_port); /* at the same place in both */
    return fd;
}

static void check(int family) {
    int port = 0;
    int fd = listen_at(family, &port);
    if (fd < 0 && family == AF_INET6)
        return; /* no IPv6 here */
    local_holder holder = {0};
    assert_true(local_holder_find(port, &holder));
    assert_int_equal(holder.pid, getpid());
    assert_true(dk_starts_with(holder.program, "test_holder"));
    assert_non_null(holder.user);
    local_holder_release(&holder);
    assert_null(holder.program);
    close(fd);
    assert_false(local_holder_find(port, &holder));
}

static void test_both_families(void **state) {
    (void)state;
    check(AF_INET);
    check(AF_INET6);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_both_families)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
