/* A dk_process that runs a shell text, for the tests of the runner. */
#ifndef TESTS_UNIT_BASE_SHELL_H
#define TESTS_UNIT_BASE_SHELL_H

#include "scratch.h"
#include <devkit/process.h>

static inline dk_process shell(const char *text) {
    dk_process process = DK_PROCESS_INIT;
    dk_process_add(&process, "/bin/sh");
    dk_process_add(&process, "-c");
    dk_process_add(&process, text);
    return process;
}

static inline const char *said(const dk_process *process) {
    return dk_buf_text(&process->output);
}

#endif
