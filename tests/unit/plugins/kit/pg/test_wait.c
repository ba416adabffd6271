#include "cluster.h"

#include "base/signal.h"

#include <kit/pg/pg_internal.h>

#include <poll.h>

static void test_deadlines(void **state) {
    (void)state;
    assert_int_equal(pg_deadline(-1), -1);
    int64_t now = dk_now_ms();
    assert_in_range(pg_deadline(1000), now + 1000, now + 2000);
}

static void test_outcomes(void **state) {
    (void)state;
    PG_AUTO_CONNECTION pg_connection *connection = cluster_connect(false);
    assert_int_equal(pg_wait_socket(connection, POLLIN, pg_deadline(20)), PG_TIMED_OUT);
    assert_int_equal(pg_wait_socket(connection, POLLOUT, pg_deadline(20)), PG_READY);
    signal_install();
    raise(SIGINT);
    assert_int_equal(pg_wait_socket(connection, POLLOUT, -1), PG_INTERRUPTED);
    pg_ignore_interruption(connection, true);
    assert_int_equal(pg_wait_socket(connection, POLLIN, pg_deadline(20)), PG_TIMED_OUT);
    signal_reset();
}

/* A server that doesn't read: what does not fit into the socket waits, with the deadline kept. */
static void test_server_that_does_not_read(void **state) {
    (void)state;
    DK_AUTO_BUF dk_buf sql = DK_BUF_INIT;
    PG_AUTO_RESULT pg_result *result = NULL;
    PG_AUTO_CONNECTION pg_connection *connection = cluster_connect(false);
    pid_t backend = pg_backend_pid(connection);
    bool done = true;
    dk_buf_add(&sql, "select length('");
    for (int i = 0; i < 1000000; i++)
        dk_buf_add(&sql, "01234567890123456789");
    dk_buf_add(&sql, "')");
    assert_int_equal(kill(backend, SIGSTOP), 0);
    assert_true(pg_send(connection, dk_buf_text(&sql), NULL));
    int64_t before = dk_now_ms();
    assert_true(pg_finish(connection, 100, &done, NULL, NULL));
    assert_false(done);
    assert_in_range(dk_now_ms() - before, 90, 5000);
    assert_int_equal(kill(backend, SIGCONT), 0);
    assert_true(pg_finish(connection, -1, &done, &result, NULL));
    assert_int_equal(pg_int(result, 0, 0), 20000000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_deadlines),
        cmocka_unit_test(test_outcomes),
        cmocka_unit_test(test_server_that_does_not_read),
    };
    return cmocka_run_group_tests(tests, cluster_start, cluster_stop);
}
