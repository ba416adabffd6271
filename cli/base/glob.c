/* Patterns of files. Each folder is read once per pattern, entries are told apart by readdir's own type: what
 * a fingerprint costs on a warm run is mostly this walk. */
#include "base/fd.h"
#include <devkit/file.h>
#include <devkit/system.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const passed_over[] = {".git", ".devkit", "__pycache__", "node_modules", ".venv", "venv"};
enum { DEEPEST = 128 };

/* Found paths without doubles: open addressing over the list's own strings. */
typedef struct path_set {
    const char **slots;
    size_t size; /* a power of two; 0: empty */
    size_t count;
} path_set;

typedef struct glob_walk {
    const char *root;
    dk_strv *found;  /* of this pattern */
    dk_strv pattern; /* its components */
    path_set *seen;
    dk_error *error;
} glob_walk;

static size_t hash_path(const char *path) {
    uint64_t hash = UINT64_C(14695981039346656037);
    for (; *path != '\0'; path++)
        hash = (hash ^ (unsigned char)*path) * UINT64_C(1099511628211);
    return (size_t)(hash ^ hash >> 32);
}

/* False when it is there already. */
static bool insert(path_set *set, const char *path) {
    size_t at = hash_path(path) & (set->size - 1);
    for (; set->slots[at] != NULL; at = (at + 1) & (set->size - 1))
        if (strcmp(set->slots[at], path) == 0)
            return false;
    set->slots[at] = path;
    set->count++;
    return true;
}

static bool remember(path_set *set, const char *path) {
    if ((set->count + 1) * 2 > set->size) {
        path_set larger = {NULL, set->size == 0 ? 64 : set->size * 2, 0};
        larger.slots = dk_alloc_array(larger.size, sizeof *larger.slots);
        for (size_t i = 0; i < set->size; i++)
            if (set->slots[i] != NULL)
                insert(&larger, set->slots[i]);
        free(set->slots);
        *set = larger;
    }
    return insert(set, path);
}

static void add_file(const glob_walk *walk, const char *path) {
    char *copy = dk_strdup(path);
    if (remember(walk->seen, copy))
        dk_strv_add_owned(walk->found, copy);
    else
        free(copy);
}

typedef enum entry_kind { ENTRY_OTHER, ENTRY_FILE, ENTRY_FOLDER } entry_kind;

/* A link to a file is a file; a link to a folder is passed over. */
static entry_kind kind_of(int folder, const struct dirent *entry) {
    if (entry->d_type == DT_REG)
        return ENTRY_FILE;
    if (entry->d_type == DT_DIR)
        return ENTRY_FOLDER;
    struct stat status;
    if (entry->d_type == DT_UNKNOWN && fstatat(folder, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
        S_ISDIR(status.st_mode))
        return ENTRY_FOLDER;
    if (entry->d_type != DT_LNK && entry->d_type != DT_UNKNOWN)
        return ENTRY_OTHER;
    bool is_file = fstatat(folder, entry->d_name, &status, 0) == 0 && S_ISREG(status.st_mode);
    return is_file ? ENTRY_FILE : ENTRY_OTHER;
}

typedef struct listing {
    dk_strv files;
    dk_strv folders;
    bool is_environment; /* a Python virtual environment */
} listing;

static void listing_release(listing *list) {
    dk_strv_release(&list->files);
    dk_strv_release(&list->folders);
}

static bool is_passed_over(const char *name) {
    for (size_t i = 0; i < DK_COUNT(passed_over); i++)
        if (strcmp(name, passed_over[i]) == 0)
            return true;
    return false;
}

/* `path` relative to the root; "" is the root. A folder that is not there has nothing in it. */
static bool list_folder(const glob_walk *walk, const char *path, listing *list) {
    DK_AUTOFREE char *full = dk_path_join(walk->root, path);
    int fd = open(full, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    if (folder == NULL) {
        int failure = errno;
        fd_close(&fd);
        if (failure == ENOENT || failure == ENOTDIR)
            return true;
        return dk_fail_errno(walk->error, failure, "folder-unreadable", "cannot read the folder %s", full);
    }
    const struct dirent *entry;
    while ((entry = readdir(folder)) != NULL) {
        const char *name = entry->d_name;
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
            continue;
        entry_kind kind = kind_of(dirfd(folder), entry);
        if (kind == ENTRY_FILE)
            dk_strv_add(&list->files, name);
        else if (kind == ENTRY_FOLDER && !is_passed_over(name))
            dk_strv_add(&list->folders, name);
        if (strcmp(name, "pyvenv.cfg") == 0)
            list->is_environment = true;
    }
    closedir(folder);
    return true;
}

static char *below(const char *path, const char *name) {
    return path[0] == '\0' ? dk_strdup(name) : dk_path_join(path, name);
}

static bool match_below(const glob_walk *walk, const char *path, size_t component, size_t depth);

static bool collect_all(const glob_walk *walk, const char *path, size_t depth) {
    DK_CLEANUP(listing_release) listing list = {0};
    if (depth > DEEPEST || dk_interrupted() || !list_folder(walk, path, &list))
        return depth > DEEPEST || (dk_interrupted() ? dk_fail_interrupted(walk->error) : false);
    if (list.is_environment && depth > 0)
        return true;
    for (size_t i = 0; i < list.files.count; i++) {
        DK_AUTOFREE char *file = below(path, list.files.items[i]);
        add_file(walk, file);
    }
    for (size_t i = 0; i < list.folders.count; i++) {
        DK_AUTOFREE char *folder = below(path, list.folders.items[i]);
        if (!collect_all(walk, folder, depth + 1))
            return false;
    }
    return true;
}

/* A component without magic: no folder has to be read for it. */
static bool match_plain(const glob_walk *walk, const char *path, size_t component, size_t depth) {
    DK_AUTOFREE char *next = below(path, walk->pattern.items[component]);
    if (component + 1 < walk->pattern.count)
        return match_below(walk, next, component + 1, depth + 1);
    DK_AUTOFREE char *full = dk_path_join(walk->root, next);
    struct stat status;
    if (stat(full, &status) != 0)
        return true;
    if (S_ISDIR(status.st_mode))
        return collect_all(walk, next, 0);
    if (S_ISREG(status.st_mode))
        add_file(walk, next);
    return true;
}

static bool match_any_depth(const glob_walk *walk, const char *path, size_t component, size_t depth) {
    bool is_last = component + 1 == walk->pattern.count;
    if (is_last)
        return collect_all(walk, path, 0);
    if (!match_below(walk, path, component + 1, depth))
        return false;
    DK_CLEANUP(listing_release) listing list = {0};
    if (!list_folder(walk, path, &list))
        return false;
    if (list.is_environment && path[0] != '\0')
        return true;
    for (size_t i = 0; i < list.folders.count; i++) {
        if (list.folders.items[i][0] == '.')
            continue;
        DK_AUTOFREE char *folder = below(path, list.folders.items[i]);
        if (!match_below(walk, folder, component, depth + 1))
            return false;
    }
    return true;
}

static bool match_magic(const glob_walk *walk, const char *path, size_t component, size_t depth) {
    const char *pattern = walk->pattern.items[component];
    bool is_last = component + 1 == walk->pattern.count;
    DK_CLEANUP(listing_release) listing list = {0};
    if (!list_folder(walk, path, &list))
        return false;
    const dk_strv *names = is_last ? &list.files : &list.folders;
    if (list.is_environment && path[0] != '\0')
        return true;
    for (size_t i = 0; i < names->count; i++) {
        if (fnmatch(pattern, names->items[i], FNM_PERIOD) != 0)
            continue;
        DK_AUTOFREE char *next = below(path, names->items[i]);
        if (is_last)
            add_file(walk, next);
        else if (!match_below(walk, next, component + 1, depth + 1))
            return false;
    }
    return true;
}

static bool match_below(const glob_walk *walk, const char *path, size_t component, size_t depth) {
    if (depth > DEEPEST)
        return true;
    if (dk_interrupted())
        return dk_fail_interrupted(walk->error);
    const char *pattern = walk->pattern.items[component];
    if (strcmp(pattern, "**") == 0)
        return match_any_depth(walk, path, component, depth);
    return strpbrk(pattern, "*?[") != NULL ? match_magic(walk, path, component, depth)
                                           : match_plain(walk, path, component, depth);
}

static int compare_natural(const void *left, const void *right) {
    return dk_natural_compare(*(char *const *)left, *(char *const *)right);
}

static void split_pattern(dk_strv *components, const char *pattern) {
    if (pattern[0] == '/')
        dk_strv_add(components, "/");
    while (*pattern != '\0') {
        size_t length = strcspn(pattern, "/");
        if (length > 0 && !(length == 1 && pattern[0] == '.'))
            dk_strv_add_owned(components, dk_strndup(pattern, length));
        pattern += length;
        pattern += strspn(pattern, "/");
    }
}

static bool match_pattern(glob_walk *walk, const char *pattern) {
    split_pattern(&walk->pattern, pattern);
    bool walked = walk->pattern.count == 0 ? collect_all(walk, "", 0) : match_below(walk, "", 0, 0);
    dk_strv_release(&walk->pattern);
    return walked;
}

bool dk_glob(const char *folder, const dk_strv *patterns, dk_strv *paths, dk_error *error) {
    path_set seen = {0};
    for (size_t i = 0; i < paths->count; i++)
        remember(&seen, paths->items[i]);
    bool walked = true;
    for (size_t i = 0; i < patterns->count && walked; i++) {
        dk_strv found = DK_STRV_INIT;
        glob_walk walk = {.root = folder, .found = &found, .seen = &seen, .error = error};
        walked = match_pattern(&walk, patterns->items[i]);
        if (found.count > 1)
            qsort(found.items, found.count, sizeof *found.items, compare_natural);
        for (size_t j = 0; j < found.count; j++)
            dk_strv_add_owned(paths, found.items[j]); /* moved */
        free(found.items);
    }
    free(seen.slots);
    return walked;
}
