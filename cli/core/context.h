/* What one run of devkit knows. Everything is found on demand, so that `devkit --version` reads nothing. */
#ifndef CORE_CONTEXT_H
#define CORE_CONTEXT_H

#include "config/config.h"
#include "config/database.h"
#include "core/catalog.h"
#include "core/globals.h"
#include "core/parse.h"

#include <devkit/interface.h>

struct dk_context {
    core_globals globals;
    dk_strv words; /* the command line, owned: the globals point into it */

    char *root;
    char *state_dir;
    char *cache_dir;
    char *user_state_dir;
    config_store *config;
    project_variables *variables;
    project_database database;
    bool database_known;

    index_plugins plugins;
    command_catalog catalog;
    bool catalog_filled;

    const dk_server_interface *server; /* once dk_server was asked */
    char *server_why;
    dk_strv old_whys; /* of servers picked before the URL changed: somebody may still show them */
    int depth;        /* of commands that run commands */
    bool silent;      /* the command was a program that wrote its own output */
};

dk_context *context_new(void);
void context_free(dk_context *context);

/* The commands, from the index; read on first use. Warns about plugins that had to be left out. */
const command_catalog *context_catalog(dk_context *context);
/* The same with all that help and completion say of them; most runs need it of one command alone, which
 * dispatch completes. */
const command_catalog *context_full_catalog(dk_context *context);
index_plugins *context_plugins(dk_context *context);
/* The configuration's store, for `devkit config`; NULL and error as dk_config_get. */
config_store *context_config(dk_context *context, dk_error *error);
/* Options that stand for configuration keys: they win over every file. */
bool context_override(dk_context *context, const parse_override *overrides, size_t count, dk_error *error);

#endif
