/* Who else may read the .env files: everybody on this machine, or everybody who can clone the repository. */
#include "doctor.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GIT_TIMEOUT_MS 4000

/* ── on this machine ── */

/* May others (`bit` S_IXOTH) or the group (S_IXGRP) pass through every folder above the file? */
static bool is_reached(const char *path, mode_t bit) {
    char *folder = dk_path_dirname(path);
    for (bool top = false; !top;) {
        struct stat status;
        if (stat(folder, &status) != 0 || !(status.st_mode & bit)) {
            free(folder);
            return false;
        }
        char *above = dk_path_dirname(folder);
        top = dk_streq(above, folder);
        free(folder);
        folder = above;
    }
    free(folder);
    return true;
}

/* Most systems give each user a group of his own, called as he is, which is nobody else; some put all users
 * into one ("staff", "users"). */
static bool is_private_group(gid_t group, uid_t owner) {
    const struct passwd *entry = getpwuid(owner);
    const struct group *shared = entry && entry->pw_gid == group ? getgrgid(group) : NULL;
    return shared && strcmp(shared->gr_name, entry->pw_name) == 0 && !*shared->gr_mem;
}

static bool is_readable_by_others(const char *path) {
    struct stat status;
    if (stat(path, &status) != 0)
        return false;
    bool others = (status.st_mode & S_IROTH) && is_reached(path, S_IXOTH);
    bool group = (status.st_mode & S_IRGRP) && !is_private_group(status.st_gid, status.st_uid) &&
                 is_reached(path, S_IXGRP);
    return others || group;
}

/* ── in the repository ── */

/* `git ARGUMENTS -- FILE` in the project; its exit status, or -1 when there is no git or no repository. */
static int git(const char *root, const char *first, const char *second, const char *path) {
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    const char *const words[] = {"git", "-C", root, first, second, "--", path};
    for (size_t i = 0; i < DK_COUNT(words); i++)
        dk_process_add(&process, words[i]);
    process.flags = DK_PROCESS_ALLOW_FAILURE;
    process.timeout_ms = GIT_TIMEOUT_MS;
    return dk_process_run(&process, NULL) && !process.timed_out ? process.exit_status : -1;
}

static bool is_tracked(const char *root, const char *path) {
    return git(root, "ls-files", "--error-unmatch", path) == 0;
}

/* ── the check ── */

static bool say_tracked(const char *shown, dk_check_result *result) {
    doctor_fail(result, "%s is tracked by git", shown);
    doctor_why(result, "its passwords are in the history of everybody who can clone the repository, and each "
                       "colleague's own settings get in the way of the others'");
    return doctor_fix(result,
                      "git rm --cached %s && echo /%s >> .gitignore, commit that, and change the "
                      "passwords",
                      shown, shown);
}

static bool say_readable(const char *shown, dk_check_result *result) {
    doctor_warn(result, "%s can be read by other accounts of this machine", shown);
    doctor_why(result, "it holds the database's password");
    return doctor_fixable(result, "chmod 600 %s", shown);
}

/* Calls `look` for each configured file that exists, until it is true. */
static bool each_file(dk_context *context, bool (*look)(const char *, const char *, void *), void *data,
                      dk_error *error) {
    const dk_config *config = dk_config_get(context, error);
    const char *root = config ? dk_project_root(context, error) : NULL;
    bool found = false;
    for (size_t i = 0; root && !found && i < config->database.env_files.count; i++) {
        DK_AUTOFREE char *path = dk_path_absolute(root, config->database.env_files.items[i]);
        found = dk_file_exists(path) && look(root, path, data);
    }
    return found;
}

static bool look_tracked(const char *root, const char *path, void *data) {
    DK_AUTOFREE char *shown = dk_path_relative(root, path);
    return is_tracked(root, path) && say_tracked(shown, data);
}

static bool look_readable(const char *root, const char *path, void *data) {
    DK_AUTOFREE char *shown = dk_path_relative(root, path);
    return is_readable_by_others(path) && say_readable(shown, data);
}

static bool run(dk_context *context, dk_check_result *result, dk_error *error) {
    if (!dk_config_get(context, error))
        return false;
    if (each_file(context, look_tracked, result, error) || each_file(context, look_readable, result, error))
        return true;
    return doctor_ok(result, "git does not track it, and other accounts can't read it");
}

static bool close_file(const char *root, const char *path, void *data) {
    (void)root;
    dk_error *error = data;
    if (!is_readable_by_others(path) || chmod(path, 0600) == 0)
        return false;
    dk_fail_errno(error, errno, "chmod-failed", "the rights of %s can't be changed", path);
    return !dk_error_hint(error, "as its owner: chmod 600 %s", path);
}

static bool fix(dk_context *context, dk_error *error) {
    return dk_config_get(context, error) && !each_file(context, close_file, error, error);
}

const dk_check_interface doctor_env_exposed = {
    .head = DK_INTERFACE("check", "env-exposed", DK_CHECK_VERSION, dk_check_interface),
    .title = "The settings with their passwords are for nobody else",
    .run = run,
    .fix = fix,
};
