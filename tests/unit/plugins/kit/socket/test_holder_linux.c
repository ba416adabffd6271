/* plugins/kit/socket/holder_linux.c */
#include "../../../skip.h"
#include "listen.h"

#include <errno.h>
#include <linux/sched.h>
#include <sys/syscall.h>

static void read_port(int port, socket_table *table) {
    socket_wanted wanted = listen_want(port);
    assert_true(socket_diag_read(&wanted, table));
    socket_find_holders(table);
}

static void test_the_family_s_first_holds_it(void **state) {
    (void)state;
    int port = 0, fd = listen_at("127.0.0.1", &port, false);
    pid_t children[3];
    for (size_t i = 0; i < DK_COUNT(children); i++)
        children[i] = listen_child(NULL, NULL);
    SOCKET_AUTO_TABLE socket_table table = SOCKET_TABLE_INIT;
    read_port(port, &table);
    assert_int_equal(table.count, 1);
    assert_int_equal(table.listeners[0].holder->pid, getpid());
    assert_int_equal(table.listeners[0].holder->uid, geteuid());
    close(fd);
    SOCKET_AUTO_TABLE socket_table orphans = SOCKET_TABLE_INIT;
    read_port(port, &orphans); /* only the children have it now */
    assert_int_equal(orphans.listeners[0].holder->pid, children[0]);
    for (size_t i = 0; i < DK_COUNT(children); i++)
        listen_end(children[i]);
}

static bool listen_and_change(void *data) {
    int *port = data;
    return listen_at("127.0.0.1", port, false) >= 0 && setgid(65534) == 0 && setuid(65534) == 0;
}

/* A server that gave up its rights is found although its account is not that of its socket. */
static void test_of_another_account(void **state) {
    (void)state;
    if (geteuid() != 0)
        skip_because("needs root");
    int port = 0, fd = listen_at("127.0.0.1", &port, false);
    close(fd);
    pid_t child = listen_child(listen_and_change, &port);
    SOCKET_AUTO_TABLE socket_table table = SOCKET_TABLE_INIT;
    read_port(port, &table);
    assert_int_equal(table.count, 1);
    assert_int_equal(table.listeners[0].uid, 0);
    assert_int_equal(table.listeners[0].holder->pid, child);
    listen_end(child);
}

static bool look_as_nobody(void *data) {
    const listen_mine *mine = data;
    SOCKET_AUTO_TABLE socket_table table = SOCKET_TABLE_INIT;
    if (!listen_become_nobody(mine) || !socket_table_read(&mine->port, 1, &table, NULL))
        return false;
    return table.count == 1 && !table.listeners[0].holder && table.listeners[0].uid == 0 && table.hidden > 0;
}

static void test_what_one_may_not_see(void **state) {
    (void)state;
    if (geteuid() != 0)
        skip_because("needs root");
    listen_mine mine = {0};
    mine.fd = listen_at("127.0.0.1", &mine.port, false);
    listen_end(listen_child(look_as_nobody, &mine));
    close(mine.fd);
}

/* A fork whose number is lower than ours, as they are when the numbers begin anew; -1: it takes root. */
static pid_t fork_below(void) {
    for (pid_t wanted = getpid() - 1; wanted > 1; wanted--) {
        struct clone_args arguments = {
            .exit_signal = SIGCHLD, .set_tid = (uintptr_t)&wanted, .set_tid_size = 1};
        long pid = syscall(SYS_clone3, &arguments, sizeof arguments);
        if (pid >= 0 || errno != EEXIST)
            return (pid_t)pid;
    }
    return -1;
}

/* What a child with a lower number has from its parent is the parent's; what it opened itself is its own. */
static void test_a_child_with_a_lower_number(void **state) {
    (void)state;
    int shared = 0, own = 0, ready[2];
    int fd = listen_at("127.0.0.1", &shared, false);
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork_below();
    if (child == 0) {
        int mine = listen_at("127.0.0.1", &own, false);
        if (mine < 0 || write(ready[1], &own, sizeof own) != sizeof own)
            _exit(1);
        pause();
    }
    if (child > 0)
        assert_int_equal(read(ready[0], &own, sizeof own), sizeof own);
    close(ready[0]);
    close(ready[1]);
    if (child < 0) {
        close(fd);
        skip_because("needs root");
    }
    SOCKET_AUTO_TABLE socket_table inherited = SOCKET_TABLE_INIT;
    SOCKET_AUTO_TABLE socket_table opened = SOCKET_TABLE_INIT;
    SOCKET_AUTO_TABLE socket_table both = SOCKET_TABLE_INIT;
    const int ports[] = {shared, own};
    assert_true(child < getpid());
    read_port(shared, &inherited);
    assert_int_equal(inherited.listeners[0].holder->pid, getpid());
    read_port(own, &opened);
    assert_int_equal(opened.listeners[0].holder->pid, child);
    assert_true(socket_table_read(ports, DK_COUNT(ports), &both, NULL));
    assert_int_equal(listen_find(&both, shared, "127.0.0.1")->holder->pid, getpid());
    assert_int_equal(listen_find(&both, own, "127.0.0.1")->holder->pid, child);
    listen_end(child);
    close(fd);
}

static void test_nothing_to_find(void **state) {
    (void)state;
    SOCKET_AUTO_TABLE socket_table table = SOCKET_TABLE_INIT;
    socket_table_add(&table)->inode = 0;
    socket_table_add(&table)->inode = UINT64_MAX; /* nobody's */
    socket_find_holders(&table);
    assert_null(table.listeners[0].holder);
    assert_null(table.listeners[1].holder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_family_s_first_holds_it),
        cmocka_unit_test(test_of_another_account),
        cmocka_unit_test(test_what_one_may_not_see),
        cmocka_unit_test(test_a_child_with_a_lower_number),
        cmocka_unit_test(test_nothing_to_find),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
