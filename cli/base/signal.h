/* Signals that ask devkit to stop. */
#ifndef BASE_SIGNAL_H
#define BASE_SIGNAL_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

/* SIGINT, SIGTERM and SIGHUP become dk_interrupted(), except where devkit was started with them ignored;
 * SIGPIPE is ignored. The main program calls it once. A second Ctrl-C ends the process at once. */
void signal_install(void);
/* A write to a closed pipe is an error, not the end. */
void signal_ignore_pipe(void);
/* Children can be waited for, even when our caller ignored SIGCHLD, which is inherited. */
void signal_expect_children(void);
/* Back to no interruption: for tests, and for a child that goes on with our code. */
void signal_reset(void);
/* In a fresh child, before exec: handlers off, SIGPIPE as programs expect it. Async-signal-safe. */
void signal_prepare_child(void);
/* The child's group that a second Ctrl-C takes along; 0: none. */
void signal_watch_group(pid_t group);

/* While a child in the foreground has the keyboard, Ctrl-C and Ctrl-\ are its own. */
typedef struct signal_keyboard {
    struct sigaction interrupt;
    struct sigaction quit;
} signal_keyboard;
void signal_ignore_keyboard(signal_keyboard *before);
void signal_restore_keyboard(const signal_keyboard *before);

#endif
