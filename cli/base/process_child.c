/* Becoming another program: what is prepared before fork, and what happens between fork and exec. */
#include "base/fd.h"
#include "base/process.h"
#include "base/program.h"
#include <devkit/file.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef __APPLE__
extern char **environ; /* glibc's unistd.h has it */
#endif

static size_t name_length(const char *variable) {
    return strcspn(variable, "=");
}

/* "NAME=value" sets, "NAME" unsets. */
static void set_variable(dk_strv *environment, const char *variable) {
    size_t length = name_length(variable);
    size_t kept = 0;
    for (size_t i = 0; i < environment->count; i++) {
        char *item = environment->items[i];
        if (name_length(item) == length && memcmp(item, variable, length) == 0)
            free(item);
        else
            environment->items[kept++] = item;
    }
    environment->count = kept;
    if (environment->items != NULL)
        environment->items[kept] = NULL;
    if (variable[length] == '=')
        dk_strv_add(environment, variable);
}

static const char *get_variable(const dk_strv *environment, const char *name) {
    size_t length = strlen(name);
    for (size_t i = 0; i < environment->count; i++)
        if (strncmp(environment->items[i], name, length) == 0 && environment->items[i][length] == '=')
            return environment->items[i] + length + 1;
    return NULL;
}

static void plan_user(process_plan *plan, const dk_process *process) {
    const struct passwd *account = getpwuid(process->uid);
    if (account == NULL)
        return;
    enum { MOST_GROUPS = 256 };
    plan->groups = dk_alloc_array(MOST_GROUPS, sizeof *plan->groups);
    plan->group_count = MOST_GROUPS;
#ifdef __APPLE__
    int groups[MOST_GROUPS];
    getgrouplist(account->pw_name, (int)process->gid, groups, &plan->group_count);
    for (int i = 0; i < plan->group_count && i < MOST_GROUPS; i++)
        plan->groups[i] = (gid_t)groups[i];
#else
    getgrouplist(account->pw_name, process->gid, plan->groups, &plan->group_count);
#endif
    if (plan->group_count > MOST_GROUPS)
        plan->group_count = MOST_GROUPS;
    const char *const names[] = {"HOME", "USER", "LOGNAME"};
    const char *const values[] = {account->pw_dir, account->pw_name, account->pw_name};
    for (size_t i = 0; i < DK_COUNT(names); i++) {
        DK_AUTOFREE char *variable = dk_format("%s=%s", names[i], values[i]);
        set_variable(&plan->environment, variable);
    }
}

/* Absolute, since the child may be in another folder by then. */
static char *find_program(const char *name, const char *search) {
    DK_AUTOFREE char *found = program_find_in(name, search);
    return found == NULL ? NULL : dk_path_absolute(NULL, found);
}

static bool fail_missing(const char *name, dk_error *error) {
    dk_fail(error, DK_ERROR_FAILED, "program-missing", "cannot find the program %s", name);
    dk_error_detail(error, "it is in no folder of PATH");
    dk_error_hint(error, "install %s, or add its folder to PATH", name);
    if (error != NULL)
        error->child_status = 127;
    return false;
}

static bool plan_environment(process_plan *plan, const dk_process *process, dk_error *error) {
    for (char **variable = environ; !(process->flags & DK_PROCESS_CLEAR_ENV) && *variable != NULL; variable++)
        dk_strv_add(&plan->environment, *variable);
    if ((process->flags & DK_PROCESS_SWITCH_USER) && geteuid() != process->uid) {
        if (geteuid() != 0) {
            dk_fail(error, DK_ERROR_FAILED, "not-root", "cannot run %s as another user",
                    process->arguments.items[0]);
            return dk_error_detail(error, "only root may change to user %d", (int)process->uid);
        }
        plan_user(plan, process);
    }
    for (size_t i = 0; i < process->environment.count; i++)
        set_variable(&plan->environment, process->environment.items[i]);
    if (plan->environment.items == NULL) /* exec wants a vector, even an empty one */
        plan->environment.items = dk_alloc_array(1, sizeof *plan->environment.items);
    return true;
}

bool process_plan_make(process_plan *plan, const dk_process *process, dk_error *error) {
    if (process->arguments.count == 0)
        return dk_fail(error, DK_ERROR_USAGE, "command-invalid", "the command is empty");
    if (!plan_environment(plan, process, error))
        return false;
    const char *name = process->arguments.items[0];
    if (strchr(name, '/') != NULL)
        plan->program = dk_strdup(name);
    else
        plan->program = find_program(name, get_variable(&plan->environment, "PATH"));
    if (plan->program == NULL)
        return fail_missing(name, error);
    dk_strv_add(&plan->shell_arguments, "/bin/sh");
    dk_strv_add(&plan->shell_arguments, plan->program);
    for (size_t i = 1; i < process->arguments.count; i++)
        dk_strv_add(&plan->shell_arguments, process->arguments.items[i]);
    return true;
}

void process_plan_release(process_plan *plan) {
    free(plan->program);
    dk_strv_release(&plan->environment);
    dk_strv_release(&plan->shell_arguments);
    free(plan->groups);
}

static bool switch_user(const process_plan *plan, const dk_process *process) {
    if (!(process->flags & DK_PROCESS_SWITCH_USER) || geteuid() == process->uid)
        return true;
    gid_t only = process->gid;
    const gid_t *groups = plan->groups == NULL ? &only : plan->groups;
    size_t count = plan->groups == NULL ? 1 : (size_t)plan->group_count;
    return setgroups(count, groups) == 0 && setgid(process->gid) == 0 && setuid(process->uid) == 0;
}

static bool change_directory(const dk_process *process) {
    if (process->directory != NULL)
        return chdir(process->directory) == 0;
    /* Where the new user may not even be, programs fail in odd ways. */
    if ((process->flags & DK_PROCESS_SWITCH_USER) && access(".", X_OK) != 0)
        return chdir("/") == 0;
    return true;
}

static bool set_streams(const int streams[3]) {
    for (int i = 0; i < 3; i++) {
        if (streams[i] < 0)
            continue;
        if (streams[i] == i ? fcntl(i, F_SETFD, 0) != 0 : dup2(streams[i], i) < 0)
            return false;
    }
    return true;
}

void process_report_failure(int report_fd, process_stage stage, int errno_value) {
    process_report report = {stage, errno_value, getpid()};
    ssize_t written = write(report_fd, &report, sizeof report);
    (void)written;
    _exit(127);
}

void process_become(const process_plan *plan, const dk_process *process, const int streams[3],
                    int report_fd) {
    if (!set_streams(streams))
        process_report_failure(report_fd, PROCESS_STAGE_STREAMS, errno);
    if (!switch_user(plan, process))
        process_report_failure(report_fd, PROCESS_STAGE_USER, errno);
    if (!change_directory(process))
        process_report_failure(report_fd, PROCESS_STAGE_DIRECTORY, errno);
    execve(plan->program, process->arguments.items, plan->environment.items);
    int failure = errno;
    if (failure == ENOEXEC)
        execve("/bin/sh", plan->shell_arguments.items, plan->environment.items);
    process_report_failure(report_fd, PROCESS_STAGE_EXEC, failure);
}

bool process_read_report(int report_fd, process_report *report) {
    for (;;) {
        ssize_t length = read(report_fd, report, sizeof *report); /* atomic: far smaller than PIPE_BUF */
        if (length < 0 && errno == EINTR)
            continue;
        return length == (ssize_t)sizeof *report;
    }
}

bool process_fail_start(const dk_process *process, const process_report *report, dk_error *error) {
    const char *name = process->arguments.items[0];
    int failure = report->errno_value;
    switch (report->stage) {
    case PROCESS_STAGE_USER:
        dk_fail_errno(error, failure, "program-failed", "cannot run %s as user %d", name, (int)process->uid);
        break;
    case PROCESS_STAGE_DIRECTORY:
        dk_fail_errno(error, failure, "program-failed", "cannot run %s in the folder %s", name,
                      process->directory == NULL ? "/" : process->directory);
        break;
    case PROCESS_STAGE_EXEC:
        dk_fail_errno(error, failure, "program-missing", "cannot run %s", name);
        if (failure == EACCES && !dk_is_directory(name))
            dk_error_hint(error, "make it executable: chmod +x %s", name);
        break;
    default:
        dk_fail_errno(error, failure, "program-failed", "cannot start %s", name);
        break;
    }
    if (error != NULL)
        error->child_status = failure == ENOENT ? 127 : 126;
    return false;
}
