/* What may be tried again, and when: https://neon.com/docs/reference/api-reference and the "General Error" of
 * Neon's OpenAPI document. */
#include "neon.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define FIRST_PAUSE_MS 250
#define LONGEST_PAUSE_MS 10000
#define SLEEP_MS 100

/* Nothing was done, says Neon of these: whatever was asked may be asked again. */
static bool is_refused_for_now(long status) {
    return status == 423 || status == 429 || status == 503;
}

/* Somebody on the way answered, or Neon broke down at it: 520 to 527 are Cloudflare's. */
static bool is_unclear(long status) {
    return status == 500 || status == 502 || status == 504 || status == 408 ||
           (status >= 520 && status <= 530);
}

static bool is_get(const neon_call *call) {
    return !call->method || strcmp(call->method, "GET") == 0;
}

neon_verdict neon_judge(const neon_call *call, const dk_error *why, const char *reason) {
    if (dk_error_is(why, "http-unreachable"))
        return NEON_AGAIN; /* it was not even sent */
    if (dk_error_is(why, "http-closed") || dk_error_is(why, "http-timeout") ||
        dk_error_is(why, "http-invalid"))
        return is_get(call) ? NEON_AGAIN : NEON_LOST;
    if (!dk_error_is(why, "http-status"))
        return NEON_FINAL;
    if (is_refused_for_now(why->http_status))
        return NEON_AGAIN;
    if (why->http_status == 404 && call->young)
        return NEON_AGAIN;
    if (why->http_status == 422 && strcasestr(reason, "not ready"))
        return NEON_AGAIN;
    if (is_unclear(why->http_status))
        return is_get(call) ? NEON_AGAIN : NEON_LOST;
    return NEON_FINAL;
}

/* Full jitter: clients that were refused together don't come back together. */
int64_t neon_pause(int attempt, int64_t asked) {
    char text[9];
    int64_t longest = (int64_t)FIRST_PAUSE_MS << (attempt < 6 ? attempt : 6);
    if (asked >= 0)
        return asked;
    if (longest > LONGEST_PAUSE_MS)
        longest = LONGEST_PAUSE_MS;
    dk_random_hex(text, sizeof text - 1);
    return (int64_t)(strtoull(text, NULL, 16) % (uint64_t)(longest + 1));
}

bool neon_sleep(int64_t milliseconds, dk_error *error) {
    for (int64_t end = dk_now_ms() + milliseconds; dk_now_ms() < end && !dk_interrupted();) {
        int64_t rest = end - dk_now_ms();
        dk_sleep_ms(rest > SLEEP_MS ? SLEEP_MS : (int)rest);
    }
    return !dk_interrupted() || dk_fail_interrupted(error);
}
