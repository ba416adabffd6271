/* disk: room where the data and the project are; and the length of a socket's path. */
#include "doctor.h"

#include <string.h>

#define MIB ((int64_t)1 << 20)
#define ROOM_FAIL (200 * MIB)
#define ROOM_WARN (1024 * MIB)

static bool say(const char *path, int64_t room, dk_check_result *result) {
    char text[DK_FORMATTED];
    dk_format_size(room, text);
    doctor_fail(result, "the disk of %s has %s left", path, text);
    if (room >= ROOM_FAIL)
        result->status = DK_CHECK_WARN;
    doctor_why(result, "PostgreSQL stops when it can't write, and a reset needs room for a second database");
    return doctor_fix(result, "free some space; devkit gc --all gives back what devkit keeps on the server");
}

/* The data folder of a server on this machine, whosever it is. Caller frees; NULL: none that can be seen. */
static char *find_data(dk_context *context) {
    DOCTOR_AUTO_CASE doctor_case of = {.context = context, .database = dk_database_get(context, NULL)};
    doctor_ask_server(&of);
    if (of.database && of.database->url && !dk_database_reach(context, &of.reached, NULL))
        return NULL;
    return doctor_data_folder(&of);
}

static bool run_disk(dk_context *context, dk_check_result *result, dk_error *error) {
    const char *root = dk_project_root(context, error);
    if (!root)
        return false;
    DK_AUTOFREE char *data = find_data(context);
    const char *const places[] = {data ? data : root, root};
    int64_t least = INT64_MAX;
    for (size_t i = 0; i < DK_COUNT(places); i++) {
        int64_t room = dk_disk_free(places[i]); /* -1 for a folder that is still to be made */
        if (room >= 0 && room < ROOM_WARN)
            return say(places[i], room, result);
        least = room >= 0 && room < least ? room : least;
    }
    if (least == INT64_MAX)
        return doctor_skip(result, "the system does not tell how much room there is");
    char text[DK_FORMATTED];
    dk_format_size(least, text);
    return doctor_ok(result, "%s are free", text);
}

const dk_check_interface doctor_disk = {
    .head = DK_INTERFACE("check", "disk", DK_CHECK_VERSION, dk_check_interface),
    .title = "There is room on the disk",
    .run = run_disk,
};

/* ── a socket's path ── */

static bool run_socket(dk_context *context, dk_check_result *result, dk_error *error) {
    (void)error;
    const dk_database *database = dk_database_get(context, NULL);
    const char *path = database ? doctor_long_socket(database->url) : NULL;
    if (!path)
        return doctor_ok(result, "no socket has a path that is too long");
    doctor_fail(result, "the socket's folder in %s (%s) has %zu bytes", database->variable, database->origin,
                strlen(path));
    doctor_why(result,
               "the system takes at most %d for the whole path of a unix socket, so nobody can connect there",
               DOCTOR_SOCKET_PATH_MOST);
    return doctor_fix(result, "use a host and a port in %s, or a link with a shorter path: ln -s %s /tmp/pg",
                      database->origin, path);
}

const dk_check_interface doctor_socket_path = {
    .head = DK_INTERFACE("check", "doctor-socket-path", DK_CHECK_VERSION, dk_check_interface),
    .title = "The path of the server's socket is short enough",
    .run = run_socket,
};
