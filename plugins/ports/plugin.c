/* Plugin ports: its command table. */
#include "ports.h"

static const dk_option options[] = {
    {.long_name = "all",
     .short_name = 'a',
     .type = DK_VALUE_FLAG,
     .offset = offsetof(ports_values, all),
     .help = "Show every listening port of this machine, too"},
    {.long_name = "free",
     .type = DK_VALUE_FLAG,
     .offset = offsetof(ports_values, free),
     .help = "Print the project's next free port"},
    {.long_name = "kill",
     .type = DK_VALUE_TEXT,
     .offset = offsetof(ports_values, kill),
     .metavar = "PORT",
     .help = "End whoever listens on this port, after a question"},
};

static const dk_example examples[] = {
    {"devkit ports", "who holds the ports that .env, .devkit.toml and the compose file name"},
    {"PORT=$(devkit ports --free) npm start", "on a port that nobody uses"},
    {"devkit ports --kill 8000", "ends a server that was forgotten"},
};

static const dk_exit_status exits[] = {
    {3, "the process must not be ended, or nobody confirmed it"},
    {4, "a holder, .env, .devkit.toml or the compose file disagree about a port"},
};

static const dk_command commands[] = {
    {.name = "ports",
     .summary = "Show who holds the ports that the project needs",
     .description =
         "Ports come from the database's URL, [ports] in .devkit.toml, the compose file, and URLs and\n"
         "NAME_PORT variables in .env. For each: the process or container that listens, where, since when,\n"
         "whether that is what the project expects, and whether the files agree about it.\n\n"
         "A port that nobody uses is no disagreement. Without root, what belongs to other accounts is named\n"
         "by its account only.",
     .group = "Project",
     DK_OPTIONS(options),
     DK_EXAMPLES(examples),
     DK_EXIT_STATUSES(exits),
     .values_size = sizeof(ports_values),
     .run = ports_run},
};

static const dk_plugin plugin = {
    DK_PLUGIN_HEAD,
    .name = "ports",
    .version = DEVKIT_VERSION,
    .summary = "Who holds the ports that the project needs",
    .commands = commands,
    .command_count = DK_COUNT(commands),
};

DK_PLUGIN(ports, &plugin)
