/* The engine as a plugin: one interface, no commands of its own. */
#include "engine.h"

static const dk_engine_interface engine = {
    .head = DK_INTERFACE("engine", "template", DK_ENGINE_VERSION, dk_engine_interface),
    .reset = engine_reset,
    .undo = engine_undo,
    .has_undo = engine_has_undo,
    .list = engine_list,
    .collect = engine_collect,
    .maintain = engine_maintain,
    .apply_live = engine_apply_live,
    .protect = engine_protect,
    .is_protected = engine_is_protected,
    .protected_names = engine_protected_names,
    .exclusively = engine_exclusively,
    .keep = engine_keep,
    .forget = engine_forget,
    .weigh = engine_weigh,
    .replace = engine_replace,
};

/* A server that comes up may hold an in-place build that was killed: opening the engine with the lock puts
 * the old database back. */
static bool after_up(dk_context *context, const char *event, const json_t *details, dk_error *error) {
    (void)event;
    (void)details;
    ENGINE_AUTO_SESSION engine_session session;
    DK_AUTO_ERROR dk_error failure = DK_ERROR_INIT;
    if (engine_open(context, true, DK_ENGINE_NO_WAIT, &session, &failure) || dk_error_is(&failure, "locked"))
        return true; /* another devkit is at work: it recovers what there is to recover */
    dk_error_move(error, &failure);
    return false;
}

static const dk_event_interface events = {
    .head = DK_INTERFACE("event", "engine", DK_EVENT_VERSION, dk_event_interface),
    .handle = after_up,
};

static const dk_interface *const interfaces[] = {&engine.head, &events.head};
static const char *const wanted_events[] = {"post-up"};

static const dk_plugin plugin = {
    DK_PLUGIN_HEAD,
    .name = "engine",
    .version = DEVKIT_VERSION,
    .summary = "templates, clones and the atomic swap",
    .interfaces = interfaces,
    .interface_count = DK_COUNT(interfaces),
    .events = wanted_events,
    .event_count = DK_COUNT(wanted_events),
};

DK_PLUGIN(engine, &plugin)
