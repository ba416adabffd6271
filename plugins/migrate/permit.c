/* What touches the live database without being a layer: once every guard and the mark in the database permit
 * it, and under the engine's lock, so that no reset swaps the database away meanwhile. */
#include "migrate.h"

typedef struct permitted_work {
    dk_context *context;
    migrate_work *work;
    const void *data;
} permitted_work;

/* Only now does it connect: a reset that was waited for has put another database under the name. */
static bool run(void *data, dk_error *error) {
    const permitted_work *permitted = data;
    MIGRATE_AUTO_SESSION migrate_session session = {0};
    return migrate_session_open_live(permitted->context, &session, error) &&
           permitted->work(permitted->context, &session, permitted->data, error);
}

/* A server that does not run is said in the words of the other commands. */
static bool can_connect(dk_context *context, dk_error *error) {
    MIGRATE_AUTO_SESSION migrate_session session = {0};
    return migrate_session_open_live(context, &session, error);
}

bool migrate_permitted(dk_context *context, const char *confirmed, migrate_work *work, const void *data,
                       dk_error *error) {
    permitted_work permitted = {context, work, data};
    if (!dk_guard(context, "migrate", confirmed, error) || !can_connect(context, error))
        return false;
    const dk_engine_interface *engine =
        dk_interface_find(context, "engine", "template", DK_ENGINE_VERSION, error);
    return engine && engine->exclusively(context, "migrate", run, &permitted, error);
}
