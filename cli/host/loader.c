/* See loader.h. */
#include "host/loader.h"

#include <devkit/file.h>
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

char *loader_plugin_name(const char *path) {
    const char *base = dk_path_basename(path);
    const char *dot = strrchr(base, '.');
    return dk_strndup(base, dot ? (size_t)(dot - base) : strlen(base));
}

static bool mismatch(dk_error *error, const char *path, const char *field, const char *has,
                     const char *wants) {
    dk_fail(error, DK_ERROR_FAILED, "plugin-incompatible",
            "the plugin %s does not fit this devkit: its %s is %s, expected %s", path, field, has, wants);
    return false;
}

bool loader_check(const dk_plugin *plugin, const char *path, const char *name, dk_error *error) {
    char has[64], wants[64];
    /* In this order: nothing behind a field that is wrong can be trusted to lie where we think. */
    if (plugin->magic != DK_PLUGIN_MAGIC) {
        snprintf(has, sizeof(has), "0x%08x", plugin->magic);
        snprintf(wants, sizeof(wants), "0x%08x", DK_PLUGIN_MAGIC);
        mismatch(error, path, "magic", has, wants);
        return dk_error_hint(error,
                             "this is no devkit plugin: remove the file, or build it with DK_PLUGIN_HEAD");
    }
    if (plugin->abi_major != DK_ABI_MAJOR) {
        snprintf(has, sizeof(has), "%u", plugin->abi_major);
        snprintf(wants, sizeof(wants), "%d", DK_ABI_MAJOR);
        mismatch(error, path, "abi_major", has, wants);
        return dk_error_hint(error, "rebuild the plugin with the headers of devkit %s", DEVKIT_VERSION);
    }
    if (plugin->abi_minor > DK_ABI_MINOR) {
        snprintf(has, sizeof(has), "%u", plugin->abi_minor);
        snprintf(wants, sizeof(wants), "at most %d", DK_ABI_MINOR);
        mismatch(error, path, "abi_minor", has, wants);
        return dk_error_hint(error, "the plugin is newer than devkit %s: update devkit", DEVKIT_VERSION);
    }
    if (plugin->size != sizeof(dk_plugin)) {
        snprintf(has, sizeof(has), "%zu bytes", plugin->size);
        snprintf(wants, sizeof(wants), "%zu bytes", sizeof(dk_plugin));
        mismatch(error, path, "size", has, wants);
        return dk_error_hint(error, "rebuild the plugin with the headers of devkit %s", DEVKIT_VERSION);
    }
    if (!dk_streq(plugin->name, name)) {
        mismatch(error, path, "name", plugin->name ? plugin->name : "missing", name);
        return dk_error_hint(error, "rename the file to %s.so", plugin->name ? plugin->name : name);
    }
    return true;
}

static char *entry_name(const char *name) {
    char *symbol = dk_format("devkit_plugin_%s", name);
    for (char *at = symbol; *at; at++)
        if (*at == '-')
            *at = '_';
    return symbol;
}

/* A plugin whose dependency is missing says so in the loader's own words, which name the library. */
static bool open_failed(const char *path, dk_error *error) {
    const char *why = dlerror();
    dk_fail(error, DK_ERROR_FAILED, "plugin-unusable", "the plugin %s can't be opened", path);
    dk_error_detail(error, "%s", why ? why : "unknown reason");
    return dk_error_hint(error, "install the library it names, or rebuild the plugin for devkit %s",
                         DEVKIT_VERSION);
}

const dk_plugin *loader_open(const char *path, const char *name, loader_binding binding, dk_error *error) {
    void *handle = dlopen(path, (binding == LOADER_BIND_OWN ? RTLD_LAZY : RTLD_NOW) | RTLD_LOCAL);
    if (!handle) {
        open_failed(path, error);
        return NULL;
    }
    DK_AUTOFREE char *symbol = entry_name(name);
    dk_plugin_entry *entry = NULL;
    /* POSIX's way round ISO C's missing conversion from object to function pointer. */
    *(void **)(&entry) = dlsym(handle, symbol);
    const dk_plugin *plugin = entry ? entry() : NULL;
    if (!plugin) {
        dk_fail(error, DK_ERROR_FAILED, "plugin-unusable", "the plugin %s has no %s %s", path,
                entry ? "descriptor behind" : "entry function", symbol);
        dk_error_hint(error,
                      "define it with DK_PLUGIN(%s, &descriptor), or rename the file to its plugin's name",
                      symbol + strlen("devkit_plugin_"));
        return NULL;
    }
    return loader_check(plugin, path, name, error) ? plugin : NULL;
}
