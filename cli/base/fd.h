/* Descriptors: every one that devkit opens is close-on-exec. */
#ifndef BASE_FD_H
#define BASE_FD_H

#include <stdbool.h>
#include <stddef.h>

/* Opens /dev/null on each of the three standard streams that the caller left closed: else the next file we
 * open would be taken for one of them. */
void fd_open_standard(void);
/* A pipe, both ends close-on-exec: ends[0] reads, ends[1] writes. False with errno. */
bool fd_pipe(int ends[2]);
/* Closes unless -1, and sets -1; errno stays. */
void fd_close(int *fd);
void fd_set_nonblocking(int fd);
/* Writes all of it, past interruptions. False with errno. */
bool fd_write_all(int fd, const void *data, size_t length);
/* For DK_CLEANUP. */
#define FD_AUTO_CLOSE DK_CLEANUP(fd_close)

#endif
