/* Completion for bash 3.2 and later (macOS has no newer one, so no associative arrays). */
#include "core/completion.h"

static const char head[] = //
    "# bash completion for devkit; load it with: source <(devkit completion bash)\n"
    "_devkit() {\n"
    "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}\n"
    "    local path='' words='' files='' word index\n"
    "    # bash takes --option=value apart at the sign.\n"
    "    if [[ $current == '=' ]]; then\n"
    "        current=''\n"
    "    elif [[ $previous == '=' ]]; then\n"
    "        previous=${COMP_WORDS[COMP_CWORD-2]}\n"
    "    fi\n"
    "    for ((index = 1; index < COMP_CWORD; index++)); do\n"
    "        word=${COMP_WORDS[index]}\n"
    "        case $word in\n"
    "        -C | --directory | --env) ((index++)); continue ;;\n"
    "        -*) continue ;;\n"
    "        esac\n"
    "        word=${path:+$path }$word\n"
    "        case $word in\n";

/* "reset --timeout" and "reset -t" for the option's label in a case. */
static void add_label(dk_buf *script, const completion_node *node, const dk_option *option) {
    DK_AUTOFREE char *with_long = dk_format("%s --%s", node->path, option->long_name);
    dk_buf_add(script, "    ");
    completion_quote(script, with_long);
    if (option->short_name) {
        DK_AUTOFREE char *with_short = dk_format("%s -%c", node->path, option->short_name);
        dk_buf_add(script, " | ");
        completion_quote(script, with_short);
    }
    dk_buf_add(script, ") ");
}

typedef struct writer {
    dk_buf *script;
    const completion_node *node;
} writer;

static void add_value(void *data, const dk_option *option) {
    const writer *into = data;
    if (option->type == DK_VALUE_FLAG)
        return;
    add_label(into->script, into->node, option);
    if (option->choices) {
        dk_buf_add(into->script, "words=\"");
        for (size_t i = 0; option->choices[i]; i++)
            dk_buf_addf(into->script, "%s%s", i ? " " : "", option->choices[i]);
        dk_buf_add(into->script, "\" ;;\n");
    } else {
        dk_buf_add(into->script, option->type == DK_VALUE_PATH ? "files=yes ;;\n" : "return ;;\n");
    }
}

static void add_option(void *data, const dk_option *option) {
    const writer *into = data;
    dk_buf_addf(into->script, " --%s", option->long_name);
    if (option->flags & DK_OPTION_NEGATABLE)
        dk_buf_addf(into->script, " --no-%s", option->long_name);
}

static void add_node(dk_buf *script, const completion_node *node) {
    writer into = {.script = script, .node = node};
    dk_buf_add(script, "        ");
    completion_quote(script, node->path);
    dk_buf_add(script, ") words=\"");
    for (size_t i = 0; i < node->words.count; i++)
        dk_buf_addf(script, "%s%s", i ? " " : "", node->words.items[i]);
    for (size_t i = 0; node->command && i < node->command->argument_count; i++)
        for (size_t j = 0; node->command->arguments[i].choices && node->command->arguments[i].choices[j]; j++)
            dk_buf_addf(script, " %s", node->command->arguments[i].choices[j]);
    completion_each_option(node, add_option, &into);
    dk_buf_addf(script, "\"%s ;;\n", completion_takes_path(node->command) ? " files=yes" : "");
}

void completion_bash(const command_catalog *catalog, dk_buf *script) {
    completion_nodes nodes = {0};
    completion_collect(catalog, &nodes);
    dk_buf_add(script, head);
    dk_buf_add(script, "        ");
    for (size_t i = 1; i < nodes.count; i++) {
        dk_buf_add(script, i > 1 ? " | " : "");
        completion_quote(script, nodes.items[i].path);
    }
    dk_buf_add(script, ") path=$word ;;\n        *) break ;;\n        esac\n    done\n"
                       "    case \"$path $previous\" in\n");
    for (size_t i = 0; i < nodes.count; i++) {
        writer into = {.script = script, .node = &nodes.items[i]};
        completion_each_option(&nodes.items[i], add_value, &into);
    }
    dk_buf_add(script, "    *)\n        case $path in\n");
    for (size_t i = 0; i < nodes.count; i++)
        add_node(script, &nodes.items[i]);
    dk_buf_add(script, "        esac\n        ;;\n    esac\n"
                       "    COMPREPLY=()\n"
                       "    while IFS='' read -r word; do COMPREPLY+=(\"$word\"); done < <(\n"
                       "        [[ -z $words ]] || compgen -W \"$words\" -- \"$current\"\n"
                       "        [[ -z $files ]] || compgen -f -- \"$current\"\n"
                       "    )\n}\ncomplete -F _devkit devkit\n");
    completion_release(&nodes);
}
