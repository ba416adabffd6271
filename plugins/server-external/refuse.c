/* What devkit does not do to a server that is somebody else's. */
#include "external.h"

static bool refuse(const char *verb, dk_error *error) {
    dk_fail(error, DK_ERROR_REFUSED, "not-owned", "the server is not devkit's, so devkit does not %s it",
            verb);
    return dk_error_hint(error,
                         "use the tool it was started with (a service manager, a container, its host); "
                         "`devkit status` shows where it is");
}

bool external_down(dk_context *context DK_UNUSED, bool *changed, dk_error *error) {
    *changed = false;
    return refuse("stop", error);
}

bool external_destroy(dk_context *context DK_UNUSED, dk_error *error) {
    return refuse("remove", error);
}

bool external_logs(dk_context *context DK_UNUSED, bool follow DK_UNUSED, int64_t lines DK_UNUSED,
                   dk_error *error) {
    dk_fail(error, DK_ERROR_FAILED, "no-log", "the server is not devkit's, and its log is not within reach");
    return dk_error_hint(error, "look where it runs");
}
