/* kit/layer: what the plugins whose layer runs one of the user's commands have in common: the environment the
 * command gets, the virtual environment, commands that run inside a container, and the error when it fails.
 * Stands on the SDK alone. */
#ifndef DEVKIT_KIT_LAYER_H
#define DEVKIT_KIT_LAYER_H

#include <devkit/devkit.h>

/* ── command.c ── */
/* Strings are borrowed. */
typedef struct layer_command {
    const char *layer; /* "migrate": section of the configuration, for messages */
    const char *text;  /* as the user wrote it */
    const char *cwd;   /* relative to the project's root; "" or NULL: the root */
    const char *venv;  /* relative to the root; "" or NULL: looked for (layer_venv_find) */
} layer_command;

/* Runs it to its end with target->variable set to target->url in its own dialect, the virtual environment
 * first on PATH, and without the PG… variables that would name another database. Each line of output goes to
 * target->progress. Errors: "command-failed" (child_status; detail: its last lines), "program-missing",
 * "cwd-missing", "venv-missing", "variable-not-passed" (layer_container_hides), "interrupted". */
DK_API bool layer_command_run(dk_context *context, const layer_command *command,
                              const dk_layer_target *target, dk_error *error);
/* Is the database being built another one than the live one? */
DK_API bool layer_is_aside(const dk_layer_target *target);
/* For a failure that has no hint yet: says that the live database is untouched, when it is. Always false. */
DK_API bool layer_hint_untouched(const dk_layer_target *target, dk_error *error);
/* One line of a program's output as it may be shown: no escape sequences, no control characters, at most
 * `size` bytes with the NUL. False when nothing is left. */
DK_API bool layer_plain_line(const char *line, size_t length, char *text, size_t size);

/* ── folders.c ── */
/* Where psql is looked for first: the folder of the server's programs, when one is configured. Appends. */
DK_API void layer_psql_folders(dk_context *context, const dk_config *config, dk_strv *folders);

/* ── venv.c ── */
/* The virtual environment a command runs in: `venv` (relative to `root`), or with "" the first of .venv and
 * venv in `cwd` and `root`. `*found` is absolute and the caller's, or NULL when there is none. Error
 * "venv-missing" when a configured one does not exist. */
DK_API bool layer_venv_find(const char *root, const char *cwd, const char *venv, char **found,
                            dk_error *error);

/* ── container.c ── */
/* Does the command run inside a container (`docker compose exec backend …`)? */
DK_API bool layer_container_is(const dk_strv *arguments);
/* Makes a command that runs inside a container (`docker compose exec backend …`) pass `variable` on: inserts
 * "-e VARIABLE", without its value, so that no secret stands in the arguments. False when nothing was to be
 * done. */
DK_API bool layer_container_pass(dk_strv *arguments, const char *variable);

/* Does it run something inside a container that would not see `variable`, where it can't be inserted: in a
 * shell's command, or by docker-compose? */
DK_API bool layer_container_hides(const dk_strv *arguments, const char *variable);

/* ── words.c ── */
/* Has dk_process_command_line made a shell's command of it? The text is arguments->items[2] then. */
DK_API bool layer_is_shell(const dk_strv *arguments);
/* Words of a shell command, without its quotes and operators: good for looking for names in them. Appends. */
DK_API void layer_shell_words(const char *text, dk_strv *words);
/* Files of the project that the command names ("python tools/seed.py --users=data/users.json"), relative to
 * `root`; appended. `cwd` as in layer_command. */
DK_API bool layer_command_files(const char *root, const char *cwd, const char *text, dk_strv *files,
                                dk_error *error);

#endif
