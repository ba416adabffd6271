/* Waiting for the server: every wait also listens for Ctrl-C and keeps a deadline. */
#include "pg_internal.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>

int64_t pg_deadline(int timeout_ms) {
    return timeout_ms < 0 ? -1 : dk_now_ms() + timeout_ms;
}

static int remaining_ms(int64_t deadline) {
    if (deadline < 0)
        return -1;
    int64_t rest = deadline - dk_now_ms();
    if (rest <= 0)
        return 0;
    return rest > INT_MAX ? INT_MAX : (int)rest;
}

pg_outcome pg_wait_socket(const pg_connection *connection, short events, int64_t deadline) {
    struct pollfd watched[2] = {
        {.fd = PQsocket(connection->pg), .events = events},
        {.fd = connection->patient ? -1 : dk_interrupt_fd(), .events = POLLIN},
    };
    if (watched[0].fd < 0)
        return PG_LOST;
    for (;;) {
        int ready = poll(watched, 2, remaining_ms(deadline));
        if (ready < 0 && errno != EINTR)
            return PG_LOST;
        /* Interruption first: a socket that is always ready (a long COPY) must not hide it. */
        if (!connection->patient && dk_interrupted())
            return PG_INTERRUPTED;
        if (ready == 0)
            return PG_TIMED_OUT;
        if (ready > 0 && watched[0].revents)
            return PG_READY;
        if (ready > 0 && watched[1].revents)
            return PG_INTERRUPTED;
    }
}

pg_outcome pg_flush(pg_connection *connection, int64_t deadline) {
    for (;;) {
        int state = PQflush(connection->pg);
        if (state == 0)
            return PG_READY;
        if (state < 0)
            return PG_LOST;
        /* Reading too: a server that can't send its notices stops reading what we send. */
        pg_outcome outcome = pg_wait_socket(connection, POLLIN | POLLOUT, deadline);
        if (outcome != PG_READY)
            return outcome;
        if (!PQconsumeInput(connection->pg))
            return PG_LOST;
    }
}

pg_outcome pg_next_result(pg_connection *connection, int64_t deadline, PGresult **result) {
    pg_outcome outcome = pg_flush(connection, deadline);
    /* A write that failed may have been preceded by the server's reason: read on, libpq has it. */
    while (outcome == PG_READY && PQisBusy(connection->pg)) {
        outcome = pg_wait_socket(connection, POLLIN, deadline);
        if (outcome == PG_READY && !PQconsumeInput(connection->pg))
            outcome = PG_LOST;
    }
    if (outcome != PG_READY && outcome != PG_LOST)
        return outcome;
    /* On a lost connection libpq still gives what had arrived, then an error result, then NULL. */
    *result = PQgetResult(connection->pg);
    return PG_READY;
}
