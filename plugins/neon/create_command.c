/* `devkit neon create` */
#include "neon.h"

#include <string.h>

#define NAME_MAX_BYTES 256
#define EXPIRES_MAX_MS ((int64_t)30 * 24 * 3600 * 1000)

static bool check(const neon_create_values *given, dk_error *error) {
    if (given->expires < 0 || given->expires > EXPIRES_MAX_MS) {
        dk_fail(error, DK_ERROR_USAGE, "usage", "a branch may expire after at most 30 days");
        return dk_error_hint(error, "--expires 30d, or leave it out");
    }
    if (given->name && (!*given->name || strlen(given->name) > NAME_MAX_BYTES))
        return dk_fail(error, DK_ERROR_USAGE, "usage", "a branch's name has 1 to %d bytes", NAME_MAX_BYTES);
    return true;
}

/* Two on the same second are two. */
static char *make_name(void) {
    char time[32], random[5];
    dk_format_time(dk_unix_time(), time);
    dk_random_hex(random, sizeof random - 1);
    for (char *at = time; *at; at++)
        if (strchr(":TZ", *at))
            *at = *at == 'Z' ? 0 : '-';
    return dk_format("devkit-%s-%s", time, random);
}

/* Expiring branches can have no children, says Neon; better here than after the wait. */
static bool check_parent(const json_t *parent, const neon_create_values *given, dk_error *error) {
    if (!dk_json_string(parent, "expires_at", NULL) || given->schema_only)
        return true;
    dk_fail(error, DK_ERROR_REFUSED, "neon-parent-expires",
            "the branch %s expires at %s, so it can have no children", dk_json_string(parent, "name", ""),
            dk_json_string(parent, "expires_at", ""));
    return dk_error_hint(error, "choose another with --parent");
}

static void report(dk_context *context, const json_t *branch, const json_t *parent, bool compute) {
    json_t *result = dk_result(context);
    const char *name = dk_json_string(branch, "name", "");
    dk_json_set_string(result, "id", dk_json_string(branch, "id", NULL));
    dk_json_set_string(result, "name", name);
    dk_json_set_string(result, "parent_id", dk_json_string(branch, "parent_id", NULL));
    dk_json_set_string(result, "expires_at", dk_json_string(branch, "expires_at", NULL));
    dk_print(context, "%s (%s) is a branch of %s\n", name, dk_json_string(branch, "id", ""),
             dk_json_string(parent, "name", ""));
    if (compute)
        dk_info(context, "its address: devkit neon url %s", name);
    if (dk_json_bool(parent, "protected", false))
        dk_note(context, "its parent is protected, so its roles have passwords of their own");
}

bool neon_create_run(dk_context *context, const void *values, dk_error *error) {
    const neon_create_values *given = values;
    NEON_AUTO_SESSION neon_session session = {0};
    if (!check(given, error) || !neon_command_open(context, given->project, given->timeout, &session, error))
        return false;
    const json_t *parent = given->parent || session.place.branch
                               ? neon_choose(&session.branches, &session.place, given->parent, error)
                               : neon_branch_default(&session.branches);
    if (!parent)
        return false;
    if (!check_parent(parent, given, error))
        return false;
    DK_AUTOFREE char *name = given->name ? dk_strdup(given->name) : make_name();
    const neon_wish wish = {.name = name,
                            .parent = dk_json_string(parent, "id", NULL),
                            .expires_at = given->expires ? dk_unix_time() + given->expires / 1000 : 0,
                            .schema_only = given->schema_only,
                            .compute = !given->no_compute};
    DK_AUTO_JSON json_t *branch = neon_create(&session.client, session.place.project, &wish, error);
    if (!branch)
        return false;
    report(context, branch, parent, wish.compute);
    return true;
}
