/* Plugin doctor: its command and its checks. */
#include "command.h"
#include "doctor.h"

static const dk_interface *const interfaces[] = {
    &doctor_programs.head,
    &doctor_client_version.head,
    &doctor_env_missing.head,
    &doctor_env_keys.head,
    &doctor_env_exposed.head,
    &doctor_url_invalid.head,
    &doctor_not_listening.head,
    &doctor_port_mismatch.head,
    &doctor_port_taken.head,
    &doctor_password_rejected.head,
    &doctor_hba_rejected.head,
    &doctor_role_missing.head,
    &doctor_database_missing.head,
    &doctor_server_version.head,
    &doctor_data_version.head,
    &doctor_collation.head,
    &doctor_pool_size.head,
    &doctor_sessions.head,
    &doctor_extensions.head,
    &doctor_pooled_endpoint.head,
    &doctor_tls.head,
    &doctor_disk.head,
    &doctor_leftovers.head,
    &doctor_socket_path.head,
};

static const dk_option options[] = {
    {.long_name = "fix",
     .type = DK_VALUE_FLAG,
     .offset = offsetof(doctor_values, fix),
     .help = "Mend what can be mended safely, asking each time"},
};
static const dk_argument arguments[] = {
    {.metavar = "CHECK",
     .type = DK_VALUE_LIST,
     .offset = offsetof(doctor_values, checks),
     .optional = true,
     .help = "Only these checks"},
};
static const dk_example examples[] = {
    {"devkit doctor", "what is wrong, why it matters, and the command that mends it"},
    {"devkit doctor --fix --yes", "mends what can be mended safely, without a question"},
    {"devkit doctor -v port-mismatch", "one check, also when it is fine"},
};
static const dk_exit_status exits[] = {{3, "a fix needs a confirmation"}, {4, "a check failed"}};

static const dk_command commands[] = {
    {.name = "doctor",
     .summary = "Look for what is wrong with the project's database, and mend it",
     .description =
         "Runs every check of every plugin, side by side. Warnings and failures are shown with what was\n"
         "seen, why it matters and the command that mends it; -v shows the others, too. A check that an\n"
         "earlier cause keeps from looking is skipped, so that one fault is one failure.",
     .group = "Project",
     DK_ARGUMENTS(arguments),
     DK_OPTIONS(options),
     DK_EXAMPLES(examples),
     DK_EXIT_STATUSES(exits),
     .values_size = sizeof(doctor_values),
     .run = doctor_run},
};

static const dk_plugin plugin = {
    DK_PLUGIN_HEAD,
    .name = "doctor",
    .version = DEVKIT_VERSION,
    .summary = "What is wrong, why it matters, and the command that mends it",
    .commands = commands,
    .command_count = DK_COUNT(commands),
    .interfaces = interfaces,
    .interface_count = DK_COUNT(interfaces),
};

DK_PLUGIN(doctor, &plugin)
