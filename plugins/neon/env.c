/* The one line of .env that has the database's URL. */
#include "neon.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define ENV_LIMIT ((size_t)1 << 20)

static bool fail_unwritten(const dk_database *database, const char *why, const dk_url *url, dk_error *error) {
    dk_fail(error, DK_ERROR_FAILED, "neon-env-unchanged", "%s still leads to the branch before",
            database->variable);
    dk_error_detail(error, "%s", why);
    return dk_error_hint(error, "give it the host %s", dk_url_host_name(url));
}

/* The line as it stands there; what comes from a ${VARIABLE} can't be changed in one place. */
static bool is_plain(const dk_database *database) {
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    DK_AUTO_STRV dk_strv lines = DK_STRV_INIT;
    if (!dk_file_read(database->origin_file, ENV_LIMIT, &text, NULL))
        return false;
    dk_strv_split(&lines, dk_buf_text(&text), '\n');
    size_t line = (size_t)database->origin_line;
    return line > 0 && line <= lines.count && !strchr(lines.items[line - 1], '$');
}

static void replace(char **text, char *other) {
    free(*text);
    *text = other;
}

/* "endpoint=ep-old -c x=1" → "endpoint=ep-new -c x=1", with "-pooler" where the host has it. */
static void change_options(dk_url *url, const char *label, size_t length) {
    for (size_t i = 0; i < url->parameter_count; i++) {
        dk_url_parameter *parameter = &url->parameters[i];
        char *at = strcmp(parameter->name, "options") == 0 ? strstr(parameter->value, "endpoint=") : NULL;
        if (!at)
            continue;
        at += strlen("endpoint=");
        replace(&parameter->value, dk_format("%.*s%.*s%s", (int)(at - parameter->value), parameter->value,
                                             (int)length, label, at + strcspn(at, " ;$")));
    }
}

/* The branch's host, pooled where the old one was; every other part stays as the application has it. */
static bool change(dk_context *context, dk_url *url, const dk_url *branch_url, dk_error *error) {
    const dk_endpoint_interface *endpoint =
        dk_interface_find(context, "endpoint", "neon", DK_ENDPOINT_VERSION, error);
    DK_AUTO_URL dk_url direct = DK_URL_INIT;
    DK_AUTO_URL dk_url chosen = DK_URL_INIT;
    if (!endpoint || !endpoint->direct(url, &direct, error))
        return false;
    bool pooled = strcasecmp(dk_url_host_name(&direct), dk_url_host_name(url)) != 0;
    if (!(pooled ? endpoint->pooled : endpoint->direct)(branch_url, &chosen, error))
        return false;
    const char *host = dk_url_host_name(&chosen);
    replace(&url->hosts[0].host, dk_strdup(host)); /* alone: a hostaddr leads to the same proxy */
    change_options(url, host, strcspn(host, "."));
    if (branch_url->password && !dk_streq(url->password, branch_url->password) &&
        dk_streq(url->user, branch_url->user))
        replace(&url->password, dk_strdup(branch_url->password));
    return true;
}

bool neon_env_mend(dk_context *context, const char *old_host, const dk_url *branch_url, char **where,
                   dk_error *error) {
    const dk_database *database = dk_database_get(context, error);
    *where = NULL;
    if (!database || !database->url)
        return database != NULL;
    DK_AUTOFREE char *host = neon_direct_host(context, database->url);
    if (!old_host || strcasecmp(host, old_host) != 0 || strcasecmp(host, dk_url_host_name(branch_url)) == 0)
        return true;
    if (!database->origin_file)
        return fail_unwritten(database, "it is set in the environment, which can't be changed from here",
                              branch_url, error);
    if (!is_plain(database))
        return fail_unwritten(database, "its line is put together from other variables", branch_url, error);
    DK_AUTO_URL dk_url url = DK_URL_INIT;
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    DK_AUTOFREE char *file = dk_strdup(database->origin_file); /* the view goes with the change */
    DK_AUTOFREE char *variable = dk_strdup(database->variable);
    DK_AUTOFREE char *origin = dk_strdup(database->origin);
    const char *written = dk_project_variable(context, variable, error);
    if (!written || !dk_url_parse(written, &url, error) || !change(context, &url, branch_url, error))
        return false;
    dk_url_format(&url, &text);
    if (!dk_env_file_set(context, file, variable, dk_buf_text(&text), NULL, error))
        return false;
    *where = dk_strdup(origin);
    return true;
}
