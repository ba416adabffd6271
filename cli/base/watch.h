/* Learning that a child has ended without waiting for it. */
#ifndef BASE_WATCH_H
#define BASE_WATCH_H

#include <sys/types.h>

/* A descriptor that becomes readable when the child ends, or -1 where the system has no such thing. */
int watch_process(pid_t pid);

#endif
