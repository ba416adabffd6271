/* The plugin "migrate": its commands as data, its layer and its history. */
#include "migrate.h"

#define VALUE(field) offsetof(migrate_values, field)
#define CONFIRM                                                                                              \
    {                                                                                                        \
        .long_name = "confirm", .type = DK_VALUE_TEXT, .offset = VALUE(confirm), .metavar = "NAME",          \
        .help = "The database's name, where a guard asks for it"                                             \
    }

static const dk_option migrate_options[] = {
    {.long_name = "check",
     .type = DK_VALUE_FLAG,
     .offset = VALUE(check),
     .help = "Apply nothing; exit with 4 when migrations are pending"},
    {.long_name = "dry-run",
     .short_name = 'n',
     .type = DK_VALUE_FLAG,
     .offset = VALUE(dry_run),
     .help = "Apply nothing; list what is pending"},
    CONFIRM,
};
static const dk_option confirm_option[] = {CONFIRM};
static const dk_argument new_arguments[] = {
    {.metavar = "NAME",
     .type = DK_VALUE_TEXT,
     .offset = VALUE(name),
     .help = "What the migration does: add_user_email"},
};
static const dk_argument down_arguments[] = {
    {.metavar = "N",
     .type = DK_VALUE_INTEGER,
     .offset = VALUE(count),
     .optional = true,
     .help = "How many to take back; 1 without"},
};
static const dk_argument stamp_arguments[] = {
    {.metavar = "NAME",
     .type = DK_VALUE_TEXT,
     .offset = VALUE(name),
     .optional = true,
     .help = "The last migration to mark; all of them without"},
};

static const dk_example migrate_examples[] = {
    {"devkit migrate", "apply what is pending"},
    {"devkit migrate --check", "is something pending? exit status 4 when it is"},
};
static const dk_example new_examples[] = {
    {"devkit migrate new add_user_email", "the next file in the folder, numbered as the others are"},
};
static const dk_exit_status migrate_statuses[] = {
    {3, "refused by a guard"},
    {4, "--check: migrations are pending or were edited, or the database can't be reached"},
};
static const dk_exit_status guarded_statuses[] = {{3, "refused by a guard"}};

static const char migrate_description[] = "Brings the live database to the newest migration: SQL files (tool "
                                          "= \"sql\"), or whatever the project's own "
                                          "tool does ([migrate] command). Each SQL file is one transaction, "
                                          "and is recorded in it with its checksum.";

static const dk_command commands[] = {
    {.name = "migrate",
     .summary = "Apply pending migrations",
     .description = migrate_description,
     .group = "Database",
     DK_OPTIONS(migrate_options),
     DK_EXAMPLES(migrate_examples),
     DK_EXIT_STATUSES(migrate_statuses),
     .values_size = sizeof(migrate_values),
     .run = migrate_run},
    {.name = "migrate status",
     .summary = "Show every migration and whether it is applied",
     .group = "Database",
     .values_size = sizeof(migrate_values),
     .run = migrate_status_run},
    {.name = "migrate new",
     .summary = "Make the next migration's file",
     .group = "Database",
     DK_ARGUMENTS(new_arguments),
     DK_EXAMPLES(new_examples),
     .values_size = sizeof(migrate_values),
     .run = migrate_new_run},
    {.name = "migrate down",
     .summary = "Take the last applied migrations back",
     .group = "Database",
     DK_ARGUMENTS(down_arguments),
     DK_OPTIONS(confirm_option),
     DK_EXIT_STATUSES(guarded_statuses),
     .values_size = sizeof(migrate_values),
     .run = migrate_down_run},
    {.name = "migrate stamp",
     .summary = "Mark migrations as applied without running them",
     .group = "Database",
     DK_ARGUMENTS(stamp_arguments),
     DK_OPTIONS(confirm_option),
     DK_EXIT_STATUSES(guarded_statuses),
     .values_size = sizeof(migrate_values),
     .run = migrate_stamp_run},
};

static const dk_interface *const interfaces[] = {&migrate_layer.head, &migrate_sql_history.head};

static const dk_plugin descriptor = {
    DK_PLUGIN_HEAD,
    .name = "migrate",
    .version = DEVKIT_VERSION,
    .summary = "Migrations: SQL files, or the project's own tool",
    .commands = commands,
    .command_count = DK_COUNT(commands),
    .interfaces = interfaces,
    .interface_count = DK_COUNT(interfaces),
};

DK_PLUGIN(migrate, &descriptor)
