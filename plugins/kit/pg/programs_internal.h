/* Parts of programs.c and packages.c that tests look at. */
#ifndef DEVKIT_KIT_PG_PROGRAMS_INTERNAL_H
#define DEVKIT_KIT_PG_PROGRAMS_INTERNAL_H

#include <kit/pg/pg.h>

/* Major version in the output of `PROGRAM --version`; 0: none found. */
int pg_parse_program_version(const char *text);
/* How to install PostgreSQL's server or client programs on the system that `os_release` (the text of
 * /etc/os-release) describes. `major` 0: whatever the system has. Appends. */
void pg_package_hint(const char *os_release, bool server, int major, dk_buf *hint);

#endif
