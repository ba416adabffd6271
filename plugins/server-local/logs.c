/* The server's log: one file beside the data folder. */
#include "local.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TAIL_BYTES (64 * 1024)
#define FOLLOW_MS 100

int64_t local_log_size(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 ? (int64_t)status.st_size : 0;
}

/* Where the last `lines` lines of the text begin. */
static size_t tail_start(const char *text, size_t length, int64_t lines) {
    size_t at = length;
    if (at && text[at - 1] == '\n')
        at--;
    for (; at; at--)
        if (text[at - 1] == '\n' && --lines <= 0)
            return at;
    return 0;
}

static void append_from(int fd, int64_t from, dk_buf *text) {
    char block[8192];
    for (ssize_t count; (count = pread(fd, block, sizeof block, from)) > 0; from += count)
        dk_buf_append(text, block, (size_t)count);
}

void local_log_tail(const char *path, int64_t from, int lines, dk_buf *text) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    int64_t size = local_log_size(path);
    if (from > size) /* it was cut meanwhile */
        from = 0;
    DK_AUTO_BUF dk_buf whole = DK_BUF_INIT;
    append_from(fd, size - from > TAIL_BYTES ? size - TAIL_BYTES : from, &whole);
    close(fd);
    dk_buf_add(text, dk_buf_text(&whole) + tail_start(dk_buf_text(&whole), whole.length, lines));
}

/* Where to begin to read so that the last `lines` lines are seen, reading backwards in blocks. */
static int64_t offset_of_last(int fd, int64_t size, int64_t lines) {
    if (lines < 0)
        return 0;
    if (lines == 0)
        return size;
    char block[8192];
    int64_t end = size;
    bool last = true;
    while (end > 0) {
        size_t want = end < (int64_t)sizeof block ? (size_t)end : sizeof block;
        if (pread(fd, block, want, end - (int64_t)want) != (ssize_t)want)
            return 0;
        for (size_t at = want; at; at--) {
            if (block[at - 1] == '\n' && !last && --lines == 0)
                return end - (int64_t)want + (int64_t)at;
            last = false;
        }
        end -= (int64_t)want;
    }
    return 0;
}

/* Prints what is there from `*at` on; `*at` moves to its end. */
static void show(dk_context *context, int fd, int64_t *at) {
    char block[8192];
    for (ssize_t count; (count = pread(fd, block, sizeof block, *at)) > 0; *at += count)
        dk_print(context, "%.*s", (int)count, block);
    dk_flush(context);
}

static json_t *as_lines(int fd, int64_t from) {
    json_t *list = json_array();
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    DK_AUTO_STRV dk_strv lines = DK_STRV_INIT;
    append_from(fd, from, &text);
    dk_buf_trim_end(&text);
    dk_strv_split(&lines, dk_buf_text(&text), '\n');
    for (size_t i = 0; text.length && i < lines.count; i++) {
        DK_AUTO_JSON json_t *valid = json_object(); /* a database's text need not be UTF-8; JSON's must */
        dk_json_set_string(valid, "line", lines.items[i]);
        json_array_append(list, json_object_get(valid, "line"));
    }
    return list;
}

/* `devkit logs -f | head`: nobody reads any more, and a quiet server would never make us notice. */
static bool is_read(void) {
    struct pollfd out = {.fd = STDOUT_FILENO};
    return !ferror(stdout) && (poll(&out, 1, 0) <= 0 || !(out.revents & (POLLERR | POLLHUP)));
}

/* Goes over to the new file when the log was removed and begun anew (`devkit destroy`, `devkit up`); back to
 * the beginning when it was cut at a restart. */
static void follow_file(const char *path, int *fd, int64_t *at) {
    struct stat ours, there;
    if (fstat(*fd, &ours) != 0 || stat(path, &there) != 0)
        return;
    if (ours.st_dev == there.st_dev && ours.st_ino == there.st_ino) {
        *at = ours.st_size < *at ? 0 : *at;
        return;
    }
    int next = open(path, O_RDONLY | O_CLOEXEC);
    if (next < 0)
        return;
    close(*fd);
    *fd = next;
    *at = 0;
}

bool local_logs(dk_context *context, bool follow, int64_t lines, dk_error *error) {
    LOCAL_AUTO_CLUSTER local_cluster cluster;
    if (!local_cluster_open(context, &cluster, error))
        return false;
    int fd = open(cluster.log_file, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) {
        dk_fail(error, DK_ERROR_FAILED, "no-log", "the server has written no log yet");
        return dk_error_hint(error, "start it with `devkit up`");
    }
    if (fd < 0)
        return dk_fail_errno(error, errno, "log-failed", "cannot read %s", cluster.log_file);
    int64_t at = offset_of_last(fd, local_log_size(cluster.log_file), lines);
    if (dk_is_json(context))
        json_object_set_new(dk_result(context), "lines", as_lines(fd, at));
    else
        show(context, fd, &at);
    while (follow && !dk_interrupted() && is_read()) {
        dk_sleep_ms(FOLLOW_MS);
        show(context, fd, &at); /* the last words of a file that is gone, too */
        follow_file(cluster.log_file, &fd, &at);
    }
    close(fd);
    return true;
}
