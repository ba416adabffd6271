/* The commands around the engine. */
#include "reset.h"

#define CONFIRM(values)                                                                                      \
    {                                                                                                        \
        .long_name = "confirm", .type = DK_VALUE_TEXT, .offset = offsetof(values, confirm),                  \
        .metavar = "NAME",                                                                                   \
        .help = "The database's name, where the environment allows touching it although it is not this "     \
                "machine's"                                                                                  \
    }

static const dk_option reset_options[] = {
    {.long_name = "fresh",
     .type = DK_VALUE_FLAG,
     .offset = offsetof(reset_values, fresh),
     .help = "Build every layer again, whatever templates there are"},
    {.long_name = "no-seed",
     .type = DK_VALUE_FLAG,
     .offset = offsetof(reset_values, no_seed),
     .help = "Leave out the demo data"},
    {.long_name = "no-wait",
     .type = DK_VALUE_FLAG,
     .offset = offsetof(reset_values, no_wait),
     .help = "Fail at once when another devkit is at work on this database"},
    {.long_name = "force",
     .type = DK_VALUE_FLAG,
     .offset = offsetof(reset_values, force),
     .help = "Go on although replication slots or subscriptions follow the old database"},
    CONFIRM(reset_values),
};
static const dk_option undo_options[] = {
    {.long_name = "no-wait",
     .type = DK_VALUE_FLAG,
     .offset = offsetof(undo_values, no_wait),
     .help = "Fail at once when another devkit is at work on this database"},
    {.long_name = "force",
     .type = DK_VALUE_FLAG,
     .offset = offsetof(undo_values, force),
     .help = "Go on although replication slots or subscriptions follow the database"},
    CONFIRM(undo_values),
};
static const dk_option gc_options[] = {
    {.long_name = "all",
     .type = DK_VALUE_FLAG,
     .offset = offsetof(gc_values, all),
     .help = "Drop everything devkit keeps, the undo databases too"},
    {.long_name = "dry-run",
     .type = DK_VALUE_FLAG,
     .offset = offsetof(gc_values, dry_run),
     .help = "Only say what would go"},
    {.long_name = "wait",
     .type = DK_VALUE_FLAG,
     .offset = offsetof(gc_values, wait),
     .help = "Do the background work now and wait for it: fill the spare, drop what is doomed"},
    CONFIRM(gc_values),
};
static const dk_argument maintain_arguments[] = {
    {.metavar = "LAYER",
     .type = DK_VALUE_LIST,
     .offset = offsetof(maintain_values, layers),
     .optional = true,
     .help = "Layers of the recipe whose spare is filled"},
};

static const dk_example reset_examples[] = {
    {"devkit reset", "the database the code expects, from the copy kept ready if there is one"},
    {"devkit reset --fresh", "built from nothing, layer by layer"},
    {"devkit reset --no-seed", "the schema alone"},
};
static const dk_example undo_examples[] = {{"devkit undo", "the database before the last reset, back"}};
static const dk_example gc_examples[] = {
    {"devkit gc", "sweep leftovers and list what is kept"},
    {"devkit gc --all", "drop everything but the live database"},
};
static const dk_exit_status guarded[] = {{3, "refused: protected, not this machine's, or not confirmed"}};

static const dk_command commands[] = {
    {.name = "reset",
     .summary = "Make the database the one the code expects",
     .description = "Builds the layers of [reset] layers in a database of their own, keeps each result as a "
                    "template on the server, and swaps the finished database in with two renames. What was "
                    "built before is not built again. The previous database is kept for `devkit undo`.",
     .group = "Database",
     DK_OPTIONS(reset_options),
     DK_EXAMPLES(reset_examples),
     DK_EXIT_STATUSES(guarded),
     .values_size = sizeof(reset_values),
     .run = reset_run},
    {.name = "undo",
     .summary = "Bring the previous database back",
     .description = "Swaps the database kept by the last reset with the live one. Undo undoes itself.",
     .group = "Database",
     DK_OPTIONS(undo_options),
     DK_EXAMPLES(undo_examples),
     DK_EXIT_STATUSES(guarded),
     .values_size = sizeof(undo_values),
     .run = reset_undo_run},
    {.name = "gc",
     .summary = "Show and sweep what devkit keeps on the server",
     .description = "Drops leftovers of runs that were killed and what is beyond the limits of [reset] "
                    "templates, undo and max_size, then lists what is kept.",
     .group = "Database",
     DK_OPTIONS(gc_options),
     DK_EXAMPLES(gc_examples),
     DK_EXIT_STATUSES(guarded),
     .values_size = sizeof(gc_values),
     .run = reset_gc_run},
    {.name = "maintain",
     .summary = "The background work after a reset",
     .group = "Database",
     DK_ARGUMENTS(maintain_arguments),
     .values_size = sizeof(maintain_values),
     .flags = DK_COMMAND_HIDDEN,
     .run = reset_maintain_run},
};

static const dk_plugin plugin = {
    DK_PLUGIN_HEAD,
    .name = "reset",
    .version = DEVKIT_VERSION,
    .summary = "reset, undo and gc",
    .commands = commands,
    .command_count = DK_COUNT(commands),
};

DK_PLUGIN(reset, &plugin)
