/* Interruption: a flag for loops, a pipe for poll. */
#include "base/signal.h"
#include "base/fd.h"
#include <devkit/system.h>
#include <errno.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

/* Some wrappers pass the terminal's Ctrl-C on once more; only a person's second one comes later. */
enum { SECOND_CTRL_C_MS = 300 };

static volatile sig_atomic_t interrupted;
static volatile sig_atomic_t watched_group;
static volatile sig_atomic_t pipe_write_end = -1;
static int pipe_ends[2] = {-1, -1};
static int64_t first_at;

static void wake(void) {
    int fd = pipe_write_end;
    if (fd >= 0) {
        ssize_t written = write(fd, "!", 1);
        (void)written;
    }
}

static void handle(int number) {
    int saved = errno;
    if (!interrupted) {
        first_at = dk_now_ms();
        interrupted = 1;
        wake();
    } else if (number == SIGINT && dk_now_ms() - first_at > SECOND_CTRL_C_MS) {
        if (watched_group > 0)
            kill(-(pid_t)watched_group, SIGKILL);
        _exit(DK_ERROR_INTERRUPTED);
    }
    errno = saved;
}

static void catch (int number) {
    struct sigaction old;
    if (sigaction(number, NULL, &old) == 0 && old.sa_handler == SIG_IGN)
        return; /* nohup, or a job in the background */
    struct sigaction action = {.sa_handler = handle};
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL); /* no SA_RESTART: waiting calls come back and ask */
}

void signal_ignore_pipe(void) {
    struct sigaction action = {.sa_handler = SIG_IGN};
    sigemptyset(&action.sa_mask);
    sigaction(SIGPIPE, &action, NULL);
}

void signal_expect_children(void) {
    struct sigaction old;
    if (sigaction(SIGCHLD, NULL, &old) == 0 && old.sa_handler == SIG_IGN)
        signal(SIGCHLD, SIG_DFL);
}

void signal_install(void) {
    catch (SIGINT);
    catch (SIGTERM);
    catch (SIGHUP);
    signal_ignore_pipe();
}

void signal_reset(void) {
    pipe_write_end = -1;
    fd_close(&pipe_ends[0]);
    fd_close(&pipe_ends[1]);
    interrupted = 0;
}

void signal_prepare_child(void) {
    static const int ours[] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < DK_COUNT(ours); i++) {
        struct sigaction old;
        if (sigaction(ours[i], NULL, &old) == 0 && old.sa_handler == handle)
            signal(ours[i], SIG_DFL);
    }
    signal(SIGPIPE, SIG_DFL);
}

void signal_watch_group(pid_t group) {
    watched_group = group;
}

void signal_ignore_keyboard(signal_keyboard *before) {
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigemptyset(&ignore.sa_mask);
    sigaction(SIGINT, &ignore, &before->interrupt);
    sigaction(SIGQUIT, &ignore, &before->quit);
}

void signal_restore_keyboard(const signal_keyboard *before) {
    sigaction(SIGINT, &before->interrupt, NULL);
    sigaction(SIGQUIT, &before->quit, NULL);
}

bool dk_interrupted(void) {
    return interrupted != 0;
}

bool dk_fail_interrupted(dk_error *error) {
    return dk_fail(error, DK_ERROR_INTERRUPTED, "interrupted", "interrupted");
}

int dk_interrupt_fd(void) {
    if (pipe_ends[0] < 0 && fd_pipe(pipe_ends)) {
        fd_set_nonblocking(pipe_ends[0]);
        fd_set_nonblocking(pipe_ends[1]);
        pipe_write_end = pipe_ends[1];
        if (interrupted)
            wake();
    }
    return pipe_ends[0];
}

void dk_sleep_ms(int milliseconds) {
    int64_t end = dk_now_ms() + milliseconds;
    struct pollfd waiting = {.fd = dk_interrupt_fd(), .events = POLLIN};
    for (;;) {
        int64_t left = end - dk_now_ms();
        if (left <= 0 || dk_interrupted())
            return;
        if (poll(&waiting, 1, (int)left) < 0 && errno != EINTR)
            return;
    }
}
