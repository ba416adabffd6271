/* Running a program to its end: draining both outputs, feeding its input, minding the clock and Ctrl-C. */
#include "base/capture.h"
#include "base/fd.h"
#include "base/process.h"
#include "base/signal.h"
#include "base/watch.h"
#include <devkit/system.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    GRACE_MS = 2000,    /* between TERM and KILL */
    LOOK_EVERY_MS = 10, /* for the child's end, where nothing tells of it */
};

typedef struct running {
    dk_process *process;
    pid_t pid;
    int watch_fd; /* readable when the child has ended; -1: look from time to time */
    int input_fd;
    size_t input_sent;
    capture output;
    capture errors;
    int64_t timeout_at; /* 0: never */
    int64_t kill_at;    /* 0: nobody asked it to stop yet */
    bool was_interrupted;
    bool keyboard_ignored;
    signal_keyboard keyboard;
    bool ended;
    int status;
} running;

static bool in_foreground(const dk_process *process) {
    return (process->flags & DK_PROCESS_FOREGROUND) != 0;
}

static void send_signal(const running *child, int number) {
    /* In the foreground the group is ours, too. */
    if (!child->ended || !in_foreground(child->process))
        kill(in_foreground(child->process) ? child->pid : -child->pid, number);
}

static void look(running *child) {
    enum { UNKNOWN = 255 };
    if (child->ended)
        return;
    pid_t pid = waitpid(child->pid, &child->status, WNOHANG);
    child->ended = pid == child->pid || (pid < 0 && errno == ECHILD);
    if (child->ended && pid < 0)
        child->status = UNKNOWN << 8; /* somebody else took it */
}

static void feed(running *child) {
    const dk_process *process = child->process;
    const char *input = process->input;
    ssize_t sent =
        write(child->input_fd, input + child->input_sent, process->input_length - child->input_sent);
    if (sent > 0)
        child->input_sent += (size_t)sent;
    bool gone = sent < 0 && errno != EAGAIN && errno != EINTR; /* it need not read everything */
    if (gone || child->input_sent == process->input_length)
        fd_close(&child->input_fd);
}

/* TERM when its time is up, or nobody wants more of it, or the user wants to stop; KILL when it does not heed
 * that. */
static void mind_the_clock(running *child) {
    int64_t now = dk_now_ms();
    if (child->kill_at == 0) {
        bool late = child->timeout_at != 0 && now >= child->timeout_at;
        bool unwanted = child->output.stopped;
        if (!late && !unwanted && !dk_interrupted())
            return;
        child->process->timed_out = late && !unwanted;
        child->was_interrupted = !late && !unwanted;
        child->kill_at = now + GRACE_MS;
        watch_adopt_orphans(true);
        send_signal(child, SIGTERM);
    } else if (child->kill_at > 0 && now >= child->kill_at) {
        child->kill_at = -1;
        send_signal(child, SIGKILL);
    }
}

static int poll_timeout(const running *child) {
    int64_t next = child->kill_at > 0 ? child->kill_at : child->kill_at == 0 ? child->timeout_at : 0;
    int64_t left = next == 0 ? -1 : next - dk_now_ms();
    if (next != 0 && left < 0)
        left = 0;
    bool must_look = child->watch_fd < 0;
    if (must_look && (left < 0 || left > LOOK_EVERY_MS))
        left = LOOK_EVERY_MS;
    return left > 60000 ? 60000 : (int)left;
}

static void wait_and_serve(running *child) {
    enum { OUTPUT, ERRORS, INPUT, WATCH, INTERRUPT, COUNT };
    struct pollfd fds[COUNT] = {
        [OUTPUT] = {.fd = child->output.fd, .events = POLLIN},
        [ERRORS] = {.fd = child->errors.fd, .events = POLLIN},
        [INPUT] = {.fd = child->input_fd, .events = POLLOUT},
        [WATCH] = {.fd = child->watch_fd, .events = POLLIN},
        /* Once it has been heard it stays readable. */
        [INTERRUPT] = {.fd = child->kill_at == 0 ? dk_interrupt_fd() : -1, .events = POLLIN},
    };
    if (poll(fds, COUNT, poll_timeout(child)) < 0)
        return;
    if (fds[OUTPUT].revents != 0)
        capture_read(&child->output);
    if (fds[ERRORS].revents != 0)
        capture_read(&child->errors);
    if (fds[INPUT].revents != 0)
        feed(child);
}

/* What a stopped child started has to go as well, even when the child itself went at once. */
static void end_group(running *child) {
    if (in_foreground(child->process) || child->kill_at <= 0)
        return;
    for (;;) {
        while (waitpid(-child->pid, NULL, WNOHANG) > 0)
            continue; /* adopted */
        if (kill(-child->pid, 0) != 0)
            return;
        if (dk_now_ms() >= child->kill_at) {
            kill(-child->pid, SIGKILL);
            return;
        }
        struct timespec pause = {0, LOOK_EVERY_MS * 1000000L};
        nanosleep(&pause, NULL);
    }
}

static void serve_until_it_ends(running *child) {
    while (!child->ended) {
        wait_and_serve(child);
        look(child);
        if (!child->ended)
            mind_the_clock(child);
    }
    /* A background process may hold the pipes open for ever: what is there now is all. */
    capture_drain(&child->output);
    capture_drain(&child->errors);
    end_group(child);
}

typedef struct pipes {
    int input[2];
    int output[2];
    int errors[2];
    int report[2];
} pipes;

#define PIPES_INIT                                                                                           \
    {                                                                                                        \
        {-1, -1}, {-1, -1}, {-1, -1}, {                                                                      \
            -1, -1                                                                                           \
        }                                                                                                    \
    }

static void close_pipe(int ends[2]) {
    fd_close(&ends[0]);
    fd_close(&ends[1]);
}

static void close_pipes(pipes *all) {
    close_pipe(all->input);
    close_pipe(all->output);
    close_pipe(all->errors);
    close_pipe(all->report);
}

static const char *input_file(const dk_process *process) {
    return process->input_path ? process->input_path : "/dev/null";
}

static bool open_pipes(pipes *all, const dk_process *process) {
    if (!fd_pipe(all->report))
        return false;
    if (in_foreground(process))
        return true;
    if (process->input != NULL && process->input_length > 0) {
        signal_ignore_pipe();
        if (!fd_pipe(all->input))
            return false;
        fd_set_nonblocking(all->input[1]);
    } else if ((all->input[0] = open(input_file(process), O_RDONLY | O_CLOEXEC)) < 0) {
        return false;
    }
    return fd_pipe(all->output) && ((process->flags & DK_PROCESS_MERGE_STDERR) || fd_pipe(all->errors));
}

_Noreturn static void run_child(const process_plan *plan, const dk_process *process, const pipes *all,
                                const sigset_t *mask) {
    signal_prepare_child();
    if (!in_foreground(process))
        setpgid(0, 0);
    sigprocmask(SIG_SETMASK, mask, NULL);
    bool merged = (process->flags & DK_PROCESS_MERGE_STDERR) != 0;
    const int streams[3] = {all->input[0], all->output[1], merged ? all->output[1] : all->errors[1]};
    process_become(plan, process, streams, all->report[1]);
}

/* Forks, and learns whether exec worked. On failure there is no child any more. */
static bool start(running *child, const process_plan *plan, pipes *all, dk_error *error) {
    dk_process *process = child->process;
    sigset_t everything;
    sigset_t before;
    DK_FAULT("spawn-before");
    signal_expect_children();
    if (in_foreground(process))
        fflush(stdout); /* what we said comes before what the child says */
    sigfillset(&everything);
    pthread_sigmask(SIG_SETMASK, &everything, &before);
    child->pid = fork();
    if (child->pid == 0)
        run_child(plan, process, all, &before);
    int failure = errno;
    if (child->pid > 0 && in_foreground(process)) {
        /* Ctrl-C reaches us both; it is the child's to answer. */
        child->keyboard_ignored = true;
        signal_ignore_keyboard(&child->keyboard);
    } else if (child->pid > 0) {
        setpgid(child->pid, child->pid); /* here, too: whoever comes first */
        signal_watch_group(child->pid);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (child->pid < 0)
        return dk_fail_errno(error, failure, "program-failed", "cannot start %s",
                             process->arguments.items[0]);
    fd_close(&all->report[1]);
    process_report report;
    if (process_read_report(all->report[0], &report)) {
        while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR)
            continue;
        return process_fail_start(process, &report, error);
    }
    DK_FAULT("spawn-after");
    return true;
}

static void release(running *child) {
    if (child->kill_at != 0)
        watch_adopt_orphans(false);
    if (child->keyboard_ignored)
        signal_restore_keyboard(&child->keyboard);
    signal_watch_group(0);
    fd_close(&child->watch_fd);
    fd_close(&child->input_fd);
    capture_finish(&child->output);
    capture_finish(&child->errors);
}

/* The last lines of what it said: its errors, or its output when it has none. Caller frees. */
static char *last_words(const dk_process *process) {
    enum { LINES = 10, LONGEST = 4096 };
    const dk_buf *said = &process->errors;
    if (strspn(dk_buf_text(said), " \t\r\n") == said->length)
        said = &process->output;
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    dk_buf_append(&text, dk_buf_text(said), said->length);
    dk_buf_trim_end(&text);
    size_t start = text.length;
    for (int lines = 0; start > 0 && text.length - start < LONGEST; start--)
        if (text.data[start - 1] == '\n' && ++lines == LINES)
            break;
    return dk_secret_mask(dk_buf_text(&text) + start);
}

static bool fail_ended(const dk_process *process, dk_error *error) {
    if (error == NULL)
        return false;
    DK_AUTOFREE char *name = process_short_name(process);
    DK_AUTOFREE char *words = last_words(process);
    if (process->timed_out)
        dk_fail(error, DK_ERROR_FAILED, "timed-out", "%s did not end within %d ms", name,
                process->timeout_ms);
    else if (process->term_signal != 0)
        dk_fail(error, DK_ERROR_FAILED, "program-failed", "%s was ended by signal %d (%s)", name,
                process->term_signal, strsignal(process->term_signal));
    else
        dk_fail(error, DK_ERROR_FAILED, "program-failed", "%s failed with exit status %d", name,
                process->exit_status);
    if (words[0] != '\0')
        dk_error_detail(error, "%s", words);
    error->child_status = process->exit_status;
    return false;
}

static bool conclude(const running *child, dk_error *error) {
    dk_process *process = child->process;
    if (WIFSIGNALED(child->status)) {
        process->term_signal = WTERMSIG(child->status);
        process->exit_status = 128 + process->term_signal;
    } else {
        process->exit_status = WEXITSTATUS(child->status);
    }
    if (child->was_interrupted)
        return dk_fail_interrupted(error);
    process->stopped = child->output.stopped;
    if (process->stopped)
        return dk_fail(error, DK_ERROR_FAILED, "program-stopped", "%s was ended before its time",
                       process->arguments.items[0]);
    bool allowed = process->exit_status == 0 || (process->flags & DK_PROCESS_ALLOW_FAILURE);
    return (allowed && !process->timed_out) || fail_ended(process, error);
}

static bool run(running *child, const process_plan *plan, pipes *all, dk_error *error) {
    dk_process *process = child->process;
    if (!open_pipes(all, process))
        return dk_fail_errno(error, errno, "program-failed", "cannot start %s", process->arguments.items[0]);
    if (!start(child, plan, all, error))
        return false;
    child->watch_fd = watch_process(child->pid);
    child->timeout_at = process->timeout_ms > 0 ? dk_now_ms() + process->timeout_ms : 0;
    child->input_fd = all->input[1];
    capture_begin(&child->output, all->output[0], &process->output, process->on_output, process->line_data);
    child->output.on_bytes = process->on_bytes;
    capture_begin(&child->errors, all->errors[0], &process->errors, process->on_error, process->line_data);
    all->input[1] = all->output[0] = all->errors[0] = -1; /* child's now */
    close_pipes(all);
    serve_until_it_ends(child);
    return true;
}

bool dk_process_run(dk_process *process, dk_error *error) {
    if (dk_interrupted())
        return dk_fail_interrupted(error);
    process->exit_status = process->term_signal = 0;
    process->timed_out = process->stopped = false;
    PROCESS_PLAN_AUTO process_plan plan = {0};
    if (!process_plan_make(&plan, process, error))
        return false;
    running child = {
        .process = process, .watch_fd = -1, .input_fd = -1, .output = CAPTURE_INIT, .errors = CAPTURE_INIT};
    pipes all = PIPES_INIT;
    bool ran = run(&child, &plan, &all, error);
    close_pipes(&all);
    release(&child);
    return ran && conclude(&child, error);
}
