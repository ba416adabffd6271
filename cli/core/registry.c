/* Interfaces and events: where plugins meet without knowing each other. Implements the calls of
 * <devkit/interface.h> that look implementations up. */
#include "core/context.h"
#include "core/dispatch.h"

#include <devkit/plugin.h>
#include <stdlib.h>
#include <string.h>

/* The versions and sizes this devkit was built with; a plugin's struct may be longer, never shorter. */
static const struct {
    const char *kind;
    uint32_t version;
    size_t size;
} kinds[] = {
    {"server", DK_SERVER_VERSION, sizeof(dk_server_interface)},
    {"containers", DK_CONTAINERS_VERSION, sizeof(dk_containers_interface)},
    {"layer", DK_LAYER_VERSION, sizeof(dk_layer_interface)},
    {"engine", DK_ENGINE_VERSION, sizeof(dk_engine_interface)},
    {"guard", DK_GUARD_VERSION, sizeof(dk_guard_interface)},
    {"check", DK_CHECK_VERSION, sizeof(dk_check_interface)},
    {"history", DK_HISTORY_VERSION, sizeof(dk_history_interface)},
    {"cleaner", DK_CLEANER_VERSION, sizeof(dk_cleaner_interface)},
    {"setup", DK_SETUP_VERSION, sizeof(dk_setup_interface)},
    {"endpoint", DK_ENDPOINT_VERSION, sizeof(dk_endpoint_interface)},
    {"snapshot", DK_SNAPSHOT_VERSION, sizeof(dk_snapshot_interface)},
    {"event", DK_EVENT_VERSION, sizeof(dk_event_interface)},
};

void dk_interface_names(dk_context *context, const char *kind, dk_strv *names) {
    const index_plugins *plugins = context_plugins(context);
    for (size_t i = 0; i < plugins->count; i++)
        for (size_t j = 0; j < plugins->items[i].interface_count; j++)
            if (dk_streq(plugins->items[i].interfaces[j].kind, kind) &&
                !dk_strv_contains(names, plugins->items[i].interfaces[j].name))
                dk_strv_add(names, plugins->items[i].interfaces[j].name);
}

static index_plugin *find_owner(dk_context *context, const char *kind, const char *name) {
    index_plugins *plugins = context_plugins(context);
    for (size_t i = 0; i < plugins->count; i++)
        for (size_t j = 0; j < plugins->items[i].interface_count; j++)
            if (dk_streq(plugins->items[i].interfaces[j].kind, kind) &&
                dk_streq(plugins->items[i].interfaces[j].name, name))
                return &plugins->items[i];
    return NULL;
}

static void fail_no_such(dk_context *context, const char *kind, const char *name, dk_error *error) {
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    dk_interface_names(context, kind, &names);
    DK_AUTOFREE char *code = dk_format("no-such-%s", kind);
    DK_AUTOFREE char *joined = dk_strv_join(&names, ", ");
    dk_fail(error, DK_ERROR_USAGE, code, "there is no %s named \"%s\"", kind, name);
    if (!names.count) {
        dk_error_hint(error, "no plugin brings a %s: `devkit plugin list` shows what is installed", kind);
        return;
    }
    const char *nearest = dk_nearest_part(name, (const char *const *)names.items, names.count);
    dk_error_hint(error, "%s%s%sthere are: %s", nearest ? "did you mean " : "", nearest ? nearest : "",
                  nearest ? "? " : "", joined);
}

static bool check_interface(const dk_interface *head, uint32_t version, const index_plugin *plugin,
                            dk_error *error) {
    if (head->version != version) {
        dk_fail(error, DK_ERROR_FAILED, "interface-version",
                "the %s \"%s\" of the plugin %s has version %u, expected %u", head->kind, head->name,
                plugin->name, head->version, version);
        return dk_error_hint(error, "update the plugin %s or devkit, so that both are of one time",
                             plugin->file);
    }
    for (size_t i = 0; i < DK_COUNT(kinds); i++) {
        if (!dk_streq(kinds[i].kind, head->kind) || kinds[i].version != version ||
            head->size >= kinds[i].size)
            continue;
        dk_fail(error, DK_ERROR_FAILED, "interface-version",
                "the %s \"%s\" of the plugin %s has %zu bytes, expected %zu", head->kind, head->name,
                plugin->name, head->size, kinds[i].size);
        return dk_error_hint(error, "rebuild %s with the headers of devkit %s", plugin->file, DEVKIT_VERSION);
    }
    return true;
}

static const dk_interface *interface_of(const dk_plugin *plugin, const char *kind, const char *name) {
    for (size_t i = 0; i < plugin->interface_count; i++)
        if (dk_streq(plugin->interfaces[i]->kind, kind) && dk_streq(plugin->interfaces[i]->name, name))
            return plugin->interfaces[i];
    return NULL;
}

const void *dk_interface_find(dk_context *context, const char *kind, const char *name, uint32_t version,
                              dk_error *error) {
    index_plugin *owner = find_owner(context, kind, name);
    if (!owner) {
        fail_no_such(context, kind, name, error);
        return NULL;
    }
    const dk_plugin *plugin = index_open(owner, error);
    if (!plugin)
        return NULL;
    const dk_interface *head = interface_of(plugin, kind, name);
    if (!head) {
        index_fail_stale(owner, error, "the %s \"%s\"", kind, name);
        return NULL;
    }
    return check_interface(head, version, owner, error) ? head : NULL;
}

/* ── server ───────────────────────────────────────────────────────────────────────────────────────────── */

/* Opening the local provider costs nothing but libpq; others bring an HTTP client along. */
static void put_first(dk_strv *names, const char *name) {
    for (size_t i = 1; i < names->count; i++)
        if (dk_streq(names->items[i], name)) {
            char *found = names->items[i];
            memmove(names->items + 1, names->items, i * sizeof *names->items);
            names->items[0] = found;
        }
}

/* A provider's own server that runs for this project needs no comparison: asking the others may mean a login.
 */
static bool pick_running(dk_context *context, dk_strv *names) {
    put_first(names, "local");
    for (size_t i = 0; i < names->count; i++) {
        const dk_server_interface *server =
            dk_interface_find(context, "server", names->items[i], DK_SERVER_VERSION, NULL);
        DK_AUTO_BUF dk_buf why = DK_BUF_INIT;
        int score = 0;
        if (!server || !server->running || !server->running(context) ||
            !server->detect(context, &score, &why, NULL) || score == 0)
            continue;
        context->server = server;
        context->server_why = dk_buf_detach(&why);
        return true;
    }
    return false;
}

static bool pick_server(dk_context *context, dk_error *error) {
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    dk_interface_names(context, "server", &names);
    if (pick_running(context, &names))
        return true;
    int best = 0;
    for (size_t i = 0; i < names.count; i++) {
        const dk_server_interface *server =
            dk_interface_find(context, "server", names.items[i], DK_SERVER_VERSION, error);
        DK_AUTO_BUF dk_buf why = DK_BUF_INIT;
        int score = 0;
        if (!server || !server->detect(context, &score, &why, error))
            return false;
        dk_debug(context, "server %s: %d of 100 (%s)", names.items[i], score, dk_buf_text(&why));
        if (score <= best)
            continue;
        best = score;
        context->server = server;
        free(context->server_why);
        context->server_why = dk_buf_detach(&why);
    }
    if (context->server)
        return true;
    dk_fail(error, DK_ERROR_USAGE, "no-such-server", "no server provider fits this project");
    return dk_error_hint(error, "name one in .devkit.toml: [database] server = \"local\"");
}

/* [database] server is what the developer's own database has; that of an environment on another machine
 * (--env staging) is somebody else's. */
static bool is_elsewhere(dk_context *context) {
    const dk_database *database = dk_environment_name(context) ? dk_database_get(context, NULL) : NULL;
    return database && database->url && !dk_url_is_local(database->url);
}

const dk_server_interface *dk_server(dk_context *context, const char **why, dk_error *error) {
    if (!context->server) {
        const dk_config *config = dk_config_get(context, error);
        if (!config)
            return NULL;
        if (dk_streq(config->database.server, "auto") || is_elsewhere(context)) {
            if (!pick_server(context, error))
                return NULL;
        } else {
            context->server =
                dk_interface_find(context, "server", config->database.server, DK_SERVER_VERSION, error);
            if (!context->server)
                return NULL;
            context->server_why =
                dk_format("[database] server, %s", config_origin(context->config, "database.server"));
        }
    }
    if (why)
        *why = context->server_why;
    return context->server;
}

/* ── guards ───────────────────────────────────────────────────────────────────────────────────────────── */

bool dk_guard(dk_context *context, const char *verb, const char *confirmed, dk_error *error) {
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    dk_interface_names(context, "guard", &names);
    /* An installation that lost its guard must not do what the guard would refuse. */
    if (!names.count) {
        dk_fail(error, DK_ERROR_REFUSED, "no-guard", "no guard is installed, so `%s` is refused", verb);
        return dk_error_hint(error,
                             "`devkit plugin list` shows the plugins that were found; install devkit again");
    }
    for (size_t i = 0; i < names.count; i++) {
        const dk_guard_interface *guard =
            dk_interface_find(context, "guard", names.items[i], DK_GUARD_VERSION, error);
        if (!guard || !guard->permit(context, verb, confirmed, error))
            return false;
    }
    return true;
}

/* ── events ───────────────────────────────────────────────────────────────────────────────────────────── */

/* A failing "pre-" handler stops what was about to happen; afterwards there is nothing left to stop. */
static bool settle(dk_context *context, const char *event, const char *handler, dk_error *failure,
                   dk_error *error) {
    if (dk_starts_with(event, "pre-") || failure->error_class == DK_ERROR_INTERRUPTED) {
        dk_error_prefix(failure, "%s handler %s", event, handler);
        if (error)
            dk_error_move(error, failure);
        return false;
    }
    dk_warn(context, "%s handler %s: %s", event, handler, failure->message);
    if (failure->hint)
        dk_note(context, "%s", failure->hint);
    return true;
}

static bool plugin_wants(const index_plugin *plugin, const char *event) {
    for (size_t i = 0; i < plugin->event_count; i++)
        if (dk_streq(plugin->events[i], event))
            return true;
    return false;
}

static bool call_plugins(dk_context *context, const char *event, const json_t *details, dk_error *error) {
    const index_plugins *plugins = context_plugins(context);
    for (size_t i = 0; i < plugins->count; i++) {
        if (!plugin_wants(&plugins->items[i], event))
            continue;
        DK_AUTO_ERROR dk_error failure = DK_ERROR_INIT;
        const char *name = plugins->items[i].name;
        const dk_event_interface *handler =
            dk_interface_find(context, "event", name, DK_EVENT_VERSION, &failure);
        if (handler && handler->handle(context, event, details, &failure))
            continue;
        if (!settle(context, event, name, &failure, error))
            return false;
    }
    return true;
}

static bool call_command(dk_context *context, const char *command, dk_error *error) {
    DK_AUTO_STRV dk_strv words = DK_STRV_INIT;
    return dispatch_words(command, &words, error) && dk_run_command(context, &words, error);
}

static bool call_configured(dk_context *context, const char *event, dk_error *error) {
    const dk_config *config = dk_config_get(context, error);
    if (!config)
        return false;
    for (size_t i = 0; i < config->event_count; i++) {
        if (!dk_streq(config->events[i].event, event))
            continue;
        for (size_t j = 0; j < config->events[i].commands.count; j++) {
            const char *command = config->events[i].commands.items[j];
            DK_AUTO_ERROR dk_error failure = DK_ERROR_INIT;
            DK_AUTOFREE char *label = dk_format("\"%s\"", command);
            if (!call_command(context, command, &failure) && !settle(context, event, label, &failure, error))
                return false;
        }
    }
    return true;
}

bool dk_event(dk_context *context, const char *event, const json_t *details, dk_error *error) {
    return call_plugins(context, event, details, error) && call_configured(context, event, error);
}
