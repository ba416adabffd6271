/* `devkit protect` and `unprotect`: the marker that travels with the database. */
#include "guard.h"

static bool mark(dk_context *context, bool protected_, dk_error *error) {
    const dk_engine_interface *engine =
        dk_interface_find(context, "engine", "template", DK_ENGINE_VERSION, error);
    if (!engine || !engine->protect(context, protected_, error))
        return false;
    const dk_database *database = dk_database_get(context, error);
    dk_json_set_string(dk_result(context), "database", database->url->database);
    dk_json_set_bool(dk_result(context), "protected", protected_);
    dk_print(context,
             protected_ ? "%s is protected: devkit will not reset, seed or destroy it.\n"
                        : "%s is no longer protected.\n",
             database->url->database);
    return true;
}

bool guard_protect_run(dk_context *context, const void *values, dk_error *error) {
    (void)values;
    return mark(context, true, error);
}

bool guard_unprotect_run(dk_context *context, const void *values, dk_error *error) {
    (void)values;
    return mark(context, false, error);
}
