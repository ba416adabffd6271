/* The one way devkit runs other programs.
 *
 * Arguments are a vector; a shell only where the user wrote a shell command (dk_process_command_line).
 * Output and error are drained together. The child leads a process group of its own, so that a time-out or
 * Ctrl-C ends everything it started: TERM first, KILL two seconds later. All descriptors are close-on-exec.
 * A failing exec is reported here, in the caller. */
#ifndef DEVKIT_PROCESS_H
#define DEVKIT_PROCESS_H

#include <devkit/buf.h>
#include <devkit/error.h>
#include <sys/types.h>

typedef enum dk_process_flags {
    DK_PROCESS_FOREGROUND = 1 << 0,    /* inherits terminal, process group and all three streams */
    DK_PROCESS_MERGE_STDERR = 1 << 1,  /* stderr goes where stdout goes, in order */
    DK_PROCESS_ALLOW_FAILURE = 1 << 2, /* a non-zero exit is not an error of dk_process_run */
    DK_PROCESS_SWITCH_USER = 1 << 3,   /* run as uid, gid (needs root) */
    DK_PROCESS_CLEAR_ENV = 1 << 4,     /* start from an empty environment */
    DK_PROCESS_REMAINS_OURS = 1 << 5,  /* detached: it may stay our child (a zombie, if it ends before us);
                                          starts in a tenth of the time */
} dk_process_flags;

typedef void dk_line_function(void *data, const char *line, size_t length); /* without the newline */
/* False: nothing more is wanted. */
typedef bool dk_bytes_function(void *data, const void *bytes, size_t length);

typedef struct dk_process {
    /* what to run */
    dk_strv arguments;     /* [0] is looked up in the child's PATH unless it has a slash */
    dk_strv environment;   /* "NAME=value" sets, "NAME" alone unsets */
    const char *directory; /* borrowed; NULL: ours */
    unsigned flags;
    uid_t uid;
    gid_t gid;
    int timeout_ms;    /* 0: none */
    const void *input; /* borrowed; bytes for its stdin; NULL: /dev/null */
    size_t input_length;
    const char *input_path;      /* borrowed; its stdin is this file, when there are no bytes; NULL: none */
    dk_line_function *on_output; /* called for every line; captured too unless the limit is reached */
    dk_line_function *on_error;
    void *line_data;
    dk_bytes_function *on_bytes; /* stdout as it comes (with line_data), instead of lines and capturing */
    /* what came of it */
    dk_buf output; /* captured, at most `limit` bytes each, the newest kept; default limit 1 MiB */
    dk_buf errors;
    int exit_status; /* 0-255, or 128 + signal */
    int term_signal; /* 0 unless it was killed */
    bool timed_out;
    bool stopped; /* on_bytes wanted nothing more: the child was ended */
    void *reserved[3];
} dk_process;

#define DK_PROCESS_INIT                                                                                      \
    { 0 }
#define DK_AUTO_PROCESS DK_CLEANUP(dk_process_release)

DK_API void dk_process_add(dk_process *process, const char *argument);
DK_API void dk_process_addf(dk_process *process, const char *format, ...) DK_PRINTF(2, 3);
DK_API void dk_process_env(dk_process *process, const char *name, const char *value); /* NULL value unsets */
/* Splits a command the user wrote. It means what it means in a shell: plain words and quotes become a vector
 * without one, anything else (pipes, variables, redirections, globs, assignments, a shell's own commands such
 * as `exit` and `cd`) becomes /bin/sh -c 'TEXT'. */
DK_API bool dk_process_command_line(dk_process *process, const char *text, dk_error *error);
/* Runs it to its end. Errors: "program-missing", "program-failed" (detail: its last lines, child_status),
 * "timed-out", "program-stopped" (on_bytes said so, and knows why), "interrupted". */
DK_API bool dk_process_run(dk_process *process, dk_error *error);
/* Starts it in a session of its own (setsid), stdin from /dev/null, both outputs appended to `log_path` (or
 * /dev/null when NULL), and does not wait; it lives on after us. `pid` may be NULL. */
DK_API bool dk_process_spawn_detached(dk_process *process, const char *log_path, pid_t *pid, dk_error *error);
/* Its command line for messages, quoted as for a shell, secrets masked. Caller frees. */
DK_API char *dk_process_describe(const dk_process *process);
DK_API void dk_process_release(dk_process *process);

/* Path of the running devkit executable, for re-executing it. Borrowed. */
DK_API const char *dk_executable_path(void);

#endif
