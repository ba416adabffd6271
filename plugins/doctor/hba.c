/* hba-rejected: the server's pg_hba.conf lets nobody in like this. */
#include "hba.h"
#include "doctor.h"

#include <stdlib.h>
#include <string.h>

#define FILE_LIMIT ((size_t)4 << 20)

/* What the server said of the client: host "127.0.0.1", …, no encryption. Caller frees. */
static char *client_address(const char *said, const char *fallback) {
    const char *host = strstr(said, "host \"");
    if (host)
        return dk_strndup(host + 6, strcspn(host + 6, "\""));
    return fallback && *fallback != '/' ? dk_strdup(fallback) : NULL;
}

/* In the data folder; or, as Debian has it, in /etc/postgresql/VERSION/NAME for
 * /var/lib/postgresql/VERSION/NAME.
 */
static char *find_file(const char *data_dir) {
    static const char debian[] = "/var/lib/postgresql/";
    if (!data_dir)
        return NULL;
    char *path = dk_starts_with(data_dir, debian)
                     ? dk_format("/etc/postgresql/%s/pg_hba.conf", data_dir + strlen(debian))
                     : NULL;
    if (path && dk_file_exists(path))
        return path;
    free(path);
    return dk_path_join(data_dir, "pg_hba.conf");
}

/* What stands there, for the message; "" where it can't be read. */
static void add_line(const doctor_case *of, const char *said, dk_buf *text) {
    DK_AUTO_BUF dk_buf content = DK_BUF_INIT;
    DK_AUTOFREE char *folder = doctor_data_folder(of);
    DK_AUTOFREE char *path = find_file(folder);
    const dk_url *url = &of->reached;
    DK_AUTOFREE char *address = client_address(said, dk_url_host_name(url));
    hba_login login = {url->database, url->user, address,
                       strstr(said, "encryption") && !strstr(said, "no encryption")};
    hba_line line = {0};
    if (!path || !dk_file_read(path, FILE_LIMIT, &content, NULL))
        return;
    if (hba_find(dk_buf_text(&content), &login, &line))
        dk_buf_addf(text, "\n%s:%d: %s%s", path, line.number, line.text,
                    line.rejects ? "" : " (not as the server has it loaded: SELECT pg_reload_conf())");
    else
        dk_buf_addf(text, "\nno line of %s lets role %s in%s%s", path, url->user, address ? " from " : "",
                    address ? address : "");
    free(line.text);
}

static bool say(const doctor_case *of, dk_check_result *result) {
    const char *said = of->why.detail ? of->why.detail : of->why.message;
    DK_AUTO_BUF dk_buf line = DK_BUF_INIT;
    add_line(of, said, &line);
    doctor_fail(result, "%s%s", said, dk_buf_text(&line));
    doctor_why(result, "the server looks at role, database and address before it looks at the password");
    if (doctor_is_owned(of) && dk_streq(of->status.provider, "local"))
        return doctor_fixable(result, "devkit up");
    return doctor_fix(result,
                      "put a line above it, host %s %s samehost scram-sha-256, then as a superuser: SELECT "
                      "pg_reload_conf()",
                      of->reached.database, of->reached.user);
}

static bool run(dk_context *context, dk_check_result *result, dk_error *error) {
    DOCTOR_AUTO_CASE doctor_case of;
    if (!doctor_case_look(context, &of, "hba-rejected", error))
        return false;
    if (!doctor_is_for(&of, "hba-rejected", result))
        return true;
    return !of.cause ? doctor_ok(result, "pg_hba.conf lets role %s in", of.reached.user) : say(&of, result);
}

const dk_check_interface doctor_hba_rejected = {
    .head = DK_INTERFACE("check", "hba-rejected", DK_CHECK_VERSION, dk_check_interface),
    .title = "The server's pg_hba.conf lets the application in",
    .run = run,
    .fix = doctor_up,
};
