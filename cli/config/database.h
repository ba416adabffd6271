/* The variables the application reads, and the database among them. */
#ifndef DEVKIT_CONFIG_DATABASE_H
#define DEVKIT_CONFIG_DATABASE_H

#include <devkit/config.h>
#include <devkit/context.h>

/* ── variables: the process environment, then the project's .env files ── */
typedef struct project_variables project_variables;

/* Reads the files (relative to `root`) once; a missing file is as good as an empty one. NULL on errors:
 * "dotenv-invalid" (FILE:LINE:COLUMN in the message) or what reading gave. */
project_variables *project_variables_load(const char *root, const dk_strv *env_files, dk_error *error);
void project_variables_free(project_variables *variables);

typedef struct project_variable {
    const char *value;       /* borrowed from the variables (or the environment) */
    const char *origin;      /* "environment", or "FILE:LINE" relative to the project */
    const char *origin_file; /* absolute path of the .env file, or NULL */
    int origin_line;         /* 0 for the environment */
} project_variable;
/* The environment first, then the files, the last file first. False when it is set nowhere. */
bool project_variables_find(const project_variables *variables, const char *name, project_variable *found);
/* Every variable of the files once, with the value and origin that project_variables_find gives. */
void project_variables_each(const project_variables *variables,
                            void (*visit)(void *data, const char *name, const char *value,
                                          const char *origin),
                            void *data);

/* ── the database ── */
/* What dk_database_get shows: `view.url` points at `url`, so it must not be moved in memory once resolved. */
typedef struct project_database {
    dk_database view;
    dk_url url;     /* user, database and port filled in */
    char *variable; /* what the view points to */
    char *origin;
    char *origin_file;
} project_database;

/* Resolves [database], or [env.NAME] when `environment` is not NULL. Without a URL `view.url` is NULL and the
 * result is still true. Errors: "url-invalid" names variable and origin; "environment-unknown" (USAGE). */
bool project_database_resolve(const dk_config *config, const char *environment,
                              const project_variables *variables, project_database *database,
                              dk_error *error);
/* Puts a copy of `url` in place (dk_database_set): variable and origin stay as they were resolved. */
void project_database_set(project_database *database, const dk_url *url);
void project_database_release(project_database *database);
/* The [env.NAME] of that name, or NULL with "environment-unknown". */
const dk_config_environment *project_environment(const dk_config *config, const char *name, dk_error *error);
/* User (the current account's name), database (the user's name) and ports (5432) where the URL has none. */
void project_url_fill(dk_url *url);

#endif
