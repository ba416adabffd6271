/* Shell completion scripts, made from the command tables: nothing is run or opened while completing. */
#ifndef CORE_COMPLETION_H
#define CORE_COMPLETION_H

#include "core/catalog.h"

/* One place in a command line: what can follow after the words `path`. */
typedef struct completion_node {
    const char *path;          /* "", "migrate", "snapshot save" */
    const dk_command *command; /* NULL: only a group (or the beginning) */
    dk_strv words;             /* next words of commands below it */
    dk_strv summaries;         /* of each word */
} completion_node;

typedef struct completion_nodes {
    completion_node *items;
    size_t count;
} completion_nodes;

void completion_collect(const command_catalog *catalog, completion_nodes *nodes);
void completion_release(completion_nodes *nodes);

void completion_bash(const command_catalog *catalog, dk_buf *script);
void completion_zsh(const command_catalog *catalog, dk_buf *script);
void completion_fish(const command_catalog *catalog, dk_buf *script);

/* Calls back for each visible option of the node's command and then for each global one. */
typedef void completion_option_visitor(void *data, const dk_option *option);
void completion_each_option(const completion_node *node, completion_option_visitor *visitor, void *data);
/* Does an argument of the command take a path? */
bool completion_takes_path(const dk_command *command);
/* Appends the text between single quotes as a POSIX shell reads them. */
void completion_quote(dk_buf *script, const char *text);

#endif
