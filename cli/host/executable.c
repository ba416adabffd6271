/* See executable.h. */
#include "host/executable.h"
#include "host/places.h"

#include <devkit/file.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PREFIX "devkit-"

char *executable_find(const char *name) {
    if (!*name || strchr(name, '/'))
        return NULL;
    DK_AUTOFREE char *program = dk_format(PREFIX "%s", name);
    DK_AUTO_STRV dk_strv folders = DK_STRV_INIT;
    dk_strv_add(&folders, places_plugin_dir());
    return dk_find_program(program, &folders);
}

static void list_folder(const char *folder, dk_strv *names) {
    DIR *stream = *folder ? opendir(folder) : NULL;
    if (!stream)
        return;
    for (const struct dirent *entry; (entry = readdir(stream));) {
        const char *name = entry->d_name + strlen(PREFIX);
        if (!dk_starts_with(entry->d_name, PREFIX) || !*name || strchr(name, '.') ||
            dk_strv_contains(names, name))
            continue;
        DK_AUTOFREE char *path = dk_path_join(folder, entry->d_name);
        if (access(path, X_OK) == 0 && !dk_is_directory(path))
            dk_strv_add(names, name);
    }
    closedir(stream);
}

void executable_list(dk_strv *names) {
    list_folder(places_plugin_dir(), names);
    const char *path = getenv("PATH");
    DK_AUTO_STRV dk_strv folders = DK_STRV_INIT;
    dk_strv_split(&folders, path ? path : "", ':');
    for (size_t i = 0; i < folders.count; i++)
        list_folder(folders.items[i], names);
    dk_strv_sort(names);
}

bool executable_run(const char *path, const char *const *words, size_t count, const dk_strv *context,
                    int *status, dk_error *error) {
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    dk_process_add(&process, path);
    for (size_t i = 0; i < count; i++)
        dk_process_add(&process, words[i]);
    dk_strv_add_all(&process.environment, context);
    process.flags = DK_PROCESS_FOREGROUND | DK_PROCESS_ALLOW_FAILURE;
    if (!dk_process_run(&process, error))
        return false;
    *status = process.exit_status;
    return true;
}
