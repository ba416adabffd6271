/* plugins/kit/socket/system_linux.c */
#include "listen.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

static void test_listener_with_holder(void **state) {
    (void)state;
    int port = 0, fd = listen_at("127.0.0.1", &port, false);
    SOCKET_AUTO_TABLE socket_table table = SOCKET_TABLE_INIT;
    socket_wanted wanted = listen_want(port);
    assert_true(socket_system_read(&wanted, &table, NULL));
    assert_int_equal(table.count, 1);
    assert_int_equal(table.listeners[0].holder->pid, getpid());
    close(fd);
}

/* A sandbox that refuses netlink sockets, as gVisor and some seccomp profiles do. */
static bool refuse_netlink(void) {
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_NETLINK, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 13 /* EACCES */),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {.len = DK_COUNT(filter), .filter = filter};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0 &&
           socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG) < 0;
}

static bool read_without_netlink(void *data) {
    int port = *(int *)data;
    SOCKET_AUTO_TABLE socket_table table = SOCKET_TABLE_INIT;
    socket_wanted wanted = listen_want(port);
    return refuse_netlink() && socket_system_read(&wanted, &table, NULL) && table.count == 1 &&
           table.listeners[0].holder && table.listeners[0].holder->pid == getppid();
}

static void test_without_netlink(void **state) {
    (void)state;
    int port = 0, fd = listen_at("127.0.0.1", &port, false);
    listen_end(listen_child(read_without_netlink, &port));
    close(fd);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_listener_with_holder),
                                       cmocka_unit_test(test_without_netlink)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
