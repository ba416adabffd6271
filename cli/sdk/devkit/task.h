/* Functions in processes of their own, side by side: what one crashes on or waits for is its own affair. */
#ifndef DEVKIT_TASK_H
#define DEVKIT_TASK_H

#include <devkit/buf.h>
#include <devkit/error.h>

/* Runs in a fork of ours that leads a process group of its own, without standard streams. What it leaves in
 * `answer` is given back; everything else it changes is lost with it. Secrets it came to know are its own,
 * too: it masks what it answers. dk_interrupted() tells it that it is to end. */
typedef void dk_task_function(void *data, dk_buf *answer);

typedef struct dk_task {
    /* what to run */
    dk_task_function *run;
    void *data;     /* borrowed */
    int timeout_ms; /* 0: none; then it is interrupted, and killed if that is in vain */
    /* what came of it */
    dk_buf answer;
    bool returned;   /* the function came to its end */
    bool timed_out;  /* and not before its time was over */
    int term_signal; /* what killed it, or 0 */
    int exit_status; /* of one that called exit() itself */
    void *reserved[4];
} dk_task;

/* Runs them all, at most `at_once` (0: all) at a time. False when interrupted, or where the system gives no
 * process ("task-failed"): then no task is left running. */
DK_API bool dk_tasks_run(dk_task *tasks, size_t count, size_t at_once, dk_error *error);
DK_API void dk_task_release(dk_task *task);

#endif
