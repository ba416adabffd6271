/* Advisory locks on files. They die with the process, so a killed run never leaves one behind. */
#include "base/fd.h"
#include <devkit/file.h>
#include <devkit/system.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

enum { FIRST_PAUSE_MS = 5, LONGEST_PAUSE_MS = 100 };

/* Somebody may have removed the file between our open and our lock: then we hold a lock that nobody else can
 * see. */
static bool still_there(int fd, const char *path) {
    struct stat ours;
    struct stat current;
    return fstat(fd, &ours) == 0 && stat(path, &current) == 0 && ours.st_dev == current.st_dev &&
           ours.st_ino == current.st_ino;
}

typedef enum attempt { ATTEMPT_TAKEN, ATTEMPT_BUSY, ATTEMPT_FAILED } attempt;

static attempt try_lock(dk_lock *lock, const char *path) {
    for (;;) {
        int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (fd < 0)
            return ATTEMPT_FAILED;
        bool taken = flock(fd, LOCK_EX | LOCK_NB) == 0;
        if (taken && still_there(fd, path)) {
            lock->fd = fd;
            return ATTEMPT_TAKEN;
        }
        fd_close(&fd);
        if (!taken && errno != EINTR)
            return errno == EWOULDBLOCK ? ATTEMPT_BUSY : ATTEMPT_FAILED;
    }
}

bool dk_lock_take(dk_lock *lock, const char *path, int timeout_ms, void (*waiting)(void *), void *data,
                  dk_error *error) {
    int64_t deadline = dk_now_ms() + timeout_ms;
    int pause_ms = FIRST_PAUSE_MS;
    for (;;) {
        attempt result = try_lock(lock, path);
        if (result == ATTEMPT_TAKEN)
            return true;
        if (result == ATTEMPT_FAILED)
            return dk_fail_errno(error, errno, "lock-failed", "cannot lock %s", path);
        if (timeout_ms >= 0 && dk_now_ms() >= deadline) {
            dk_fail(error, DK_ERROR_FAILED, "locked", "%s is locked by another process", path);
            return dk_error_hint(error, "wait until it has ended, then try again");
        }
        if (waiting != NULL)
            waiting(data);
        waiting = NULL;
        dk_sleep_ms(pause_ms);
        if (dk_interrupted())
            return dk_fail_interrupted(error);
        pause_ms = pause_ms * 2 > LONGEST_PAUSE_MS ? LONGEST_PAUSE_MS : pause_ms * 2;
    }
}

void dk_lock_release(dk_lock *lock) {
    fd_close(&lock->fd);
}
