/* What a command knows about this run: global options, the project, its configuration and its database. */
#ifndef DEVKIT_CONTEXT_H
#define DEVKIT_CONTEXT_H

#include <devkit/config.h>
#include <devkit/error.h>
#include <devkit/json.h>
#include <devkit/url.h>

typedef struct dk_context dk_context;

/* Global options. */
DK_API bool dk_is_json(const dk_context *context);
DK_API bool dk_is_quiet(const dk_context *context);
DK_API bool dk_is_verbose(const dk_context *context);
DK_API bool dk_says_yes(const dk_context *context); /* --yes */
DK_API bool dk_may_ask(const dk_context *context);  /* a terminal, and no --no-input, CI or --json */
DK_API const char *dk_environment_name(const dk_context *context); /* --env NAME, or NULL */

/* The project: the folder of the nearest `.devkit.toml` upwards (or the git work tree's top, or the working
 * directory, when there is none). Absolute, borrowed. */
DK_API const char *dk_project_root(dk_context *context, dk_error *error);
/* Its validated configuration; NULL with file:line:column in the error when it is wrong. Borrowed. */
DK_API const dk_config *dk_config_get(dk_context *context, dk_error *error);
/* Who set a key ("server.docker.image"): "default", "preset NAME", ".devkit.toml:12", "environment DEVKIT_X";
 * NULL for an unknown key. Borrowed. */
DK_API const char *dk_config_origin(dk_context *context, const char *key);
/* `.devkit` in the project, made on demand with a .gitignore of its own. Borrowed. */
DK_API const char *dk_state_dir(dk_context *context, dk_error *error);
/* $XDG_CACHE_HOME/devkit (or ~/.cache/devkit), made on demand. Borrowed. */
DK_API const char *dk_cache_dir(dk_context *context, dk_error *error);
/* $XDG_STATE_HOME/devkit (or ~/.local/state/devkit), made on demand. Borrowed. */
DK_API const char *dk_user_state_dir(dk_context *context, dk_error *error);
/* Where templates/ is: beside the build tree, or share/devkit once installed. Borrowed. */
DK_API const char *dk_templates_dir(void);

/* The database the application reads. */
typedef struct dk_database {
    const dk_url *url;       /* with user, database and port filled in; NULL when no URL is set anywhere */
    const char *variable;    /* the variable's name, "DATABASE_URL" */
    const char *origin;      /* "environment", "FILE:LINE" relative to the project, or "server" when a
                                server made the URL up; "" without one */
    const char *origin_file; /* absolute path of the .env file, or NULL */
    int origin_line;
} dk_database;
/* Resolves [database] (or [env.NAME] under --env): the environment first, then env_files in order, later
 * files first. A missing URL is not an error: url is NULL. An unreadable one is ("url-invalid"). */
DK_API const dk_database *dk_database_get(dk_context *context, dk_error *error);
/* The same for commands that need one: `url` is set. A server that made one up is asked for it first. Error
 * "env-missing" (class USAGE) when there is none. */
DK_API const dk_database *dk_database_require(dk_context *context, dk_error *error);
/* That error alone, for whoever may not ask the server (a server provider). Returns false. */
DK_API bool dk_fail_env_missing(dk_context *context, dk_error *error);
/* Gives this run a URL when none is configured (a private server on its own port). Copies. */
DK_API void dk_database_set(dk_context *context, const dk_url *url);

/* Gives one variable of an .env file (absolute path) another value and changes nothing else: comments, order,
 * line ends, quotes, permissions stay. The file before is kept in `.devkit/saved`; `*saved` (may be NULL)
 * gets its path, caller frees. What dk_database_get and dk_project_variable gave before is no longer valid:
 * ask again. */
DK_API bool dk_env_file_set(dk_context *context, const char *path, const char *name, const char *value,
                            char **saved, dk_error *error);

/* What .env files said, and which server the URL meant, is read anew: for whoever changed a file by other
 * ways than these. What dk_database_get and dk_project_variable gave before is no longer valid. */
DK_API void dk_project_forget(dk_context *context);

/* Gives the database's URL another port where it is written, and changes nothing else: the digits in its own
 * line, or in the line of the ${VARIABLE} they come from. `*where` ("FILE:LINE" of what changed) and `*saved`
 * as for dk_env_file_set; both may be NULL. Fails with "env-override" (USAGE) when the process environment
 * sets the URL, "env-missing" when no file does. */
DK_API bool dk_database_set_port(dk_context *context, int port, char **where, char **saved, dk_error *error);

/* Names that an .env file (absolute path) sets, in its order, each once; for comparing it with its example.
 * Appends. Errors: that of reading, "dotenv-invalid". */
DK_API bool dk_env_file_names(dk_context *context, const char *path, dk_strv *names, dk_error *error);

/* The value of any variable as the application sees it: the environment, then env_files. NULL when unset.
 * Borrowed until the context ends. */
DK_API const char *dk_project_variable(dk_context *context, const char *name, dk_error *error);
/* Calls `visit` for every variable that env_files set, in their order, with its value as the application sees
 * it and where that comes from ("FILE:LINE" or "environment"). */
typedef void dk_variable_function(void *data, const char *name, const char *value, const char *origin);
DK_API bool dk_project_variables(dk_context *context, dk_variable_function *visit, void *data,
                                 dk_error *error);

#endif
