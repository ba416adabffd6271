/* Which package brings PostgreSQL's programs, by distribution. */
#include "programs_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct package {
    const char *id; /* ID or a word of ID_LIKE in /etc/os-release */
    const char *server, *client;
    const char *server_version, *client_version; /* %d becomes the major version; NULL: no such packages */
} package;

static const package packages[] = {
    {"debian", "apt install postgresql", "apt install postgresql-client",
     "apt install postgresql-%d (older or newer ones: https://apt.postgresql.org)",
     "apt install postgresql-client-%d (older or newer ones: https://apt.postgresql.org)"},
    {"fedora", "dnf install postgresql-server", "dnf install postgresql",
     "dnf install postgresql%d-server (from https://yum.postgresql.org)",
     "dnf install postgresql%d (from https://yum.postgresql.org)"},
    {"alpine", "apk add postgresql", "apk add postgresql-client", "apk add postgresql%d",
     "apk add postgresql%d-client"},
    {"arch", "pacman -S postgresql", "pacman -S postgresql-libs", NULL, NULL},
    {"suse", "zypper install postgresql-server", "zypper install postgresql",
     "zypper install postgresql%d-server", "zypper install postgresql%d"},
    {"macos", "brew install postgresql", "brew install libpq", "brew install postgresql@%d",
     "brew install postgresql@%d"},
};
static const struct {
    const char *id, *like;
} relatives[] = {
    {"ubuntu", "debian"}, {"rhel", "fedora"},      {"centos", "fedora"},
    {"rocky", "fedora"},  {"almalinux", "fedora"}, {"amzn", "fedora"},
    {"opensuse", "suse"}, {"sles", "suse"},        {"manjaro", "arch"},
};

static const package *package_of(const char *id) {
    for (size_t i = 0; i < DK_COUNT(relatives); i++)
        if (strcmp(id, relatives[i].id) == 0)
            id = relatives[i].like;
    for (size_t i = 0; i < DK_COUNT(packages); i++)
        if (strcmp(id, packages[i].id) == 0)
            return &packages[i];
    return NULL;
}

/* Value of NAME="…" in os-release, without quotes. Caller frees; NULL when it is not there. */
static char *release_value(const char *text, const char *name) {
    size_t length = strlen(name);
    for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        if (strncmp(line, name, length) != 0 || line[length] != '=')
            continue;
        const char *value = line + length + 1;
        value += *value == '"' || *value == '\'';
        return dk_strndup(value, strcspn(value, "\"'\n"));
    }
    return NULL;
}

static const package *find_package(const char *os_release) {
    DK_AUTO_STRV dk_strv words = DK_STRV_INIT;
    static const char *const names[] = {"ID", "ID_LIKE"};
    for (size_t i = 0; i < DK_COUNT(names); i++) {
        DK_AUTOFREE char *value = release_value(os_release, names[i]);
        if (value)
            dk_strv_split(&words, value, ' ');
    }
    for (size_t i = 0; i < words.count; i++) {
        const package *found = package_of(words.items[i]);
        if (found)
            return found;
    }
#ifdef __APPLE__
    return package_of("macos");
#else
    return NULL;
#endif
}

void pg_package_hint(const char *os_release, bool server, int major, dk_buf *hint) {
    const package *found = find_package(os_release);
    const char *versioned = found ? (server ? found->server_version : found->client_version) : NULL;
    if (!found) {
        dk_buf_addf(hint,
                    "install PostgreSQL's %s programs, or name their folder: bin_dir under [server.local] "
                    "in .devkit.toml",
                    server ? "server" : "client");
        return;
    }
    if (!major || !versioned) {
        dk_buf_addf(hint, "install it: %s", server ? found->server : found->client);
        return;
    }
    const char *number = strstr(versioned, "%d");
    dk_buf_addf(hint, "install it: %.*s%d%s", (int)(number - versioned), versioned, major, number + 2);
}
