/* plugins/kit/socket/port.c */
#include "listen.h"

static dk_context *project(const char *state) {
    setenv("XDG_STATE_HOME", state, 1);
    return fake_context(NULL, 0, "");
}

static void test_free_and_taken(void **state) {
    (void)state;
    static const char *const addresses[] = {"127.0.0.1", "0.0.0.0", "::1", "::"};
    for (size_t i = 0; i < DK_COUNT(addresses); i++) {
        int port = 0, fd = listen_at(addresses[i], &port, true);
        if (fd < 0)
            continue;
        assert_false(socket_port_is_free(port));
        close(fd);
        assert_true(socket_port_is_free(port));
    }
    assert_false(socket_port_is_free(0));
    assert_false(socket_port_is_free(65536));
    assert_false(socket_port_is_privileged(20000));
}

static void test_parse(void **state) {
    (void)state;
    static const char *const wrong[] = {"", "0", "-5", "65536", "-4294961863", "5432x", " 5432", "1e3"};
    int port = 7;
    for (size_t i = 0; i < DK_COUNT(wrong); i++)
        assert_false(socket_port_parse(wrong[i], &port));
    assert_int_equal(port, 7);
    assert_true(socket_port_parse("65535", &port));
    assert_int_equal(port, 65535);
}

static void test_a_reservation_keeps_others_away(void **state) {
    (void)state;
    char home[] = "/tmp/devkit-state-XXXXXX";
    assert_non_null(mkdtemp(home));
    dk_context *context = project(home);
    SOCKET_AUTO_RESERVATION socket_reservation mine = SOCKET_RESERVATION_INIT,
                                               other = SOCKET_RESERVATION_INIT,
                                               third = SOCKET_RESERVATION_INIT;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_true(socket_reserve_free(context, NULL, 0, &mine, &error));
    assert_in_range(mine.port, 20000, 29999);
    assert_false(socket_reserve(context, mine.port, &other));
    assert_int_equal(other.port, 0);
    assert_true(socket_reserve_free(context, NULL, 0, &other, &error));
    assert_true(other.port != mine.port);
    const int avoid[] = {other.port + 1};
    int before = mine.port;
    socket_release(&mine);
    assert_int_equal(mine.port, 0);
    assert_true(socket_reserve_free(context, avoid, 1, &third, &error)); /* the same folder, the same port */
    assert_int_equal(third.port, before);
    assert_true(socket_reserve_free(context, avoid, 1, &mine, &error));
    assert_true(mine.port != avoid[0]);
    fake_free(context);
    dk_remove_tree(home, NULL);
}

static void test_taken_is_not_reserved(void **state) {
    (void)state;
    char home[] = "/tmp/devkit-state-XXXXXX";
    assert_non_null(mkdtemp(home));
    dk_context *context = project(home);
    SOCKET_AUTO_RESERVATION socket_reservation found = SOCKET_RESERVATION_INIT;
    int port = 0, fd = listen_at("127.0.0.1", &port, false);
    assert_false(socket_reserve(context, port, &found));
    close(fd);
    assert_true(socket_reserve(context, port, &found));
    fake_free(context);
    dk_remove_tree(home, NULL);
}

/* Each child reserves a port, then listens on it, as a hundred projects that start at once would. */
typedef struct crowd_member {
    dk_context *context;
    int report;
} crowd_member;

static bool join_crowd(void *data) {
    const crowd_member *crowd = data;
    socket_reservation found = SOCKET_RESERVATION_INIT;
    int port, fd;
    if (!socket_reserve_free(crowd->context, NULL, 0, &found, NULL))
        return false;
    port = found.port;
    fd = listen_at("127.0.0.1", &port, false);
    if (fd < 0)
        port = -1; /* somebody else got it */
    socket_release(&found);
    return write(crowd->report, &port, sizeof port) == sizeof port;
}

static void test_a_crowd_does_not_collide(void **state) {
    (void)state;
    enum { CROWD = 100 };
    char home[] = "/tmp/devkit-state-XXXXXX";
    pid_t children[CROWD];
    int channel[2], ports[CROWD];
    assert_non_null(mkdtemp(home));
    assert_int_equal(pipe(channel), 0);
    crowd_member crowd = {.context = project(home), .report = channel[1]};
    for (int i = 0; i < CROWD; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            if (join_crowd(&crowd))
                pause(); /* goes on listening */
            _exit(1);
        }
    }
    for (int i = 0; i < CROWD; i++) {
        assert_int_equal(read(channel[0], &ports[i], sizeof ports[i]), sizeof ports[i]);
        assert_true(ports[i] > 0);
        for (int j = 0; j < i; j++)
            assert_int_not_equal(ports[i], ports[j]);
    }
    for (int i = 0; i < CROWD; i++)
        listen_end(children[i]);
    close(channel[0]);
    close(channel[1]);
    fake_free(crowd.context);
    dk_remove_tree(home, NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_free_and_taken),
        cmocka_unit_test(test_a_reservation_keeps_others_away),
        cmocka_unit_test(test_taken_is_not_reserved),
        cmocka_unit_test(test_a_crowd_does_not_collide),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
