/* Results of initdb, kept: it takes about a second and always gives the same files for one build of
 * PostgreSQL, locale and time zone. */
#include "local.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

#define KEPT 6 /* results of initdb, 40 MB each */
#define LEFTOVER_TRIES 20
#define LEFTOVER_PAUSE_MS 100

static void add_identity(dk_buf *text, const char *folder, const char *program) {
    DK_AUTOFREE char *path = dk_path_join(folder, program);
    char real[PATH_MAX];
    struct stat status;
    if (!realpath(path, real))
        snprintf(real, sizeof real, "%s", path);
    dk_buf_add(text, real);
    if (stat(real, &status) == 0)
        dk_buf_addf(text, "|%lld|%lld|", (long long)status.st_size, (long long)status.st_mtime);
}

const char *local_collation_version(void) {
#ifdef __GLIBC__
    return gnu_get_libc_version();
#else
    return "";
#endif
}

char *local_cache_key(const char *bin_dir, int major, const char *locale, const char *collation) {
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    char zone[PATH_MAX] = "";
    const char *given = getenv("TZ"); /* initdb writes it into postgresql.conf */
    ssize_t length = given ? -1 : readlink("/etc/localtime", zone, sizeof zone - 1);
    zone[length > 0 ? length : 0] = 0;
    add_identity(&text, bin_dir, "postgres");
    add_identity(&text, bin_dir, "initdb");
    dk_buf_addf(&text, "UTF8|%s|%s|%s|%s|1", locale, collation, LOCAL_ADMIN, given ? given : zone);
    char hash[17];
    local_hash(dk_buf_text(&text), hash);
    return dk_format("%d-%s", major, hash);
}

/* An initdb whose devkit was killed may still be filling the folder: under another name its next step fails,
 * and then the folder can go. */
static void remove_leftover(const char *folder, const char *name) {
    char unique[9];
    dk_random_hex(unique, sizeof unique - 1);
    DK_AUTOFREE char *path = dk_path_join(folder, name);
    DK_AUTOFREE char *aside = dk_format("%s/%.*s%s%s", folder, (int)(strstr(name, LOCAL_BUILDING) - name),
                                        name, LOCAL_BUILDING, unique);
    const char *last = rename(path, aside) == 0 ? aside : path;
    for (int tries = 0; tries < LEFTOVER_TRIES && !dk_remove_tree(last, NULL); tries++)
        dk_sleep_ms(LEFTOVER_PAUSE_MS);
}

void local_remove_leftovers(const char *folder, const char *prefix) {
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    DIR *directory = opendir(folder);
    if (!directory)
        return;
    for (const struct dirent *entry; (entry = readdir(directory));)
        if (dk_starts_with(entry->d_name, prefix) && strstr(entry->d_name, LOCAL_BUILDING))
            dk_strv_add(&names, entry->d_name);
    closedir(directory);
    for (size_t i = 0; i < names.count; i++)
        remove_leftover(folder, names.items[i]);
}

/* Under another name first: whoever is copying it right now then sees that it may have got half of it. */
static bool discard(const char *result) {
    char unique[9];
    dk_random_hex(unique, sizeof unique - 1);
    DK_AUTOFREE char *doomed = dk_format("%s%s%s", result, LOCAL_BUILDING, unique);
    return rename(result, doomed) == 0 && dk_remove_tree(doomed, NULL);
}

/* The oldest results go when there are more than KEPT. */
static void evict(const char *folder) {
    for (;;) {
        DIR *directory = opendir(folder);
        if (!directory)
            return;
        DK_AUTOFREE char *oldest = NULL;
        struct timespec oldest_time = {0};
        size_t count = 0;
        for (const struct dirent *entry; (entry = readdir(directory));) {
            DK_AUTOFREE char *path = dk_path_join(folder, entry->d_name);
            struct stat status;
            if (entry->d_name[0] == '.' || lstat(path, &status) != 0 || !S_ISDIR(status.st_mode))
                continue;
            count++;
            if (!oldest || status.st_mtime < oldest_time.tv_sec) {
                free(oldest);
                oldest = dk_strdup(path);
                oldest_time.tv_sec = status.st_mtime;
            }
        }
        closedir(directory);
        if (count <= KEPT || !discard(oldest))
            return;
    }
}

void local_cache_keep(const local_cluster *cluster, const char *built, const char *folder, const char *key) {
    LOCAL_AUTO_LOCK dk_lock lock = DK_LOCK_INIT;
    DK_AUTOFREE char *lock_path = dk_path_join(folder, ".lock");
    DK_AUTOFREE char *target = dk_path_join(folder, key);
    char unique[9];
    dk_random_hex(unique, sizeof unique - 1);
    DK_AUTOFREE char *temporary = dk_format("%s%s%s", target, LOCAL_BUILDING, unique);
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    if (!dk_mkdirs(folder, 0700, &error) || !dk_lock_take(&lock, lock_path, 0, NULL, NULL, &error)) {
        dk_debug(cluster->context, "the result of initdb is not kept: %s", error.message);
        return;
    }
    local_remove_leftovers(folder, "");
    if (!dk_copy_tree(built, temporary, (uid_t)-1, (gid_t)-1, &error) || rename(temporary, target) != 0) {
        dk_debug(cluster->context, "the result of initdb is not kept: %s",
                 error.message ? error.message : strerror(errno));
        dk_remove_tree(temporary, NULL);
        return;
    }
    DK_FAULT("initdb-kept");
    local_bring_to_disk(target); /* or a power cut would leave half a cluster to every project to come */
    evict(folder);
}
