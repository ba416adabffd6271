/* State that exists once a process: time, interruption, secrets, fault points. */
#ifndef DEVKIT_SYSTEM_H
#define DEVKIT_SYSTEM_H

#include <devkit/buf.h>
#include <devkit/error.h>

DK_API int64_t dk_now_ms(void);                               /* monotonic, milliseconds */
DK_API void dk_format_time(int64_t unix_seconds, char *text); /* RFC 3339 in UTC; 21 bytes with the NUL */
DK_API int64_t dk_unix_time(void);
DK_API void dk_sleep_ms(int milliseconds); /* returns early when interrupted */

/* Set by SIGINT, SIGTERM and SIGHUP. Long work asks, and ends with dk_fail_interrupted. */
DK_API bool dk_interrupted(void);
DK_API bool dk_fail_interrupted(dk_error *error); /* class INTERRUPTED, code "interrupted"; returns false */
/* A descriptor that becomes readable when interrupted; for poll beside sockets. */
DK_API int dk_interrupt_fd(void);

/* Text that must never be shown: every message, log line, error and JSON string devkit prints is masked.
 * Secrets shorter than four bytes are kept but masked only as a whole word; lower-case words of up to seven
 * letters are left alone inside a longer one ("test" in "latest"). */
DK_API void dk_secret_add(const char *text);
/* A name that has to be shown (role, database, host), although a password may be spelled like it or like a
 * part of it. Inside it a secret is masked only where it stands as a password (":SECRET@",
 * "password=SECRET"). */
DK_API void dk_secret_allow(const char *text);
DK_API char *dk_secret_mask(const char *text); /* caller frees */

/* Random lower-case hexadecimal, `length` characters plus NUL. */
DK_API void dk_random_hex(char *text, size_t length);

/* Runs now whatever must not stay behind (temporary files); registered functions run at exit and on an
 * interruption that ends the process, newest first. */
DK_API void dk_at_exit(void (*function)(void *), void *data);

/* A numbered point at which the fault build (make faults) can be told to stop: DEVKIT_FAULT_AT=N kills the
 * process at the N-th point it passes, DEVKIT_FAULT_LOG=FILE appends the points' names. Nothing otherwise. */
#ifdef DEVKIT_FAULTS
DK_API void dk_fault_point(const char *name);
#define DK_FAULT(name) dk_fault_point(name)
#else
#define DK_FAULT(name) ((void)0)
#endif

#endif
