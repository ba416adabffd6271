/* As whom server programs run: initdb and postgres refuse to run as root. */
#include "local.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void set_name(local_account *account) {
    const struct passwd *entry = getpwuid(account->uid);
    snprintf(account->name, sizeof account->name, "%s", entry ? entry->pw_name : "");
}

/* A cluster that is there already keeps running as its owner. */
static bool owner_of(const char *data_dir, local_account *account) {
    struct stat status;
    if (lstat(data_dir, &status) != 0 || status.st_uid == 0)
        return false;
    account->uid = status.st_uid;
    account->gid = status.st_gid;
    return true;
}

bool local_account_find(const char *data_dir, local_account *account, dk_error *error) {
    memset(account, 0, sizeof *account);
    account->uid = geteuid();
    account->gid = getegid();
    if (account->uid == 0) {
        account->switched = true;
        if (!owner_of(data_dir, account)) {
            const struct passwd *entry = getpwnam("postgres");
            if (!entry)
                entry = getpwnam("nobody");
            if (!entry || entry->pw_uid == 0) {
                dk_fail(error, DK_ERROR_FAILED, "account-missing",
                        "PostgreSQL does not run as root, and there is no account to run it as");
                return dk_error_hint(error, "make one: useradd --system postgres");
            }
            account->uid = entry->pw_uid;
            account->gid = entry->pw_gid;
        }
    }
    set_name(account);
    return true;
}

static bool may_pass(const local_account *account, const struct stat *status) {
    if (account->uid == 0)
        return true;
    if (status->st_uid == account->uid)
        return status->st_mode & S_IXUSR;
    if (status->st_gid == account->gid)
        return status->st_mode & S_IXGRP;
    return status->st_mode & S_IXOTH;
}

bool local_account_reaches(const local_account *account, const char *path, const char *skip) {
    if (!account->switched)
        return true;
    DK_AUTOFREE char *folder = dk_strdup(path);
    for (char *end = folder + 1; *end; end++) {
        if (*end != '/')
            continue;
        *end = 0;
        struct stat status;
        bool there = stat(folder, &status) == 0;
        if (there && !dk_streq(folder, skip) && !may_pass(account, &status))
            return false;
        *end = '/';
        if (!there)
            return true; /* what is missing is made by us, open enough */
    }
    return true;
}

void local_account_apply(const local_account *account, dk_process *process) {
    process->directory = "/"; /* the account may not be allowed where we are */
    process->flags |= DK_PROCESS_CLEAR_ENV;
    const char *path = getenv("PATH");
    dk_process_env(process, "PATH", path ? path : "/usr/bin:/bin");
    const char *zone = getenv("TZ");
    if (zone)
        dk_process_env(process, "TZ", zone);
    /* English messages are the ones problems.c knows; what the cluster itself uses is in its files. */
    dk_process_env(process, "LC_ALL", "C");
    if (account->switched) {
        process->flags |= DK_PROCESS_SWITCH_USER;
        process->uid = account->uid;
        process->gid = account->gid;
    }
}
