/* Plugin server: its command table. */
#include "server.h"

static const dk_option up_options[] = {
    {.long_name = "timeout",
     .type = DK_VALUE_DURATION,
     .offset = offsetof(server_up_values, timeout),
     .metavar = "SECONDS",
     .default_text = "60",
     .help = "How long to wait until the server is ready"},
    {.long_name = "port",
     .type = DK_VALUE_TEXT,
     .offset = offsetof(server_up_values, port),
     .metavar = "PORT",
     .help = "Move there, and change the URL; auto: to a free port, when its own is taken"},
};
static const dk_option wait_options[] = {
    {.long_name = "timeout",
     .type = DK_VALUE_DURATION,
     .offset = offsetof(server_wait_values, timeout),
     .metavar = "SECONDS",
     .default_text = "60",
     .help = "Give up after this long"},
};
static const dk_option logs_options[] = {
    {.long_name = "follow",
     .short_name = 'f',
     .type = DK_VALUE_FLAG,
     .offset = offsetof(server_logs_values, follow),
     .help = "Go on showing what is written, until Ctrl-C"},
    {.long_name = "lines",
     .short_name = 'n',
     .type = DK_VALUE_INTEGER,
     .offset = offsetof(server_logs_values, lines),
     .metavar = "N",
     .default_text = "50",
     .help = "How many of the last lines to show; -1 for all"},
};
static const dk_option destroy_options[] = {
    {.long_name = "confirm",
     .type = DK_VALUE_TEXT,
     .offset = offsetof(server_destroy_values, confirm),
     .metavar = "NAME",
     .help = "The database's name, instead of typing it"},
};
static const dk_argument logs_arguments[] = {
    {.metavar = "SERVICE",
     .type = DK_VALUE_TEXT,
     .offset = offsetof(server_logs_values, service),
     .optional = true,
     .help = "Another service of the project's compose file"},
};
static const char *const url_formats[] = {"libpq", "sqlalchemy", "asyncpg", "jdbc", NULL};
static const dk_option url_options[] = {
    {.long_name = "format",
     .type = DK_VALUE_TEXT,
     .offset = offsetof(server_url_values, format),
     .metavar = "DIALECT",
     .choices = url_formats,
     .help = "Translate it to this dialect; as written without"},
    {.long_name = "direct",
     .type = DK_VALUE_FLAG,
     .offset = offsetof(server_url_values, direct),
     .help = "The endpoint without a pooler"},
    {.long_name = "pooled",
     .type = DK_VALUE_FLAG,
     .offset = offsetof(server_url_values, pooled),
     .help = "The endpoint with a pooler"},
    {.long_name = "reveal",
     .type = DK_VALUE_FLAG,
     .offset = offsetof(server_url_values, reveal),
     .help = "Show the password on a terminal too"},
};
static const dk_argument psql_arguments[] = {
    {.metavar = "ARGUMENT",
     .type = DK_VALUE_LIST,
     .offset = offsetof(server_words_values, words),
     .optional = true,
     .help = "Passed on to psql"},
};
static const dk_argument run_arguments[] = {
    {.metavar = "COMMAND",
     .type = DK_VALUE_LIST,
     .offset = offsetof(server_words_values, words),
     .help = "The program and its arguments"},
};

static const dk_example up_examples[] = {
    {"devkit up", "makes the address, role, password and database of DATABASE_URL true"},
    {"devkit up --port auto", "another port in .env when the one there is taken"},
    {"devkit up --timeout 300", "waits longer, for a server that recovers from a crash"},
};
static const dk_example wait_examples[] = {{"devkit wait --timeout 30", "for CI, before the tests"}};
static const dk_example logs_examples[] = {
    {"devkit logs -f -n 20", "the last 20 lines, and what comes"},
    {"devkit logs backend", "what another service of the compose file wrote"},
};
static const dk_example url_examples[] = {
    {"devkit url --format jdbc", "the same database for a Java tool"},
    {"pg_dump \"$(devkit url --format libpq)\"", "hands it to another program"},
};
static const dk_example psql_examples[] = {
    {"devkit psql", "a session on the project's database"},
    {"devkit psql -c 'SELECT count(*) FROM task'", "one statement"},
};
static const dk_example run_examples[] = {
    {"devkit run -- python manage.py shell", "with DATABASE_URL and PGHOST, PGPASSWORD … set"}};
static const dk_example destroy_examples[] = {{"devkit destroy --confirm app", "without a question"}};

static const dk_exit_status status_exits[] = {{4, "the server is not ready, or its database can't be used"}};
static const dk_exit_status destroy_exits[] = {{3, "a guard refused, or the name was not confirmed"}};
static const dk_exit_status run_exits[] = {{0, "it was done; otherwise the program's own exit status"}};

const dk_command server_commands[] = {
    {.name = "up",
     .summary = "Start the database server, as the URL names it",
     .description =
         "Makes true what the application's URL says: a server at that address, that role with that\n"
         "password, that database. What is true already is left alone. Without a URL the project gets a\n"
         "server of its own at a free port that stays the same for this folder.\n\n"
         "Ready means that a query over TCP on that database succeeded.\n\n"
         "--port moves a server that devkit owns: the one line of .env that names the port is changed, and\n"
         "the file as it was is kept in .devkit/saved.",
     .group = "Server",
     DK_OPTIONS(up_options),
     DK_EXAMPLES(up_examples),
     .values_size = sizeof(server_up_values),
     .run = server_up},
    {.name = "down",
     .summary = "Stop the database server that devkit started",
     .description = "Its data stays. Sessions are ended, open transactions rolled back.",
     .group = "Server",
     .run = server_down},
    {.name = "restart",
     .summary = "Stop the server and start it anew, where the URL says",
     .description =
         "As `down` and `up` together: handlers of pre-down, post-down, pre-up and post-up run, too.",
     .group = "Server",
     DK_OPTIONS(up_options),
     .values_size = sizeof(server_up_values),
     .run = server_restart},
    {.name = "status",
     .summary = "Show the server, its address and its state",
     .description =
         "States: absent, stopped, starting, ready, unhealthy (it runs, but is not what the URL says).\n\n"
         "With it what a connection test finds out: size, connections, the time to connect, the pool's\n"
         "settings in .env, migrations, what devkit keeps, and the slowest statements where\n"
         "pg_stat_statements is there. --json is a health check: \"healthy\", and the exit status.",
     .group = "Server",
     DK_EXIT_STATUSES(status_exits),
     .run = server_status},
    {.name = "wait",
     .summary = "Wait until the server is ready",
     .description = "Starts nothing. Fails, saying why, when the time is over.",
     .group = "Server",
     DK_OPTIONS(wait_options),
     DK_EXAMPLES(wait_examples),
     .values_size = sizeof(server_wait_values),
     .run = server_wait},
    {.name = "logs",
     .summary = "Show what the server wrote",
     .group = "Server",
     DK_ARGUMENTS(logs_arguments),
     DK_OPTIONS(logs_options),
     DK_EXAMPLES(logs_examples),
     .values_size = sizeof(server_logs_values),
     .run = server_logs},
    {.name = "destroy",
     .summary = "Remove the server that devkit made, with all its data",
     .description = "Asks for the database's name; --yes does not replace it. There is no way back.",
     .group = "Server",
     DK_OPTIONS(destroy_options),
     DK_EXAMPLES(destroy_examples),
     DK_EXIT_STATUSES(destroy_exits),
     .values_size = sizeof(server_destroy_values),
     .run = server_destroy},
    {.name = "url",
     .summary = "Print the database's URL",
     .description = "On a terminal the password is shown as ***, unless --reveal; a program gets it.",
     .group = "Database",
     DK_OPTIONS(url_options),
     DK_EXAMPLES(url_examples),
     .values_size = sizeof(server_url_values),
     .run = server_url},
    {.name = "psql",
     .summary = "Open psql on the project's database",
     .description = "The password goes to psql through its environment, never through its arguments.",
     .group = "Database",
     DK_ARGUMENTS(psql_arguments),
     DK_EXAMPLES(psql_examples),
     DK_EXIT_STATUSES(run_exits),
     .values_size = sizeof(server_words_values),
     .flags = DK_COMMAND_REST | DK_COMMAND_OPEN | DK_COMMAND_PASS_STATUS,
     .run = server_psql},
    {.name = "run",
     .summary = "Run a program with the database's URL in its environment",
     .description = "Sets the URL's variable, in the dialect it is written in, and PGHOST, PGPORT, PGUSER,\n"
                    "PGPASSWORD and PGDATABASE. Exits as the program does.",
     .group = "Database",
     DK_ARGUMENTS(run_arguments),
     DK_EXAMPLES(run_examples),
     DK_EXIT_STATUSES(run_exits),
     .values_size = sizeof(server_words_values),
     .flags = DK_COMMAND_REST | DK_COMMAND_PASS_STATUS,
     .run = server_run},
};
const size_t server_command_count = DK_COUNT(server_commands);

static const dk_plugin plugin = {
    DK_PLUGIN_HEAD,
    .name = "server",
    .version = DEVKIT_VERSION,
    .summary = "The database server's life and address: up, down, status, url, psql and more",
    .commands = server_commands,
    .command_count = DK_COUNT(server_commands),
};

DK_PLUGIN(server, &plugin)
