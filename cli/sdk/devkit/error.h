/* One error type for the whole program.
 *
 * A call that can fail returns bool (or a pointer) and takes a `dk_error *` last. On success the error is
 * untouched; on failure it says what failed (message), why (detail) and what mends it (hint). Only the
 * dispatcher prints errors and turns them into an exit status. Passing NULL is allowed where the caller
 * does not care why. */
#ifndef DEVKIT_ERROR_H
#define DEVKIT_ERROR_H

#include <devkit/common.h>

/* What an error means to the caller of the program: its value is the exit status. */
typedef enum dk_error_class {
    DK_ERROR_NONE = 0,
    DK_ERROR_FAILED = 1,        /* the operation failed */
    DK_ERROR_USAGE = 2,         /* usage or configuration error */
    DK_ERROR_REFUSED = 3,       /* a guard said no, or a confirmation is missing */
    DK_ERROR_FINDINGS = 4,      /* a check has findings */
    DK_ERROR_INTERRUPTED = 130, /* Ctrl-C or SIGTERM */
} dk_error_class;

/* Start with DK_ERROR_INIT; release with dk_error_release (or DK_AUTO_ERROR). The fields are for reading. */
typedef struct dk_error {
    dk_error_class error_class;
    char code[48];     /* kebab-case name for programs, "database-in-use"; part of the JSON contract */
    char *message;     /* one sentence without a final full stop: what failed */
    char *detail;      /* why; may have several lines; NULL when there is none */
    char *hint;        /* the command or change that mends it; NULL when there is none */
    char sqlstate[6];  /* PostgreSQL's SQLSTATE, or empty */
    int child_status;  /* exit status of a child process, 128 + signal when it was killed, else 0 */
    long http_status;  /* status of an HTTP answer, else 0 */
    void *reserved[4]; /* room for later versions of the ABI */
} dk_error;

#define DK_ERROR_INIT                                                                                        \
    { 0 }
#define DK_AUTO_ERROR DK_CLEANUP(dk_error_release)

/* Fills the error (replacing what it held) and returns false, so that `return dk_fail(...)` works. */
DK_API bool dk_fail(dk_error *error, dk_error_class error_class, const char *code, const char *message, ...)
    DK_PRINTF(4, 5);
/* As dk_fail with class DK_ERROR_FAILED, and strerror(errno_value) as the detail. */
DK_API bool dk_fail_errno(dk_error *error, int errno_value, const char *code, const char *message, ...)
    DK_PRINTF(4, 5);
/* Set or replace detail and hint; all return false. */
DK_API bool dk_error_detail(dk_error *error, const char *detail, ...) DK_PRINTF(2, 3);
DK_API bool dk_error_hint(dk_error *error, const char *hint, ...) DK_PRINTF(2, 3);
/* Puts "prefix: " before the message. Returns false. */
DK_API bool dk_error_prefix(dk_error *error, const char *prefix, ...) DK_PRINTF(2, 3);

DK_API bool dk_error_is(const dk_error *error, const char *code);
DK_API bool dk_error_sqlstate_is(const dk_error *error, const char *sqlstate);
DK_API void dk_error_move(dk_error *target, dk_error *source); /* releases target first, empties source */
DK_API void dk_error_release(dk_error *error);                 /* back to DK_ERROR_INIT */

#endif
