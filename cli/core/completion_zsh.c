/* Completion for zsh. */
#include "core/completion.h"

#include <string.h>

static const char head[] = //
    "#compdef devkit\n"
    "# zsh completion for devkit; put it into a folder of $fpath as _devkit, or: source <(devkit completion "
    "zsh)\n"
    "_devkit() {\n"
    "    local where='' word previous=${words[CURRENT-1]} files='' index\n"
    "    local -a commands options choices\n"
    "    for ((index = 2; index < CURRENT; index++)); do\n"
    "        word=${words[index]}\n"
    "        case $word in\n"
    "        (-C|--directory|--env) ((index++)); continue ;;\n"
    "        (-*) continue ;;\n"
    "        esac\n"
    "        word=${where:+$where }$word\n"
    "        case $word in\n";

typedef struct writer {
    dk_buf *script;
    const completion_node *node;
} writer;

/* 'word:explanation' for _describe, where a colon ends the word. */
static void add_described(dk_buf *script, const char *word, const char *text) {
    DK_AUTO_BUF dk_buf entry = DK_BUF_INIT;
    for (; *word; word++)
        dk_buf_addf(&entry, "%s%c", *word == ':' ? "\\" : "", *word);
    dk_buf_addf(&entry, ":%s", text ? text : "");
    dk_buf_add_char(script, ' ');
    completion_quote(script, dk_buf_text(&entry));
}

static void add_option(void *data, const dk_option *option) {
    const writer *into = data;
    DK_AUTOFREE char *name = dk_format("--%s", option->long_name);
    add_described(into->script, name, option->help);
    if (option->flags & DK_OPTION_NEGATABLE) {
        DK_AUTOFREE char *negated = dk_format("--no-%s", option->long_name);
        add_described(into->script, negated, option->help);
    }
}

static void add_choices(dk_buf *script, const char *const *choices) {
    for (size_t i = 0; choices && choices[i]; i++) {
        dk_buf_add_char(script, ' ');
        completion_quote(script, choices[i]);
    }
}

static void add_value(void *data, const dk_option *option) {
    const writer *into = data;
    if (option->type == DK_VALUE_FLAG)
        return;
    DK_AUTOFREE char *with_long = dk_format("%s --%s", into->node->path, option->long_name);
    dk_buf_add(into->script, "    (");
    completion_quote(into->script, with_long);
    if (option->short_name) {
        DK_AUTOFREE char *with_short = dk_format("%s -%c", into->node->path, option->short_name);
        dk_buf_add_char(into->script, '|');
        completion_quote(into->script, with_short);
    }
    if (option->choices) {
        dk_buf_add(into->script, ") choices=(");
        add_choices(into->script, option->choices);
        dk_buf_add(into->script, "); compadd -a choices; return ;;\n");
    } else {
        dk_buf_add(into->script, option->type == DK_VALUE_PATH ? ") _files; return ;;\n" : ") return ;;\n");
    }
}

static void add_node(dk_buf *script, const completion_node *node) {
    writer into = {.script = script, .node = node};
    dk_buf_add(script, "    (");
    completion_quote(script, node->path);
    dk_buf_add(script, ")\n        commands=(");
    for (size_t i = 0; i < node->words.count; i++)
        add_described(script, node->words.items[i], node->summaries.items[i]);
    dk_buf_add(script, ")\n        options=(");
    completion_each_option(node, add_option, &into);
    dk_buf_add(script, ")\n        choices=(");
    for (size_t i = 0; node->command && i < node->command->argument_count; i++)
        add_choices(script, node->command->arguments[i].choices);
    dk_buf_addf(script, ")\n%s        ;;\n",
                completion_takes_path(node->command) ? "        files=yes\n" : "");
}

void completion_zsh(const command_catalog *catalog, dk_buf *script) {
    completion_nodes nodes = {0};
    completion_collect(catalog, &nodes);
    dk_buf_add(script, head);
    dk_buf_add(script, "        (");
    for (size_t i = 1; i < nodes.count; i++) {
        dk_buf_add(script, i > 1 ? "|" : "");
        completion_quote(script, nodes.items[i].path);
    }
    dk_buf_add(script, ") where=$word ;;\n        (*) break ;;\n        esac\n    done\n"
                       "    case \"$where $previous\" in\n");
    for (size_t i = 0; i < nodes.count; i++) {
        writer into = {.script = script, .node = &nodes.items[i]};
        completion_each_option(&nodes.items[i], add_value, &into);
    }
    dk_buf_add(script, "    esac\n    case $where in\n");
    for (size_t i = 0; i < nodes.count; i++)
        add_node(script, &nodes.items[i]);
    dk_buf_add(script, "    esac\n"
                       "    ((${#choices})) && compadd -a choices\n"
                       "    ((${#commands})) && _describe -t commands command commands\n"
                       "    [[ -n $files ]] && _files\n"
                       "    _describe -t options option options\n}\n"
                       "if [[ ${funcstack[1]:-} == _devkit ]]; then\n    _devkit \"$@\"\n"
                       "else\n    compdef _devkit devkit\nfi\n");
    completion_release(&nodes);
}
