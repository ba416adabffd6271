/* Releases what the structs of <devkit/interface.h> own. */
#include <devkit/interface.h>
#include <stdlib.h>
#include <string.h>

void dk_server_status_release(dk_server_status *status) {
    free(status->provider);
    free(status->why);
    free(status->version);
    free(status->host);
    free(status->socket_dir);
    free(status->database);
    free(status->role);
    free(status->data_dir);
    free(status->log_file);
    free(status->problem);
    free(status->hint);
    json_decref(status->details);
    memset(status, 0, sizeof(*status));
}

const char *dk_server_state_name(dk_server_state state) {
    static const char *const names[] = {[DK_SERVER_ABSENT] = "absent",
                                        [DK_SERVER_STOPPED] = "stopped",
                                        [DK_SERVER_STARTING] = "starting",
                                        [DK_SERVER_READY] = "ready",
                                        [DK_SERVER_UNHEALTHY] = "unhealthy"};
    return (size_t)state < DK_COUNT(names) ? names[state] : "unknown";
}

void dk_engine_report_release(dk_engine_report *report) {
    for (size_t i = 0; i < report->layer_count; i++) {
        free(report->layers[i].name);
        free(report->layers[i].key);
    }
    free(report->layers);
    free(report->undo);
    dk_strv_release(&report->notes);
    memset(report, 0, sizeof(*report));
}

void dk_snapshot_report_release(dk_snapshot_report *report) {
    free(report->undo);
    free(report->undo_command);
    dk_strv_release(&report->notes);
    memset(report, 0, sizeof(*report));
}
