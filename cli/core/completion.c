/* What the completion scripts of all shells have in common; see completion.h. */
#include "core/completion.h"
#include "core/globals.h"

#include <stdlib.h>
#include <string.h>

static completion_node *find_node(completion_nodes *nodes, const char *path) {
    for (size_t i = 0; i < nodes->count; i++)
        if (dk_streq(nodes->items[i].path, path))
            return &nodes->items[i];
    nodes->items = dk_realloc_array(nodes->items, nodes->count + 1, sizeof(*nodes->items));
    nodes->items[nodes->count] = (completion_node){.path = dk_strdup(path)};
    return &nodes->items[nodes->count++];
}

/* "snapshot save" makes "snapshot" a word after "", and "save" one after "snapshot". */
static void add_command(completion_nodes *nodes, const dk_command *command) {
    DK_AUTO_STRV dk_strv words = DK_STRV_INIT;
    dk_strv_split(&words, command->name, ' ');
    DK_AUTO_BUF dk_buf path = DK_BUF_INIT;
    for (size_t i = 0; i < words.count; i++) {
        completion_node *node = find_node(nodes, dk_buf_text(&path));
        bool last = i + 1 == words.count;
        size_t at = 0;
        while (at < node->words.count && !dk_streq(node->words.items[at], words.items[i]))
            at++;
        if (at == node->words.count) {
            dk_strv_add(&node->words, words.items[i]);
            dk_strv_addf(&node->summaries, "%s", last ? command->summary : "Commands below it");
        } else if (last) {
            free(node->summaries.items[at]);
            node->summaries.items[at] = dk_strdup(command->summary);
        }
        dk_buf_addf(&path, "%s%s", path.length ? " " : "", words.items[i]);
    }
    find_node(nodes, command->name)->command = command;
}

void completion_collect(const command_catalog *catalog, completion_nodes *nodes) {
    find_node(nodes, "");
    for (size_t i = 0; i < catalog->count; i++)
        if (!(catalog->entries[i].command->flags & DK_COMMAND_HIDDEN))
            add_command(nodes, catalog->entries[i].command);
    /* `devkit help` is followed by what devkit itself is followed by. */
    completion_node *help = find_node(nodes, "help");
    const completion_node *root = find_node(nodes, "");
    dk_strv_add_all(&help->words, &root->words);
    dk_strv_add_all(&help->summaries, &root->summaries);
}

void completion_release(completion_nodes *nodes) {
    for (size_t i = 0; i < nodes->count; i++) {
        free((char *)nodes->items[i].path);
        dk_strv_release(&nodes->items[i].words);
        dk_strv_release(&nodes->items[i].summaries);
    }
    free(nodes->items);
    *nodes = (completion_nodes){0};
}

void completion_each_option(const completion_node *node, completion_option_visitor *visitor, void *data) {
    const dk_command *command = node->command;
    for (size_t i = 0; command && i < command->option_count; i++)
        if (!(command->options[i].flags & DK_OPTION_HIDDEN))
            visitor(data, &command->options[i]);
    for (size_t i = 0; i < core_global_option_count; i++)
        visitor(data, &core_global_options[i]);
}

bool completion_takes_path(const dk_command *command) {
    for (size_t i = 0; command && i < command->argument_count; i++)
        if (command->arguments[i].type == DK_VALUE_PATH)
            return true;
    return false;
}

void completion_quote(dk_buf *script, const char *text) {
    dk_buf_add_char(script, '\'');
    for (; *text; text++) {
        if (*text == '\'')
            dk_buf_add(script, "'\\''");
        else
            dk_buf_add_char(script, *text);
    }
    dk_buf_add_char(script, '\'');
}
