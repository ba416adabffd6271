/* Completion for fish. */
#include "core/completion.h"

static const char head[] = //
    "# fish completion for devkit; load it with: devkit completion fish | source\n"
    "function __devkit_path\n"
    "    set -l path ''\n"
    "    set -l skip no\n"
    "    for word in (commandline -opc)[2..-1]\n"
    "        if test $skip = yes\n"
    "            set skip no\n"
    "            continue\n"
    "        end\n"
    "        switch $word\n"
    "            case -C --directory --env\n"
    "                set skip yes\n"
    "                continue\n"
    "            case '-*'\n"
    "                continue\n"
    "        end\n"
    "        set -l longer (string trim -- \"$path $word\")\n"
    "        contains -- $longer $__devkit_paths; or break\n"
    "        set path $longer\n"
    "    end\n"
    "    echo $path\n"
    "end\n"
    "function __devkit_at\n"
    "    test (__devkit_path) = \"$argv\"\n"
    "end\n";

typedef struct writer {
    dk_buf *script;
    const completion_node *node;
} writer;

/* fish knows two escapes between single quotes: of the quote and of the backslash. */
static void quote(dk_buf *script, const char *text) {
    dk_buf_add_char(script, '\'');
    for (; text && *text; text++)
        dk_buf_addf(script, "%s%c", *text == '\'' || *text == '\\' ? "\\" : "", *text);
    dk_buf_add_char(script, '\'');
}

static void begin(const writer *into) {
    DK_AUTOFREE char *condition = dk_format("__devkit_at %s", into->node->path);
    dk_buf_add(into->script, "complete -c devkit -n ");
    quote(into->script, condition);
}

static void add_choices(dk_buf *script, const char *const *choices) {
    DK_AUTO_BUF dk_buf words = DK_BUF_INIT;
    for (size_t i = 0; choices[i]; i++)
        dk_buf_addf(&words, "%s%s", i ? " " : "", choices[i]);
    dk_buf_add(script, " -a ");
    quote(script, dk_buf_text(&words));
}

static void add_option(void *data, const dk_option *option) {
    const writer *into = data;
    begin(into);
    dk_buf_addf(into->script, " -l %s", option->long_name);
    if (option->short_name)
        dk_buf_addf(into->script, " -s %c", option->short_name);
    if (option->type == DK_VALUE_PATH)
        dk_buf_add(into->script, " -r -F");
    else if (option->type != DK_VALUE_FLAG)
        dk_buf_add(into->script, " -x");
    if (option->choices)
        add_choices(into->script, option->choices);
    dk_buf_add(into->script, " -d ");
    quote(into->script, option->help);
    dk_buf_add_char(into->script, '\n');
    if (!(option->flags & DK_OPTION_NEGATABLE))
        return;
    begin(into);
    dk_buf_addf(into->script, " -l no-%s\n", option->long_name);
}

static void add_node(dk_buf *script, const completion_node *node) {
    writer into = {.script = script, .node = node};
    for (size_t i = 0; i < node->words.count; i++) {
        begin(&into);
        dk_buf_add(script, " -a ");
        quote(script, node->words.items[i]);
        dk_buf_add(script, " -d ");
        quote(script, node->summaries.items[i]);
        dk_buf_add_char(script, '\n');
    }
    for (size_t i = 0; node->command && i < node->command->argument_count; i++) {
        if (!node->command->arguments[i].choices)
            continue;
        begin(&into);
        add_choices(script, node->command->arguments[i].choices);
        dk_buf_add_char(script, '\n');
    }
    if (completion_takes_path(node->command)) {
        begin(&into);
        dk_buf_add(script, " -F\n");
    }
    completion_each_option(node, add_option, &into);
}

void completion_fish(const command_catalog *catalog, dk_buf *script) {
    completion_nodes nodes = {0};
    completion_collect(catalog, &nodes);
    dk_buf_add(script, head);
    dk_buf_add(script, "set -g __devkit_paths");
    for (size_t i = 1; i < nodes.count; i++) {
        dk_buf_add_char(script, ' ');
        quote(script, nodes.items[i].path);
    }
    dk_buf_add(script, "\ncomplete -c devkit -f\n");
    for (size_t i = 0; i < nodes.count; i++)
        add_node(script, &nodes.items[i]);
    completion_release(&nodes);
}
