/* devkit completion */
#include "core/commands.h"
#include "core/completion.h"
#include "core/context.h"

typedef struct completion_values {
    const char *shell;
} completion_values;

static const char *const shells[] = {"bash", "zsh", "fish", NULL};
static void (*const writers[])(const command_catalog *catalog,
                               dk_buf *script) = {completion_bash, completion_zsh, completion_fish};

static bool run_completion(dk_context *context, const void *values, dk_error *error) {
    (void)error;
    const completion_values *given = values;
    DK_AUTO_BUF dk_buf script = DK_BUF_INIT;
    for (size_t i = 0; shells[i]; i++)
        if (dk_streq(shells[i], given->shell))
            writers[i](context_full_catalog(context), &script);
    dk_print(context, "%s", dk_buf_text(&script));
    if (dk_is_json(context)) {
        dk_json_set_string(dk_result(context), "shell", given->shell);
        dk_json_set_string(dk_result(context), "script", dk_buf_text(&script));
    }
    return true;
}

static const dk_argument arguments[] = {
    {.metavar = "SHELL",
     .type = DK_VALUE_TEXT,
     .offset = offsetof(completion_values, shell),
     .choices = shells,
     .help = "The shell to write for"},
};
static const dk_example examples[] = {
    {"source <(devkit completion bash)", "in ~/.bashrc: completion in every new shell"},
    {"devkit completion zsh >~/.zfunc/_devkit", "for zsh, in a folder of its fpath"},
    {"devkit completion fish >~/.config/fish/completions/devkit.fish", "for fish"},
};
const dk_command commands_completion = {
    .name = "completion",
    .summary = "Print the completion script of a shell",
    .description =
        "The script knows the commands and options there are now; print it again after a plugin was "
        "installed.",
    .group = "devkit",
    DK_ARGUMENTS(arguments),
    DK_EXAMPLES(examples),
    .values_size = sizeof(completion_values),
    .run = run_completion,
};
