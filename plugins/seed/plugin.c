/* The plugin "seed": its layer, and the command that loads the demo data alone. */
#include "seed.h"

typedef struct seed_values {
    const char *confirm;
} seed_values;

static bool seed_run(dk_context *context, const void *values, dk_error *error) {
    const seed_values *given = values;
    if (!dk_guard(context, "seed", given->confirm, error) || !dk_database_require(context, error))
        return false;
    const dk_engine_interface *engine =
        dk_interface_find(context, "engine", "template", DK_ENGINE_VERSION, error);
    int64_t started = dk_now_ms();
    if (!engine || !dk_event(context, "pre-seed", NULL, error))
        return false;
    if (!engine->apply_live(context, "seed", error)) {
        if (dk_error_is(error, "not-listening"))
            dk_error_hint(error, "`devkit up` starts it");
        return false;
    }
    int64_t duration_ms = dk_now_ms() - started;
    char time[DK_FORMATTED];
    dk_format_duration(duration_ms, time);
    dk_json_set_int(dk_result(context), "duration_ms", duration_ms);
    dk_print(context, "seeded in %s\n", time);
    return dk_event(context, "post-seed", NULL, error);
}

static const dk_option options[] = {
    {.long_name = "confirm",
     .type = DK_VALUE_TEXT,
     .offset = offsetof(seed_values, confirm),
     .metavar = "NAME",
     .help = "The database's name, where a guard asks for it"},
};
static const dk_exit_status statuses[] = {{3, "refused by a guard"}};
static const dk_example examples[] = {{"devkit seed", "add the demo data to the live database"}};

static const dk_command commands[] = {
    {.name = "seed",
     .summary = "Load the demo data alone",
     .description =
         "Loads [seed] files, then runs [seed] command, on the live database as it is. Each file is one "
         "transaction; CSV files go into the table of their name. `devkit reset` does the same in a new "
         "database.",
     .group = "Database",
     DK_OPTIONS(options),
     DK_EXAMPLES(examples),
     DK_EXIT_STATUSES(statuses),
     .values_size = sizeof(seed_values),
     .run = seed_run},
};

static const dk_interface *const interfaces[] = {&seed_layer.head};

static const dk_plugin descriptor = {
    DK_PLUGIN_HEAD,
    .name = "seed",
    .version = DEVKIT_VERSION,
    .summary = "Demo data from SQL and CSV files and a command",
    .commands = commands,
    .command_count = DK_COUNT(commands),
    .interfaces = interfaces,
    .interface_count = DK_COUNT(interfaces),
};

DK_PLUGIN(seed, &descriptor)
