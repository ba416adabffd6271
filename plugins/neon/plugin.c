/* Plugin neon: Neon's branches, directly. */
#include "neon.h"

#define PROJECT(values)                                                                                      \
    {                                                                                                        \
        .long_name = "project", .type = DK_VALUE_TEXT, .offset = offsetof(values, project), .metavar = "ID", \
        .config_key = "neon.project_id",                                                                     \
        .help = "The Neon project; without it the one that has the host of DATABASE_URL"                     \
    }
#define TIMEOUT(values)                                                                                      \
    {                                                                                                        \
        .long_name = "timeout", .type = DK_VALUE_DURATION, .offset = offsetof(values, timeout),              \
        .metavar = "SECONDS", .default_text = "300", .help = "How long to wait for Neon to finish"           \
    }
#define BRANCH(values, is_optional, text)                                                                    \
    {                                                                                                        \
        .metavar = "BRANCH", .type = DK_VALUE_TEXT, .offset = offsetof(values, branch),                      \
        .optional = (is_optional), .help = (text)                                                            \
    }

static const dk_option branches_options[] = {
    {.long_name = "mine",
     .type = DK_VALUE_FLAG,
     .offset = offsetof(neon_branches_values, mine),
     .help = "Only branches that devkit made as snapshots"},
    PROJECT(neon_branches_values),
};
static const dk_argument create_arguments[] = {
    {.metavar = "NAME",
     .type = DK_VALUE_TEXT,
     .offset = offsetof(neon_create_values, name),
     .optional = true,
     .help = "The branch's name; without it devkit, the time and some random letters"},
};
static const dk_option create_options[] = {
    {.long_name = "parent",
     .type = DK_VALUE_TEXT,
     .offset = offsetof(neon_create_values, parent),
     .metavar = "BRANCH",
     .help = "Name or id of the branch to copy; without it the database's own, else the default branch"},
    {.long_name = "no-compute",
     .type = DK_VALUE_FLAG,
     .offset = offsetof(neon_create_values, no_compute),
     .help = "Without an endpoint: nobody can connect to it, and it costs no computing time"},
    {.long_name = "schema-only",
     .type = DK_VALUE_FLAG,
     .offset = offsetof(neon_create_values, schema_only),
     .help = "Without the rows; such a branch has no parent, so it is no backup"},
    {.long_name = "expires",
     .type = DK_VALUE_DURATION,
     .offset = offsetof(neon_create_values, expires),
     .metavar = "TIME",
     .help = "Neon deletes it after this time (7d; at most 30d)"},
    PROJECT(neon_create_values),
    TIMEOUT(neon_create_values),
};
static const dk_argument delete_arguments[] = {BRANCH(neon_delete_values, false, "Name or id of the branch")};
static const dk_option delete_options[] = {
    {.long_name = "confirm",
     .type = DK_VALUE_TEXT,
     .offset = offsetof(neon_delete_values, confirm),
     .metavar = "NAME",
     .help = "The branch's name, instead of typing it"},
    PROJECT(neon_delete_values),
    TIMEOUT(neon_delete_values),
};
static const dk_argument promote_arguments[] = {
    BRANCH(neon_promote_values, false, "Name or id of the branch")};
static const dk_option promote_options[] = {PROJECT(neon_promote_values), TIMEOUT(neon_promote_values)};
static const dk_argument url_arguments[] = {
    BRANCH(neon_url_values, true, "Name or id of a branch; without it the application's own URL")};
static const dk_option url_options[] = {
    {.long_name = "direct",
     .type = DK_VALUE_FLAG,
     .offset = offsetof(neon_url_values, direct),
     .help = "Past the pooler: for migrations, dumps, locks, LISTEN"},
    {.long_name = "pooled",
     .type = DK_VALUE_FLAG,
     .offset = offsetof(neon_url_values, pooled),
     .help = "Through the pooler"},
    {.long_name = "database",
     .type = DK_VALUE_TEXT,
     .offset = offsetof(neon_url_values, database),
     .metavar = "NAME",
     .help = "Another database of the branch than the application's"},
    {.long_name = "role",
     .type = DK_VALUE_TEXT,
     .offset = offsetof(neon_url_values, role),
     .metavar = "NAME",
     .help = "Another role"},
    {.long_name = "reveal",
     .type = DK_VALUE_FLAG,
     .offset = offsetof(neon_url_values, reveal),
     .help = "Show the password on a terminal too"},
    PROJECT(neon_url_values),
};
static const dk_argument diff_arguments[] = {
    BRANCH(neon_diff_values, true, "Name or id of a branch; without it the one the database is on")};
static const dk_option diff_options[] = {
    {.long_name = "base",
     .type = DK_VALUE_TEXT,
     .offset = offsetof(neon_diff_values, base),
     .metavar = "BRANCH",
     .help = "What to compare it with; without it its parent"},
    {.long_name = "database",
     .type = DK_VALUE_TEXT,
     .offset = offsetof(neon_diff_values, database),
     .metavar = "NAME",
     .help = "Another database of the branch than the application's"},
    PROJECT(neon_diff_values),
};
static const dk_option operations_options[] = {
    {.long_name = "limit",
     .short_name = 'n',
     .type = DK_VALUE_INTEGER,
     .offset = offsetof(neon_operations_values, limit),
     .metavar = "N",
     .default_text = "20",
     .help = "How many of the newest to show"},
    {.long_name = "wait",
     .type = DK_VALUE_FLAG,
     .offset = offsetof(neon_operations_values, wait),
     .help = "Wait until none of them runs any more"},
    PROJECT(neon_operations_values),
    TIMEOUT(neon_operations_values),
};

static const dk_example branches_examples[] = {{"devkit neon branches", "all branches, with their parents"}};
static const dk_example create_examples[] = {
    {"devkit neon create try-plans", "a copy of the database's branch, with an address of its own"},
    {"devkit neon create nightly --no-compute --expires 7d", "a copy to go back to, gone in a week"},
};
static const dk_example delete_examples[] = {{"devkit neon delete try-plans", "asks before it does"}};
static const dk_example promote_examples[] = {
    {"devkit neon promote try-plans", "the default branch, and the host in .env"}};
static const dk_example url_examples[] = {
    {"devkit neon url --direct", "the application's URL without the pooler"},
    {"psql \"$(devkit neon url try-plans)\"", "another branch, for a program"},
};
static const dk_example diff_examples[] = {
    {"devkit neon diff", "what the database's branch changed since it left its parent"},
    {"devkit neon diff try-plans --base main", "two branches by name"},
};
static const dk_example operations_examples[] = {{"devkit neon operations --wait", "until Neon is done"}};
static const dk_exit_status refused[] = {
    {3, "it is protected or has children, the question was declined, or the key may not do that"}};

#define KEY                                                                                                  \
    "\n\nThe API key comes from the environment (NEON_API_KEY, or what [neon] api_key_env names) or from\n"  \
    "devkit/neon-api-key in $XDG_CONFIG_HOME, never from a file of the project."

#define COMMAND(word, text)                                                                                  \
    .name = "neon " #word, .summary = (text), .group = "Database", .options = word##_options,                \
    .option_count = DK_COUNT(word##_options), .examples = word##_examples,                                   \
    .example_count = DK_COUNT(word##_examples), .values_size = sizeof(neon_##word##_values),                 \
    .run = neon_##word##_run
#define ARGUMENTS(word) .arguments = word##_arguments, .argument_count = DK_COUNT(word##_arguments)
#define REFUSED .exit_statuses = refused, .exit_status_count = DK_COUNT(refused)

static const dk_command commands[] = {
    {COMMAND(branches, "List the branches of the Neon project"),
     .description = "The project is found by the host of DATABASE_URL, unless it is named." KEY},
    {COMMAND(create, "Create a Neon branch"), ARGUMENTS(create), REFUSED,
     .description =
         "A copy of another branch's databases as they are now, made in seconds whatever their size.\n"
         "Waits until Neon is done. An answer that gets lost on the way does not make a second branch." KEY},
    {COMMAND(delete, "Delete a Neon branch with its databases"), ARGUMENTS(delete), REFUSED,
     .description = "Never the default branch, a protected one, or one from which others were made. For the\n"
                    "branch that DATABASE_URL leads to, its name has to be typed." KEY},
    {COMMAND(promote, "Make a Neon branch the default, and .env lead to it"), ARGUMENTS(promote), REFUSED,
     .description =
         "Where DATABASE_URL leads to this project, its host in .env becomes the branch's, pooled if it was\n"
         "pooled; nothing else of the file changes, and it is kept as it was in .devkit/saved. A branch\n"
         "without a compute gets one." KEY},
    {COMMAND(url, "Print the URL of a Neon branch"), ARGUMENTS(url),
     .description =
         "--direct and --pooled change the first label of the host and nothing else. The application's own\n"
         "URL needs no API key. On a terminal the password is shown as ***, unless --reveal." KEY},
    {COMMAND(diff, "Compare the schemas of two Neon branches"), ARGUMENTS(diff),
     .description = "As Neon sees them: lines that the base lacks begin with +." KEY},
    {COMMAND(operations, "Show what Neon is doing or did"),
     .description = "Every change at Neon is a number of operations, one after the other." KEY},
};

static const dk_snapshot_interface store = {
    .head = DK_INTERFACE("snapshot", "neon", DK_SNAPSHOT_VERSION, dk_snapshot_interface),
    .flags = DK_SNAPSHOT_DURABLE | DK_SNAPSHOT_NO_SERVER,
    .fits = neon_store_fits,
    .save = neon_store_save,
    .list = neon_store_list,
    .restore = neon_store_restore,
    .remove = neon_store_remove,
};
static const dk_interface *const interfaces[] = {&store.head};

static const dk_plugin plugin = {
    DK_PLUGIN_HEAD,
    .name = "neon",
    .version = DEVKIT_VERSION,
    .summary = "Neon: its branches, their addresses, and what it is doing",
    .commands = commands,
    .command_count = DK_COUNT(commands),
    .interfaces = interfaces,
    .interface_count = DK_COUNT(interfaces),
};

DK_PLUGIN(neon, &plugin)
