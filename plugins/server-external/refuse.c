/* What devkit does not do to a server that is somebody else's, and who does. */
#include "external.h"

static bool find_manager(dk_context *context, external_manager *manager) {
    const dk_database *database = dk_database_get(context, NULL);
    return database && database->url && external_manager_find("", database->url, manager);
}

static bool refuse(const char *verb, dk_error *error) {
    dk_fail(error, DK_ERROR_REFUSED, "not-owned", "the server is not devkit's, so devkit does not %s it",
            verb);
    return dk_error_hint(error,
                         "use the tool it was started with (a service manager, a container, its host); "
                         "`devkit status` shows where it is");
}

bool external_down(dk_context *context, bool *changed, dk_error *error) {
    EXTERNAL_AUTO_MANAGER external_manager manager = {0};
    *changed = false;
    refuse("stop", error);
    if (find_manager(context, &manager))
        dk_error_hint(error, "%s is configured for this port: `%s`", manager.name, manager.stop);
    return false;
}

bool external_destroy(dk_context *context DK_UNUSED, dk_error *error) {
    return refuse("remove", error);
}

bool external_logs(dk_context *context, bool follow DK_UNUSED, int64_t lines DK_UNUSED, dk_error *error) {
    EXTERNAL_AUTO_MANAGER external_manager manager = {0};
    dk_fail(error, DK_ERROR_FAILED, "no-log", "the server is not devkit's, and its log is not within reach");
    if (find_manager(context, &manager) && manager.logs)
        return dk_error_hint(error, "%s is configured for this port: `%s`", manager.name, manager.logs);
    return dk_error_hint(error, "look where it runs");
}
