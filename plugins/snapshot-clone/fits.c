/* Is a copy on the server the right kind now? It ends everybody's sessions and keeps new ones waiting while
 * it copies: where that would be felt, a dump is the kinder way. */
#include "clone.h"

#define FELT_MS 2000 /* what busy clients may be kept waiting */

enum { QUICKEST = 70, POSSIBLE = 20 };

void clone_judge(const dk_engine_weight *weight, bool owned, int *score, dk_buf *why) {
    char size[DK_FORMATTED];
    char time[DK_FORMATTED];
    bool felt = weight->sessions > 0 && weight->copy_ms > FELT_MS;
    dk_format_size(weight->size_bytes, size);
    dk_format_duration(weight->copy_ms, time);
    *score = owned && !felt ? QUICKEST : POSSIBLE;
    dk_buf_addf(why, "a copy of %s on the server, about %s", size, time);
    if (weight->sessions > 0)
        dk_buf_addf(why, "; it ends %lld session%s, and logins wait meanwhile", (long long)weight->sessions,
                    weight->sessions == 1 ? "" : "s");
}

/* Devkit's own server, or a container of the project's: somebody else's may have rules about databases. */
static bool is_owned(dk_context *context) {
    dk_server_status status = DK_SERVER_STATUS_INIT;
    const dk_server_interface *server = dk_server(context, NULL, NULL);
    bool owned = server && server->status(context, &status, NULL) && status.owned;
    dk_server_status_release(&status);
    return owned;
}

bool clone_fits(dk_context *context, const dk_snapshot_request *request, int *score, dk_buf *why,
                dk_error *error) {
    (void)request;
    const dk_engine_interface *engine = clone_engine(context, error);
    dk_engine_weight weight = {0};
    if (!engine || !engine->weigh(context, &weight, error))
        return false;
    clone_judge(&weight, is_owned(context), score, why);
    return true;
}
