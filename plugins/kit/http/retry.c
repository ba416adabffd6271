/* One exchange from beginning to end, tried again where the caller says that this does no harm. */
#include "http_internal.h"

#include <stdlib.h>

#define FIRST_PAUSE_MS 200
#define LONGEST_PAUSE_MS 60000

static bool status_may_pass(long status) {
    return status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
}

static bool may_pass(const dk_error *why) {
    return dk_error_is(why, "http-unreachable") || dk_error_is(why, "http-closed") ||
           (dk_error_is(why, "http-status") && status_may_pass(why->http_status));
}

/* How long to wait before attempt number `attempt` + 1: what the server asks, else twice as long each time,
 * a little more or less so that several clients don't come back together. */
static int64_t pause_before(int attempt, int64_t asked) {
    if (asked > LONGEST_PAUSE_MS)
        return LONGEST_PAUSE_MS;
    if (asked >= 0)
        return asked;
    int64_t pause = (int64_t)FIRST_PAUSE_MS << (attempt < 8 ? attempt : 8);
    char random[9];
    dk_random_hex(random, sizeof random - 1);
    return pause * 3 / 4 + (int64_t)strtoul(random, NULL, 16) % (pause / 2);
}

static bool once(const http_request *request, http_response *response, bool *delivered, int64_t *asked,
                 dk_error *error) {
    HTTP_AUTO_TRANSFER http_transfer *transfer = http_start(request, response, error);
    bool done = false, fine = transfer != NULL;
    while (fine && !done)
        fine = http_step(transfer, -1, &done, error);
    *delivered = transfer && http_transfer_delivered(transfer);
    *asked = transfer ? http_transfer_retry_after(transfer) : -1;
    return fine;
}

/* Sleeps unless that would be longer than there is time. */
static bool wait_for_next(int64_t pause, int64_t deadline, dk_error *error) {
    if (deadline >= 0 && dk_now_ms() + pause >= deadline)
        return false; /* the last failure stands */
    for (int64_t end = dk_now_ms() + pause; dk_now_ms() < end;) {
        if (dk_interrupted())
            return dk_fail_interrupted(error);
        int64_t rest = end - dk_now_ms();
        dk_sleep_ms(rest > 100 ? 100 : (int)rest);
    }
    return true;
}

bool http_send(const http_request *given, http_response *response, dk_error *error) {
    http_request request = *given;
    int64_t timeout = request.timeout_ms ? request.timeout_ms : HTTP_TIMEOUT_MS;
    int64_t deadline = timeout < 0 ? -1 : dk_now_ms() + timeout;
    for (int attempt = 0;; attempt++) {
        DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
        bool delivered = false;
        int64_t asked = -1;
        int64_t rest = deadline - dk_now_ms();
        request.timeout_ms = deadline < 0 ? -1 : rest > 0 ? rest : 1; /* 0 and less mean something else */
        if (once(&request, response, &delivered, &asked, &why))
            return true;
        bool again = attempt < request.retries && !delivered && may_pass(&why);
        dk_error_move(error, &why);
        if (!again || !wait_for_next(pause_before(attempt, asked), deadline, error))
            return false;
    }
}
