/* A new cluster. initdb takes about a second and always gives the same files, so its result is kept once per
 * build of PostgreSQL, locale and time zone in the user's cache, and copied.
 *
 * Everything is made under a name of its own and renamed when complete: what has the data folder's name is
 * whole. */
#include "local.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __APPLE__
#include <xlocale.h>
#endif
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

#define BUILDING ".building-"
#define KEPT 6 /* results of initdb, 40 MB each */
#define LEFTOVER_TRIES 20
#define TEMPORARY_SECONDS 3600
#define LEFTOVER_PAUSE_MS 100
#define ROOM_NEEDED ((int64_t)48 << 20) /* a new cluster; PostgreSQL needs more at once */

/* ── locale and key ───────────────────────────────────────────────────────────────────────────────────────
 */

static bool is_utf8_locale(const char *name, bool *exists) {
    locale_t locale = newlocale(LC_ALL_MASK, name, (locale_t)0);
    *exists = locale != (locale_t)0;
    if (!*exists)
        return false;
    bool utf8 = dk_streq(nl_langinfo_l(CODESET, locale), "UTF-8");
    freelocale(locale);
    return utf8;
}

const char *local_choose_locale(const char **missing) {
    static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    bool exists = false;
    *missing = NULL;
    for (size_t i = 0; i < DK_COUNT(variables); i++) {
        const char *name = getenv(variables[i]);
        if (!name || !*name)
            continue;
        if (is_utf8_locale(name, &exists))
            return name;
        if (!exists)
            *missing = name;
        break; /* the first that is set is the user's choice */
    }
    return is_utf8_locale("C.UTF-8", &exists) ? "C.UTF-8" : "C";
}

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

/* A database remembers the version of the locale it was made with, and can't be copied under another. */
static const char *collation_version(void) {
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

/* ── initdb ───────────────────────────────────────────────────────────────────────────────────────────────
 */

static bool run_initdb(const local_cluster *cluster, const char *bin_dir, int major, const char *locale,
                       const char *folder, dk_error *error) {
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    dk_process_addf(&process, "%s/initdb", bin_dir);
    dk_process_add(&process, "--auth-local=peer");
    dk_process_add(&process, "--auth-host=scram-sha-256");
    dk_process_add(&process, "--encoding=UTF8");
    dk_process_addf(&process, "--locale=%s", locale);
    dk_process_add(&process, "--username=" LOCAL_ADMIN);
    dk_process_add(&process, "--no-sync");
    if (major >= 14)
        dk_process_add(&process, "--no-instructions");
    dk_process_add(&process, "-D");
    dk_process_add(&process, folder);
    local_account_apply(&cluster->account, &process);
    process.flags |= DK_PROCESS_MERGE_STDERR | DK_PROCESS_ALLOW_FAILURE;
    if (!dk_process_run(&process, error))
        return false;
    if (process.exit_status == 0)
        return true;
    return local_fail_from_log(dk_buf_text(&process.output), "initdb could not make the cluster", error);
}

static void bring_to_disk_now(const char *folder) {
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
#ifdef __linux__
    syncfs(fd);
#else
    sync();
#endif
    close(fd);
}

/* PostgreSQL itself only makes sure of what it changes; the copied files are ours to bring to the disk. It
 * goes on beside the server's start: on a busy disk it takes longer than everything else together, and
 * whatever is written to the new cluster meanwhile PostgreSQL makes sure of itself. */
static void bring_to_disk(const char *folder) {
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    dk_process_add(&process, "sync");
    dk_process_add(&process, "-f");
    dk_process_add(&process, folder);
    if (!dk_process_spawn_detached(&process, NULL, NULL, NULL))
        bring_to_disk_now(folder);
}

/* ── the cache ────────────────────────────────────────────────────────────────────────────────────────────
 */

/* An initdb whose devkit was killed may still be filling the folder: under another name its next step fails,
 * and then the folder can go. */
static void remove_leftover(const char *folder, const char *name) {
    char unique[9];
    dk_random_hex(unique, sizeof unique - 1);
    DK_AUTOFREE char *path = dk_path_join(folder, name);
    DK_AUTOFREE char *aside =
        dk_format("%s/%.*s%s%s", folder, (int)(strstr(name, BUILDING) - name), name, BUILDING, unique);
    const char *last = rename(path, aside) == 0 ? aside : path;
    for (int tries = 0; tries < LEFTOVER_TRIES && !dk_remove_tree(last, NULL); tries++)
        dk_sleep_ms(LEFTOVER_PAUSE_MS);
}

/* Removes the entries of `folder` that begin with `prefix` and are unfinished. */
static void remove_leftovers(const char *folder, const char *prefix) {
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    DIR *directory = opendir(folder);
    if (!directory)
        return;
    for (const struct dirent *entry; (entry = readdir(directory));)
        if (dk_starts_with(entry->d_name, prefix) && strstr(entry->d_name, BUILDING))
            dk_strv_add(&names, entry->d_name);
    closedir(directory);
    for (size_t i = 0; i < names.count; i++)
        remove_leftover(folder, names.items[i]);
}

/* Under another name first: whoever is copying it right now then sees that it may have got half of it. */
static bool discard(const char *result) {
    char unique[9];
    dk_random_hex(unique, sizeof unique - 1);
    DK_AUTOFREE char *doomed = dk_format("%s%s%s", result, BUILDING, unique);
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

/* Keeps a fresh result of initdb. Failing costs only time at the next new cluster. */
static void keep(const local_cluster *cluster, const char *built, const char *folder, const char *key) {
    LOCAL_AUTO_LOCK dk_lock lock = DK_LOCK_INIT;
    DK_AUTOFREE char *lock_path = dk_path_join(folder, ".lock");
    DK_AUTOFREE char *target = dk_path_join(folder, key);
    char unique[9];
    dk_random_hex(unique, sizeof unique - 1);
    DK_AUTOFREE char *temporary = dk_format("%s%s%s", target, BUILDING, unique);
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    if (!dk_mkdirs(folder, 0700, &error) || !dk_lock_take(&lock, lock_path, 0, NULL, NULL, &error)) {
        dk_debug(cluster->context, "the result of initdb is not kept: %s", error.message);
        return;
    }
    remove_leftovers(folder, "");
    if (!dk_copy_tree(built, temporary, (uid_t)-1, (gid_t)-1, &error) || rename(temporary, target) != 0) {
        dk_debug(cluster->context, "the result of initdb is not kept: %s",
                 error.message ? error.message : strerror(errno));
        dk_remove_tree(temporary, NULL);
        return;
    }
    DK_FAULT("initdb-kept");
    bring_to_disk(target); /* or a power cut would leave half a cluster to every project to come */
    evict(folder);
}

/* ── a cluster ────────────────────────────────────────────────────────────────────────────────────────────
 */

void local_sweep(const local_cluster *cluster) {
    DK_AUTOFREE char *parent = dk_path_dirname(cluster->data_dir);
    DK_AUTOFREE char *prefix = dk_format("%s%s", dk_path_basename(cluster->data_dir), BUILDING);
    remove_leftovers(parent, prefix);
    dk_file_sweep(cluster->data_dir, TEMPORARY_SECONDS, NULL);
}

static bool prepare_parent(local_cluster *cluster, dk_error *error) {
    DK_AUTOFREE char *parent = dk_path_dirname(cluster->data_dir);
    if (!dk_mkdirs(parent, cluster->account.switched ? 0755 : 0700, error))
        return false;
    if (cluster->system_dir) { /* says whose it is to whoever finds it there */
        DK_AUTOFREE char *note = dk_path_join(cluster->system_dir, "project");
        DK_AUTOFREE char *text = dk_format("%s\n", cluster->project);
        if (!dk_file_write(note, text, strlen(text), 0600, error))
            return false;
    }
    struct stat status;
    /* Ours, but closed: open it just enough for the account to pass through. */
    if (cluster->account.switched && stat(cluster->state_dir, &status) == 0 && status.st_uid == 0 &&
        !(status.st_mode & S_IXOTH) && chmod(cluster->state_dir, (status.st_mode & 07777) | 0011) != 0)
        return dk_fail_errno(error, errno, "folder-failed", "cannot open %s to the server's account",
                             cluster->state_dir);
    int64_t room = dk_disk_free(parent);
    if (room >= 0 && room < ROOM_NEEDED) {
        char have[DK_FORMATTED];
        char need[DK_FORMATTED];
        dk_format_size(room, have);
        dk_format_size(ROOM_NEEDED, need);
        dk_fail(error, DK_ERROR_FAILED, "disk-full",
                "the disk of %s is full: %s are free, a new cluster needs %s", parent, have, need);
        return dk_error_hint(error, "free some space, or name a data_dir on another disk in [server.local]");
    }
    return true;
}

/* The folder that initdb or the copy fills, empty and the account's. */
static bool make_folder(const local_cluster *cluster, const char *folder, dk_error *error) {
    if (mkdir(folder, 0700) != 0 ||
        (cluster->account.switched && chown(folder, cluster->account.uid, cluster->account.gid) != 0))
        return dk_fail_errno(error, errno, errno == EROFS ? "read-only" : "folder-failed",
                             "cannot make the folder %s", folder);
    return true;
}

static bool from_initdb(local_cluster *cluster, const char *bin_dir, int major, const char *locale,
                        const char *folder, dk_error *error) {
    dk_progress *progress = dk_progress_begin(cluster->context, "initdb");
    bool done =
        make_folder(cluster, folder, error) && run_initdb(cluster, bin_dir, major, locale, folder, error);
    dk_progress_end(progress, done, done ? "a new cluster" : "failed");
    return done;
}

static bool fill(local_cluster *cluster, const char *bin_dir, int major, const char *folder,
                 dk_error *error) {
    const char *missing = NULL;
    const char *locale = local_choose_locale(&missing);
    if (missing)
        dk_note(cluster->context, "the locale %s is not installed here; the cluster uses %s", missing,
                locale);
    DK_AUTOFREE char *key = local_cache_key(bin_dir, major, locale, collation_version());
    const char *cache = dk_cache_dir(cluster->context, NULL);
    DK_AUTOFREE char *kept = cache ? dk_format("%s/initdb", cache) : NULL;
    DK_AUTOFREE char *source = kept ? dk_path_join(kept, key) : NULL;
    uid_t uid = cluster->account.switched ? cluster->account.uid : (uid_t)-1;
    gid_t gid = cluster->account.switched ? cluster->account.gid : (gid_t)-1;
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    DK_FAULT("cluster-fill-before");
    if (source && dk_is_directory(source)) {
        bool copied = dk_copy_tree(source, folder, uid, gid, &why);
        if (copied && dk_is_directory(source))
            return true;
        dk_debug(cluster->context, "copying the kept cluster failed: %s",
                 copied ? "it was discarded meanwhile" : why.message);
        dk_remove_tree(folder, NULL);
        if (dk_interrupted())
            return dk_fail_interrupted(error);
    }
    if (!from_initdb(cluster, bin_dir, major, locale, folder, error))
        return false;
    if (kept)
        keep(cluster, folder, kept, key);
    return true;
}

static bool include_settings(const char *folder, dk_error *error) {
    DK_AUTOFREE char *path = dk_path_join(folder, "postgresql.conf");
    int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    static const char line[] = "\n# Written by devkit at every `devkit up`, from .devkit.toml and the URL.\n"
                               "include_if_exists = '" LOCAL_SETTINGS "'\n";
    return local_write_and_close(fd, path, line, sizeof line - 1, error);
}

static bool fail_occupied(const local_cluster *cluster, dk_error *error) {
    dk_fail(error, DK_ERROR_REFUSED, "foreign-data", "%s has other files in it; no cluster is put there",
            cluster->data_dir);
    return dk_error_hint(error, "name another folder as data_dir in [server.local], or empty it");
}

static bool install(const local_cluster *cluster, const char *folder, dk_error *error) {
    DK_FAULT("cluster-rename-before");
    if (rename(folder, cluster->data_dir) == 0) {
        DK_FAULT("cluster-rename-after");
        if (dk_streq(cluster->config->server_local.durability, "safe"))
            bring_to_disk(cluster->data_dir);
        return true;
    }
    int cause = errno;
    if (cause == ENOTEMPTY || cause == EEXIST || cause == ENOTDIR)
        return fail_occupied(cluster, error);
    dk_fail_errno(error, cause, "folder-failed", "cannot make the data folder %s", cluster->data_dir);
    if (cause == EBUSY || cause == EXDEV)
        return dk_error_hint(error, "it is a mount point: name a folder inside it as data_dir");
    return false;
}

/* As after `sudo devkit up`: what is in it only its owner knows. */
static bool fail_closed(const local_cluster *cluster, dk_error *error) {
    struct stat status;
    const struct passwd *owner = stat(cluster->data_dir, &status) == 0 ? getpwuid(status.st_uid) : NULL;
    dk_fail(error, DK_ERROR_REFUSED, "foreign-data",
            "%s belongs to another account%s%s%s and is closed to this one", cluster->data_dir,
            owner ? " (" : "", owner ? owner->pw_name : "", owner ? ")" : "");
    return dk_error_hint(error,
                         "run devkit as the account (or as root, as before), or name another folder as "
                         "data_dir in [server.local]");
}

/* The data folder must be new or empty. */
static bool check_place(const local_cluster *cluster, dk_error *error) {
    DIR *directory = opendir(cluster->data_dir);
    if (!directory && errno == EACCES)
        return fail_closed(cluster, error);
    if (!directory)
        return errno == ENOENT || fail_occupied(cluster, error);
    size_t count = 0;
    while (readdir(directory))
        count++;
    closedir(directory);
    return count <= 2 || fail_occupied(cluster, error); /* "." and ".." */
}

bool local_initialise(local_cluster *cluster, const char *bin_dir, int major, dk_error *error) {
    if (!check_place(cluster, error) || !prepare_parent(cluster, error))
        return false;
    char unique[9];
    dk_random_hex(unique, sizeof unique - 1);
    DK_AUTOFREE char *folder = dk_format("%s%s%s", cluster->data_dir, BUILDING, unique);
    LOCAL_AUTO_SETTINGS local_settings settings = {0};
    bool filled = fill(cluster, bin_dir, major, folder, error);
    DK_FAULT("cluster-fill-after");
    if (filled)
        local_settings_make(cluster, folder, &settings);
    if (filled && include_settings(folder, error) &&
        local_settings_write(cluster, folder, &settings, false, error) && install(cluster, folder, error))
        return true;
    dk_remove_tree(folder, NULL);
    return false;
}
