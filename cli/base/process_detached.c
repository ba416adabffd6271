/* Starting a program that lives on after us. */
#include "base/fd.h"
#include "base/process.h"
#include "base/signal.h"
#include <devkit/system.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

/* In the first child: a session of its own, then a second child, which can't get a terminal back and whose
 * parent is init. It tells its pid, then becomes the program. */
_Noreturn static void detach(const process_plan *plan, const dk_process *process, const int streams[3],
                             int report_fd, const sigset_t *mask) {
    signal_prepare_child();
    if (setsid() < 0)
        process_report_failure(report_fd, PROCESS_STAGE_STREAMS, errno);
    pid_t pid = fork();
    if (pid < 0)
        process_report_failure(report_fd, PROCESS_STAGE_STREAMS, errno);
    if (pid > 0)
        _exit(0);
    process_report started = {PROCESS_STAGE_STARTED, 0, getpid()};
    ssize_t written = write(report_fd, &started, sizeof started);
    (void)written;
    sigprocmask(SIG_SETMASK, mask, NULL);
    process_become(plan, process, streams, report_fd);
}

static bool read_outcome(int report_fd, const dk_process *process, pid_t *pid, dk_error *error) {
    process_report report;
    bool started = false;
    while (process_read_report(report_fd, &report)) {
        if (report.stage != PROCESS_STAGE_STARTED)
            return process_fail_start(process, &report, error);
        started = true;
        if (pid != NULL)
            *pid = report.pid;
    }
    if (started)
        return true;
    return dk_fail(error, DK_ERROR_FAILED, "program-failed", "cannot start %s", process->arguments.items[0]);
}

static bool spawn(const process_plan *plan, const dk_process *process, const int streams[3], pid_t *pid,
                  dk_error *error) {
    FD_AUTO_CLOSE int read_end = -1;
    FD_AUTO_CLOSE int write_end = -1;
    int ends[2];
    if (!fd_pipe(ends))
        return dk_fail_errno(error, errno, "program-failed", "cannot start %s", process->arguments.items[0]);
    read_end = ends[0];
    write_end = ends[1];
    sigset_t everything;
    sigset_t before;
    sigfillset(&everything);
    pthread_sigmask(SIG_SETMASK, &everything, &before);
    signal_expect_children();
    DK_FAULT("spawn-before");
    pid_t first = fork();
    if (first == 0)
        detach(plan, process, streams, write_end, &before);
    int failure = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (first < 0)
        return dk_fail_errno(error, failure, "program-failed", "cannot start %s",
                             process->arguments.items[0]);
    fd_close(&write_end);
    while (waitpid(first, NULL, 0) < 0 && errno == EINTR)
        continue;
    bool started = read_outcome(read_end, process, pid, error);
    DK_FAULT("spawn-after");
    return started;
}

/* ── without a fork of ours ── */
static void plan_signals(posix_spawnattr_t *attributes) {
    sigset_t set;
    sigemptyset(&set);
    posix_spawnattr_setsigmask(attributes, &set);
    static const int ours[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
    for (size_t i = 0; i < DK_COUNT(ours); i++)
        sigaddset(&set, ours[i]);
    posix_spawnattr_setsigdefault(attributes, &set);
    posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

/* Two forks copy our page tables twice: 3 of a warm reset's 19 ms. */
static bool spawn_lightly(const process_plan *plan, const dk_process *process, const int streams[3],
                          pid_t *pid, dk_error *error) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    pid_t started = 0;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    for (int i = 0; i < 3; i++)
        posix_spawn_file_actions_adddup2(&actions, streams[i], i);
    plan_signals(&attributes);
    DK_FAULT("spawn-before");
    int failure = posix_spawn(&started, plan->program, &actions, &attributes, process->arguments.items,
                              plan->environment.items);
    DK_FAULT("spawn-after");
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (failure != 0)
        return process_fail_start(process, &(process_report){PROCESS_STAGE_EXEC, failure, 0}, error);
    if (pid != NULL)
        *pid = started;
    return true;
}

static bool may_remain_ours(const dk_process *process) {
    return (process->flags & DK_PROCESS_REMAINS_OURS) && !(process->flags & DK_PROCESS_SWITCH_USER) &&
           process->directory == NULL;
}

bool dk_process_spawn_detached(dk_process *process, const char *log_path, pid_t *pid, dk_error *error) {
    PROCESS_PLAN_AUTO process_plan plan = {0};
    if (!process_plan_make(&plan, process, error))
        return false;
    FD_AUTO_CLOSE int input = open("/dev/null", O_RDONLY | O_CLOEXEC);
    const char *path = log_path == NULL ? "/dev/null" : log_path;
    FD_AUTO_CLOSE int log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (input < 0 || log < 0)
        return dk_fail_errno(error, errno, "file-unwritable", "cannot write %s", path);
    const int streams[3] = {input, log, log};
    return may_remain_ours(process) ? spawn_lightly(&plan, process, streams, pid, error)
                                    : spawn(&plan, process, streams, pid, error);
}
