/* The options that every command takes, before or after its name. */
#ifndef CORE_GLOBALS_H
#define CORE_GLOBALS_H

#include <devkit/command.h>

typedef struct core_globals {
    const char *directory;   /* -C; NULL: the working directory */
    const char *environment; /* --env; NULL: the project's own [database] */
    bool json;
    bool quiet;
    bool verbose;
    bool no_color;
    bool yes;
    bool no_input;
    bool help;
    bool version;
} core_globals;

extern const dk_option core_global_options[];
extern const size_t core_global_option_count;

#endif
