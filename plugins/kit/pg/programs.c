/* Where PostgreSQL's programs are: bin_dir, PATH, and the folders where packages keep versions side by side.
 */
#include "programs_internal.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NEWEST_MAJOR 30
#define OLDEST_MAJOR 9

/* A folder for each major version. */
static const char *const versioned_folders[] = {
    "/usr/lib/postgresql/%d/bin",                          /* Debian, Ubuntu */
    "/usr/pgsql-%d/bin",                                   /* packages of postgresql.org for RHEL, Fedora */
    "/usr/lib/postgresql%d/bin",                           /* openSUSE */
    "/usr/libexec/postgresql%d",                           /* Alpine */
    "/usr/lib64/postgresql-%d/bin",                        /* Gentoo */
    "/opt/homebrew/opt/postgresql@%d/bin",                 /* Homebrew on Apple silicon */
    "/usr/local/opt/postgresql@%d/bin",                    /* Homebrew on Intel */
    "/home/linuxbrew/.linuxbrew/opt/postgresql@%d/bin",    /* Homebrew on Linux */
    "/Applications/Postgres.app/Contents/Versions/%d/bin", /* Postgres.app */
    "/opt/local/lib/postgresql%d/bin",                     /* MacPorts */
};
/* Whatever version it is. */
static const char *const other_folders[] = {
    "/usr/bin", "/usr/local/bin", "/usr/local/pgsql/bin", "/opt/homebrew/bin", "/usr/lib/postgresql/bin",
};

static bool has_program(const char *folder, const char *name) {
    DK_AUTOFREE char *path = dk_path_join(folder, name);
    return access(path, X_OK) == 0 && !dk_is_directory(path);
}

static bool has_server(const char *folder) {
    return has_program(folder, "initdb") && has_program(folder, "postgres");
}

int pg_parse_program_version(const char *text) {
    /* "pg_dump (PostgreSQL) 15.20 (Debian …)", "postgres (PostgreSQL) 18beta1" */
    const char *number = strstr(text, "(PostgreSQL) ");
    return number ? atoi(number + strlen("(PostgreSQL) ")) : 0;
}

static int version_by_name(const char *folder) {
    for (size_t i = 0; i < DK_COUNT(versioned_folders); i++) {
        const char *number = strchr(versioned_folders[i], '%');
        size_t prefix = (size_t)(number - versioned_folders[i]);
        char *rest;
        if (strncmp(folder, versioned_folders[i], prefix) != 0)
            continue;
        long major = strtol(folder + prefix, &rest, 10);
        if (major >= OLDEST_MAJOR && major < 1000 && strcmp(rest, number + 2) == 0)
            return (int)major;
    }
    return 0;
}

/* Asks the program itself only when its folder's name does not tell. 0: unknown. */
static int major_of(const char *folder, const char *name) {
    int major = version_by_name(folder);
    if (major)
        return major;
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    DK_AUTOFREE char *path = dk_path_join(folder, name);
    dk_process_add(&process, path);
    dk_process_add(&process, "--version");
    process.timeout_ms = 10000;
    return dk_process_run(&process, NULL) ? pg_parse_program_version(dk_buf_text(&process.output)) : 0;
}

/* The real folder of a program in PATH. Debian's psql there is a slow script that picks a version itself:
 * `*wrapper` says so. Caller frees. */
static char *folder_in_path(const char *name, bool *wrapper) {
    DK_AUTOFREE char *found = dk_find_program(name, NULL);
    char real[PATH_MAX];
    *wrapper = false;
    if (!found || !realpath(found, real))
        return NULL;
    *wrapper = strcmp(dk_path_basename(real), "pg_wrapper") == 0;
    /* A link to a program of the same name leads to its own folder, with its companions. */
    return dk_path_dirname(strcmp(dk_path_basename(real), name) == 0 ? real : found);
}

static char *versioned_folder(size_t pattern, int major) {
    /* The patterns are this file's own, each with one %d. */
    const char *text = versioned_folders[pattern], *number = strchr(text, '%');
    return dk_format("%.*s%d%s", (int)(number - text), text, major, number + 2);
}

/* Newest first, at least `lowest` and at most `highest`. */
static char *search_versions(bool (*fits)(const char *, const char *), const char *name, int lowest,
                             int highest) {
    for (int major = highest; major >= lowest; major--)
        for (size_t i = 0; i < DK_COUNT(versioned_folders); i++) {
            char *folder = versioned_folder(i, major);
            if (fits(folder, name))
                return folder;
            free(folder);
        }
    return NULL;
}

static bool fits_server(const char *folder, const char *name) {
    (void)name;
    return has_server(folder);
}

static bool is_recent(const char *folder, const char *name, int major) {
    return has_program(folder, name) && (major == 0 || major_of(folder, name) >= major);
}

static void add_package_hint(bool server, int major, dk_error *error) {
    DK_AUTO_BUF dk_buf release = DK_BUF_INIT;
    DK_AUTO_BUF dk_buf hint = DK_BUF_INIT;
    if (!dk_file_read("/etc/os-release", 64 * 1024, &release, NULL))
        dk_file_read("/usr/lib/os-release", 64 * 1024, &release, NULL);
    pg_package_hint(dk_buf_text(&release), server, major, &hint);
    dk_error_hint(error, "%s", dk_buf_text(&hint));
}

static void fail_missing(const char *what, bool server, int major, const char *bin_dir, dk_error *error) {
    char wanted[32] = "";
    if (major)
        snprintf(wanted, sizeof wanted, " %d%s", major, server ? "" : " or newer");
    dk_fail(error, DK_ERROR_FAILED, "program-missing", "PostgreSQL%s: %s not found%s%s", wanted, what,
            bin_dir && *bin_dir ? " in " : "", bin_dir && *bin_dir ? bin_dir : "");
    if (bin_dir && *bin_dir)
        dk_error_hint(error, "correct bin_dir in .devkit.toml, or leave it out so that devkit looks in PATH "
                             "and the usual folders");
    else
        add_package_hint(server, major, error);
}

static char *program_folder(const char *name, int major) {
    bool wrapper;
    DK_AUTOFREE char *in_path = folder_in_path(name, &wrapper);
    if (in_path && !wrapper && is_recent(in_path, name, major))
        return dk_strdup(in_path);
    char *folder =
        search_versions(has_program, name, major > OLDEST_MAJOR ? major : OLDEST_MAJOR, NEWEST_MAJOR);
    if (folder)
        return folder;
    for (size_t i = 0; i < DK_COUNT(other_folders); i++)
        if (is_recent(other_folders[i], name, major))
            return dk_strdup(other_folders[i]);
    return NULL;
}

char *pg_find_program(const char *name, int major, const char *bin_dir, dk_error *error) {
    DK_AUTOFREE char *folder = NULL;
    if (bin_dir && *bin_dir)
        folder = is_recent(bin_dir, name, major) ? dk_strdup(bin_dir) : NULL;
    else
        folder = program_folder(name, major);
    if (folder)
        return dk_path_join(folder, name);
    fail_missing(name, false, major, bin_dir, error);
    return NULL;
}

static bool is_of(const char *folder, const char *name, int major) {
    return has_program(folder, name) && major_of(folder, name) == major;
}

/* In the order in which pg_find_program looks. NULL: only others, or none. */
static char *exact_folder(const char *name, int major, const char *bin_dir) {
    bool wrapper;
    if (bin_dir && *bin_dir)
        return is_of(bin_dir, name, major) ? dk_strdup(bin_dir) : NULL;
    DK_AUTOFREE char *in_path = folder_in_path(name, &wrapper);
    if (in_path && !wrapper && is_of(in_path, name, major))
        return dk_strdup(in_path);
    return search_versions(has_program, name, major, major);
}

char *pg_find_program_fitting(const char *name, int major, const char *bin_dir, dk_error *error) {
    DK_AUTOFREE char *folder = major ? exact_folder(name, major, bin_dir) : NULL;
    return folder ? dk_path_join(folder, name) : pg_find_program(name, major, bin_dir, error);
}

static bool take_server(const char *folder, int major, int *found) {
    if (!has_server(folder))
        return false;
    int there = major_of(folder, "postgres");
    if (there == 0 || (major != 0 && there != major))
        return false;
    *found = there;
    return true;
}

char *pg_find_server_programs(int major, const char *bin_dir, int *found_major, dk_error *error) {
    int ignored = 0;
    bool wrapper;
    int *found = found_major ? found_major : &ignored;
    if (bin_dir && *bin_dir) {
        if (take_server(bin_dir, major, found))
            return dk_strdup(bin_dir);
        fail_missing("initdb and postgres", true, major, bin_dir, error);
        return NULL;
    }
    DK_AUTOFREE char *in_path = folder_in_path("initdb", &wrapper);
    if (in_path && !wrapper && take_server(in_path, major, found))
        return dk_strdup(in_path);
    char *folder =
        search_versions(fits_server, NULL, major ? major : OLDEST_MAJOR, major ? major : NEWEST_MAJOR);
    if (folder) {
        *found = version_by_name(folder);
        return folder;
    }
    for (size_t i = 0; i < DK_COUNT(other_folders); i++)
        if (take_server(other_folders[i], major, found))
            return dk_strdup(other_folders[i]);
    fail_missing("initdb and postgres", true, major, NULL, error);
    return NULL;
}
