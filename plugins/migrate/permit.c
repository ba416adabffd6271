/* May the live database be touched, by commands that don't go through the engine? */
#include "migrate.h"

static bool refuse_marked(dk_context *context, dk_error *error) {
    const dk_engine_interface *engine =
        dk_interface_find(context, "engine", "template", DK_ENGINE_VERSION, error);
    bool marked = false;
    if (!engine || !engine->is_protected(context, &marked, error))
        return false;
    if (!marked)
        return true;
    dk_fail(error, DK_ERROR_REFUSED, "protected", "the database is protected: migrate must not touch it");
    dk_error_detail(error, "its comment carries devkit's marker");
    return dk_error_hint(error, "if that is no longer so: `devkit unprotect`");
}

bool migrate_session_open_permitted(dk_context *context, const char *confirmed, migrate_session *session,
                                    dk_error *error) {
    *session = (migrate_session){0};
    return dk_guard(context, "migrate", confirmed, error) &&
           migrate_session_open_live(context, session, error) && refuse_marked(context, error);
}
