/* Learning that a child, or what it left behind, has ended. */
#ifndef BASE_WATCH_H
#define BASE_WATCH_H

#include <stdbool.h>
#include <sys/types.h>

/* A descriptor that becomes readable when the child ends, or -1 where the system has no such thing. */
int watch_process(pid_t pid);

/* While it is on, orphans below us become our children, where the system can do that: then their end can be
 * seen at once, even where nobody reaps (a container without init). */
void watch_adopt_orphans(bool on);

#endif
