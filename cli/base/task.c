/* Functions in forks of ours. Unlike a program (process_run.c) such a child goes on with our memory, so it
 * puts away first what must not be shared: the signals' pipe, the streams, what is registered for our end. */
#include "base/exit.h"
#include "base/fd.h"
#include "base/signal.h"
#include <devkit/system.h>
#include <devkit/task.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { GRACE_MS = 300, ANSWER_LIMIT = 16 * 1024 * 1024 };

typedef struct running {
    dk_task *task;
    pid_t pid;
    int fd;             /* its answer; -1: not running */
    int64_t timeout_at; /* 0: never */
    int64_t kill_at;    /* 0: not asked to end yet; -1: killed */
} running;

/* ── the child ── */

static void close_streams(void) {
    int null = open("/dev/null", O_RDWR);
    for (int fd = 0; fd <= 2 && null >= 0; fd++)
        dup2(null, fd);
    if (null > 2)
        close(null);
}

/* Not exit(): what other libraries registered is the parent's. Only counting lines needs it; what such a
 * child then holds is a copy of the parent's memory, in which a leak checker has nothing to look for. */
#if defined(DEVKIT_COVERAGE) && defined(__SANITIZE_ADDRESS__)
static bool is_child;
__attribute__((visibility("default"))) int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void) {
    return is_child;
}
#endif

_Noreturn static void leave(int status) {
    exit_run_all();
#ifdef DEVKIT_COVERAGE
#ifdef __SANITIZE_ADDRESS__
    is_child = true;
#endif
    exit(status);
#else
    _exit(status);
#endif
}

_Noreturn static void run_child(const dk_task *task, int fd, const sigset_t *mask) {
    setpgid(0, 0);
    signal_reset();
    close_streams();
    sigprocmask(SIG_SETMASK, mask, NULL);
    dk_buf answer = DK_BUF_INIT;
    task->run(task->data, &answer);
    bool told = fd_write_all(fd, dk_buf_text(&answer), answer.length);
    leave(told ? 0 : 1);
}

/* ── the parent ── */

static bool start(running *child, dk_task *task, dk_error *error) {
    int ends[2];
    sigset_t everything, before;
    if (!fd_pipe(ends))
        return dk_fail_errno(error, errno, "task-failed", "cannot start a process");
    fflush(NULL);
    signal_expect_children();
    sigfillset(&everything);
    pthread_sigmask(SIG_SETMASK, &everything, &before);
    pid_t pid = fork();
    if (pid == 0) {
        fd_close(&ends[0]);
        run_child(task, ends[1], &before);
    }
    int failure = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    fd_close(&ends[1]);
    if (pid < 0) {
        fd_close(&ends[0]);
        return dk_fail_errno(error, failure, "task-failed", "cannot start a process");
    }
    setpgid(pid, pid); /* here, too: whoever comes first */
    task->answer.limit = ANSWER_LIMIT;
    *child = (running){.task = task, .pid = pid, .fd = ends[0]};
    child->timeout_at = task->timeout_ms > 0 ? dk_now_ms() + task->timeout_ms : 0;
    return true;
}

static void finish(running *child) {
    int status = 0;
    fd_close(&child->fd);
    while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    child->task->term_signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    child->task->exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + child->task->term_signal;
    child->task->returned = child->task->exit_status == 0 && !child->task->timed_out;
}

static void listen_to(running *child) {
    char bytes[4096];
    ssize_t length = read(child->fd, bytes, sizeof bytes);
    if (length > 0)
        dk_buf_append(&child->task->answer, bytes, (size_t)length);
    else if (length == 0 || errno != EINTR)
        finish(child);
}

/* Asked first, so that it can end the programs it waits for. */
static void mind_the_clock(running *child, bool stop) {
    int64_t now = dk_now_ms();
    bool late = child->timeout_at && now >= child->timeout_at;
    if (!child->kill_at && (late || stop)) {
        child->task->timed_out = late;
        child->kill_at = now + GRACE_MS;
        kill(child->pid, SIGTERM);
    } else if (child->kill_at > 0 && now >= child->kill_at) {
        child->kill_at = -1;
        kill(-child->pid, SIGKILL);
    }
}

static int patience(const running *children, size_t count) {
    int64_t next = INT64_MAX;
    for (size_t i = 0; i < count; i++) {
        int64_t at = children[i].kill_at ? children[i].kill_at : children[i].timeout_at;
        if (children[i].fd >= 0 && at > 0 && at < next)
            next = at;
    }
    int64_t left = next == INT64_MAX ? 1000 : next - dk_now_ms();
    return left < 0 ? 0 : left > 1000 ? 1000 : (int)left;
}

/* Waits for whatever comes first. */
static void serve(running *children, size_t count, bool *stopping) {
    struct pollfd *fds = dk_alloc_array(count + 1, sizeof *fds);
    for (size_t i = 0; i < count; i++)
        fds[i] = (struct pollfd){.fd = children[i].fd, .events = POLLIN};
    /* Once it has been heard it stays readable. */
    fds[count] = (struct pollfd){.fd = *stopping ? -1 : dk_interrupt_fd(), .events = POLLIN};
    bool ready = poll(fds, count + 1, patience(children, count)) > 0;
    *stopping = *stopping || dk_interrupted();
    for (size_t i = 0; i < count; i++) {
        if (ready && fds[i].revents && children[i].fd >= 0)
            listen_to(&children[i]);
        if (children[i].fd >= 0)
            mind_the_clock(&children[i], *stopping);
    }
    free(fds);
}

static running *find_free(running *children, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (children[i].fd < 0)
            return &children[i];
    return NULL;
}

static bool any_runs(const running *children, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (children[i].fd >= 0)
            return true;
    return false;
}

bool dk_tasks_run(dk_task *tasks, size_t count, size_t at_once, dk_error *error) {
    size_t places = at_once && at_once < count ? at_once : count;
    running *children = dk_alloc_array(places + 1, sizeof *children);
    bool stopping = false, started = true;
    for (size_t i = 0; i < places; i++)
        children[i].fd = -1;
    for (size_t next = 0; next < count || any_runs(children, places);) {
        running *place = stopping || next == count ? NULL : find_free(children, places);
        if (place && !(started = start(place, &tasks[next++], error)))
            stopping = true;
        if (!place && any_runs(children, places))
            serve(children, places, &stopping);
        if (dk_interrupted())
            stopping = true;
        if (stopping)
            next = count;
    }
    free(children);
    return started && (!stopping || dk_fail_interrupted(error));
}

void dk_task_release(dk_task *task) {
    dk_buf_release(&task->answer);
    *task = (dk_task){0};
}
