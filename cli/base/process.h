/* Preparing a child, shared by running it to its end and starting it detached. */
#ifndef BASE_PROCESS_H
#define BASE_PROCESS_H

#include <devkit/process.h>

/* Everything the child needs, made before fork: between fork and exec only async-signal-safe calls are
 * allowed. */
typedef struct process_plan {
    char *program; /* path to execute */
    dk_strv environment;
    dk_strv shell_arguments; /* to fall back on when the program is a script without "#!" */
    gid_t *groups;
    int group_count;
} process_plan;

#define PROCESS_PLAN_AUTO DK_CLEANUP(process_plan_release)

/* Where a child failed before it was the program: sent through the exec pipe, which closes by itself when
 * exec succeeds. */
typedef enum process_stage {
    PROCESS_STAGE_STARTED, /* no failure: the pid of a detached child */
    PROCESS_STAGE_STREAMS,
    PROCESS_STAGE_USER,
    PROCESS_STAGE_DIRECTORY,
    PROCESS_STAGE_EXEC,
} process_stage;

typedef struct process_report {
    process_stage stage;
    int errno_value;
    pid_t pid;
} process_report;

bool process_plan_make(process_plan *plan, const dk_process *process, dk_error *error);
void process_plan_release(process_plan *plan);
/* In the child: user, folder, exec. `streams` are dup'ed to 0, 1 and 2 unless -1. Never returns; failures go
 * to `report_fd`. */
_Noreturn void process_become(const process_plan *plan, const dk_process *process, const int streams[3],
                              int report_fd);
_Noreturn void process_report_failure(int report_fd, process_stage stage, int errno_value);
/* Turns a report into the error. Returns false. */
bool process_fail_start(const dk_process *process, const process_report *report, dk_error *error);
/* Reads one report; false at the end of the pipe. */
bool process_read_report(int report_fd, process_report *report);
/* The first words of the command, for messages. Caller frees. */
char *process_short_name(const dk_process *process);

#endif
