/* plugins/server-local/holder_linux.c (and holder_other.c where there is no /proc) */
#include "../../skip.h"
#include "local_project.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

/* In a child that has the port at 127.0.0.1 while we have it at another address; its pid. */
static pid_t listen_in_child(int port) {
    int ready[2];
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        bool listens = bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(fd, 1) == 0;
        if (write(ready[1], listens ? "y" : "n", 1) == 1)
            pause();
        _exit(0);
    }
    char answer = 'n';
    assert_int_equal(read(ready[0], &answer, 1), 1);
    assert_int_equal(answer, 'y');
    close(ready[0]);
    close(ready[1]);
    return child;
}

/* An address of this machine that is not loopback, or false. */
static bool other_address(struct sockaddr_in *address) {
    struct ifaddrs *all = NULL;
    bool found = false;
    if (getifaddrs(&all) != 0)
        return false;
    for (const struct ifaddrs *one = all; one && !found; one = one->ifa_next) {
        if (!one->ifa_addr || one->ifa_addr->sa_family != AF_INET || (one->ifa_flags & IFF_LOOPBACK))
            continue;
        memcpy(address, one->ifa_addr, sizeof *address);
        found = true;
    }
    freeifaddrs(all);
    return found;
}

static void test_who_is_in_the_way_of_loopback(void **state) {
    (void)state;
    struct sockaddr_in address;
    socklen_t length = sizeof address;
    if (!other_address(&address))
        skip_because("needs an address beside loopback");
    address.sin_port = 0;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, 1), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
    int port = ntohs(address.sin_port);
    local_holder holder = {0};
    assert_true(local_holder_find(port, &holder)); /* better than nobody */
    assert_int_equal(holder.pid, getpid());
    local_holder_release(&holder);
    pid_t child = listen_in_child(port);
    assert_true(local_holder_find(port, &holder));
    assert_int_equal(holder.pid, child);
    local_holder_release(&holder);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    close(fd);
}

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
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_both_families),
                                       cmocka_unit_test(test_who_is_in_the_way_of_loopback)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
