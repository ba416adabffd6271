/* Functions that run before the process ends, in the process that registered them and in no child of it. */
#include "base/exit.h"
#include <devkit/system.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct exit_entry {
    void (*function)(void *);
    void *data;
    pid_t process;
    struct exit_entry *next;
} exit_entry;

static exit_entry *newest;

void exit_run_all(void) {
    while (newest != NULL) {
        exit_entry *entry = newest;
        newest = entry->next; /* first: the function may end here again */
        if (entry->process == getpid())
            entry->function(entry->data);
        free(entry);
    }
}

void dk_at_exit(void (*function)(void *), void *data) {
    static bool registered;
    if (!registered)
        atexit(exit_run_all);
    registered = true;
    exit_entry *entry = dk_alloc(sizeof *entry);
    *entry = (exit_entry){function, data, getpid(), newest};
    newest = entry;
}
