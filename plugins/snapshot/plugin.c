/* The commands around snapshots. */
#include "snapshot.h"

static const char *const kinds[] = {"auto", "clone", "dump", "neon", NULL};
static const char *const purposes[] = {SNAPSHOT_BEFORE_MIGRATE, SNAPSHOT_BACKUP, SNAPSHOT_MANUAL, NULL};

#define KIND(values, text)                                                                                   \
    {                                                                                                        \
        .long_name = "kind", .type = DK_VALUE_TEXT, .offset = offsetof(values, kind), .metavar = "KIND",     \
        .choices = kinds, .default_text = "auto", .help = (text)                                             \
    }

static const dk_argument save_arguments[] = {
    {.metavar = "NAME",
     .type = DK_VALUE_TEXT,
     .offset = offsetof(snapshot_save_values, name),
     .optional = true,
     .help = "Any text; by default the time and four random characters"},
};
static const dk_option save_options[] = {
    KIND(snapshot_save_values, "Where it is kept; auto takes the quickest that fits"),
    {.long_name = "note",
     .type = DK_VALUE_TEXT,
     .offset = offsetof(snapshot_save_values, note),
     .metavar = "TEXT",
     .help = "A line for the list"},
    {.long_name = "schema-only",
     .type = DK_VALUE_FLAG,
     .offset = offsetof(snapshot_save_values, schema_only),
     .help = "Without rows (dump)"},
    {.long_name = "data-only",
     .type = DK_VALUE_FLAG,
     .offset = offsetof(snapshot_save_values, data_only),
     .help = "Rows without their tables (dump; can't be restored by itself)"},
    {.long_name = "table",
     .type = DK_VALUE_LIST,
     .offset = offsetof(snapshot_save_values, tables),
     .metavar = "PATTERN",
     .help = "Only these tables (dump; can't be restored by itself)"},
    {.long_name = "exclude-table-data",
     .type = DK_VALUE_LIST,
     .offset = offsetof(snapshot_save_values, exclude_table_data),
     .metavar = "PATTERN",
     .help = "Leave out the rows of these tables (dump)"},
};
static const dk_example save_examples[] = {
    {"devkit snapshot save", "the quickest kind, named by the time"},
    {"devkit snapshot save before-refactoring --note \"all green\"", "with a name and a note"},
    {"devkit snapshot save --kind dump --exclude-table-data 'log_*'",
     "a file, without the rows of some tables"},
};

static const dk_option list_options[] = {KIND(snapshot_list_values, "Only this kind")};
static const dk_example list_examples[] = {{"devkit snapshot list", "all snapshots, newest first"}};

static const dk_argument restore_arguments[] = {
    {.metavar = "NAME",
     .type = DK_VALUE_TEXT,
     .offset = offsetof(snapshot_restore_values, name),
     .help = "Name of the snapshot"},
};
static const dk_option restore_options[] = {
    KIND(snapshot_restore_values, "Which one, where several kinds have the name"),
    {.long_name = "jobs",
     .short_name = 'j',
     .type = DK_VALUE_INTEGER,
     .offset = offsetof(snapshot_restore_values, jobs),
     .metavar = "N",
     .help = "Connections that restore a dump at a time; by default one a processor"},
    {.long_name = "no-owner",
     .type = DK_VALUE_FLAG,
     .offset = offsetof(snapshot_restore_values, no_owner),
     .help = "Everything in a dump becomes the application's role's; grants are left out"},
    {.long_name = "no-wait",
     .type = DK_VALUE_FLAG,
     .offset = offsetof(snapshot_restore_values, no_wait),
     .help = "Fail at once when another devkit is at work on this database"},
    {.long_name = "force",
     .type = DK_VALUE_FLAG,
     .offset = offsetof(snapshot_restore_values, force),
     .help = "Go on although replication slots or subscriptions follow the old database, or the dump is of a "
             "newer PostgreSQL"},
    {.long_name = "confirm",
     .type = DK_VALUE_TEXT,
     .offset = offsetof(snapshot_restore_values, confirm),
     .metavar = "NAME",
     .help =
         "The database's name, where the environment allows touching it although it is not this machine's"},
};
static const dk_example restore_examples[] = {
    {"devkit snapshot restore before-refactoring", "the database as it was then; `devkit undo` goes back"},
};

static const dk_argument remove_arguments[] = {
    {.metavar = "NAME",
     .type = DK_VALUE_LIST,
     .offset = offsetof(snapshot_remove_values, names),
     .help = "Names of snapshots"},
};
static const dk_option remove_options[] = {
    KIND(snapshot_remove_values, "Which one, where several kinds have the name")};
static const dk_example remove_examples[] = {{"devkit snapshot rm before-refactoring", "away with it"}};

static const dk_argument verify_arguments[] = {
    {.metavar = "NAME",
     .type = DK_VALUE_LIST,
     .offset = offsetof(snapshot_verify_values, names),
     .optional = true,
     .help = "Names of snapshots; by default all"},
};
static const dk_option verify_options[] = {KIND(snapshot_verify_values, "Only this kind")};
static const dk_example verify_examples[] = {
    {"devkit snapshot verify", "look at every byte of every archive"}};
static const dk_exit_status verify_statuses[] = {{4, "a snapshot is damaged"}};

static const dk_option prune_options[] = {
    {.long_name = "keep",
     .type = DK_VALUE_INTEGER,
     .offset = offsetof(snapshot_prune_values, keep),
     .metavar = "N",
     .config_key = "snapshot.keep",
     .help = "How many stay, the newest"},
    {.long_name = "purpose",
     .type = DK_VALUE_TEXT,
     .offset = offsetof(snapshot_prune_values, purpose),
     .metavar = "PURPOSE",
     .choices = purposes,
     .default_text = SNAPSHOT_BEFORE_MIGRATE,
     .help = "What they were made for: by migrate, by backup, or by hand"},
    KIND(snapshot_prune_values, "Only this kind"),
    {.long_name = "dry-run",
     .type = DK_VALUE_FLAG,
     .offset = offsetof(snapshot_prune_values, dry_run),
     .help = "Only say what would go"},
};
static const dk_example prune_examples[] = {
    {"devkit snapshot prune", "older snapshots that migrate made, and what killed runs left"},
    {"devkit snapshot prune --purpose backup --keep 3", "all backups but the three newest"},
};

static const dk_argument backup_arguments[] = {
    {.metavar = "NAME",
     .type = DK_VALUE_TEXT,
     .offset = offsetof(snapshot_backup_values, name),
     .optional = true,
     .help = "Any text; by default backup-before-migration- and the day"},
};
static const dk_option backup_options[] = {
    {.long_name = "note",
     .type = DK_VALUE_TEXT,
     .offset = offsetof(snapshot_backup_values, note),
     .metavar = "TEXT",
     .help = "A line for the list"},
    {.long_name = "keep",
     .type = DK_VALUE_INTEGER,
     .offset = offsetof(snapshot_backup_values, keep),
     .metavar = "N",
     .help = "Then remove all backups but the N newest"},
};
static const dk_example backup_examples[] = {
    {"devkit backup", "a durable copy before you migrate"},
    {"devkit backup --keep 5", "and away with those older than the five newest"},
};
static const dk_exit_status guarded[] = {{3, "refused: protected, not this machine's, or not confirmed"}};

#define COMMAND(word, text, values, function)                                                                \
    .name = (word), .summary = (text), .group = "Database", .values_size = sizeof(values), .run = (function)

static const dk_command commands[] = {
    {COMMAND("snapshot save", "Save the database under a name", snapshot_save_values, snapshot_save_run),
     .description =
         "A clone is a copy on the same server, back in a moment; a dump is a checksummed file; neon is a "
         "branch. Without --kind the quickest that fits is taken.",
     .arguments = save_arguments, .argument_count = DK_COUNT(save_arguments), .options = save_options,
     .option_count = DK_COUNT(save_options), .examples = save_examples,
     .example_count = DK_COUNT(save_examples)},
    {COMMAND("snapshot list", "Show the snapshots there are", snapshot_list_values, snapshot_list_run),
     .options = list_options, .option_count = DK_COUNT(list_options), .examples = list_examples,
     .example_count = DK_COUNT(list_examples)},
    {COMMAND("snapshot restore", "Make the database what it was", snapshot_restore_values,
             snapshot_restore_run),
     .description =
         "The snapshot is restored into a database aside and swapped in; one that fails changes nothing. "
         "The state before is kept for `devkit undo`.",
     .arguments = restore_arguments, .argument_count = DK_COUNT(restore_arguments),
     .options = restore_options, .option_count = DK_COUNT(restore_options), .examples = restore_examples,
     .example_count = DK_COUNT(restore_examples), .exit_statuses = guarded,
     .exit_status_count = DK_COUNT(guarded)},
    {COMMAND("snapshot rm", "Remove snapshots", snapshot_remove_values, snapshot_remove_run),
     .arguments = remove_arguments, .argument_count = DK_COUNT(remove_arguments), .options = remove_options,
     .option_count = DK_COUNT(remove_options), .examples = remove_examples,
     .example_count = DK_COUNT(remove_examples)},
    {COMMAND("snapshot verify", "Look at every byte of snapshots", snapshot_verify_values,
             snapshot_verify_run),
     .arguments = verify_arguments, .argument_count = DK_COUNT(verify_arguments), .options = verify_options,
     .option_count = DK_COUNT(verify_options), .examples = verify_examples,
     .example_count = DK_COUNT(verify_examples), .exit_statuses = verify_statuses,
     .exit_status_count = DK_COUNT(verify_statuses)},
    {COMMAND("snapshot prune", "Remove old snapshots and leftovers", snapshot_prune_values,
             snapshot_prune_run),
     .options = prune_options, .option_count = DK_COUNT(prune_options), .examples = prune_examples,
     .example_count = DK_COUNT(prune_examples)},
    {COMMAND("backup", "Save the database in a durable place", snapshot_backup_values, snapshot_backup_run),
     .description =
         "A snapshot that outlives the server: a dump, or a branch where the database is on Neon. Never a "
         "clone.",
     .arguments = backup_arguments, .argument_count = DK_COUNT(backup_arguments), .options = backup_options,
     .option_count = DK_COUNT(backup_options), .examples = backup_examples,
     .example_count = DK_COUNT(backup_examples)},
};

static const dk_plugin plugin = {
    DK_PLUGIN_HEAD,
    .name = "snapshot",
    .version = DEVKIT_VERSION,
    .summary = "named copies of the database, whatever keeps them",
    .commands = commands,
    .command_count = DK_COUNT(commands),
};

DK_PLUGIN(snapshot, &plugin)
