/* The files that say who may connect, where, and how: all written by us, at every `up`, when they differ. */
#include "local.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

/* ── devkit.conf ──────────────────────────────────────────────────────────────────────────────────────────
 */

/* Whether "localhost" may lead to ::1 is not asked of the resolver, which would ask a name server: where the
 * system has that address, we listen on it. */
static bool has_six(void) {
    int fd = socket(AF_INET6, SOCK_STREAM, 0);
    struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_addr = in6addr_loopback};
    bool has = fd >= 0 && bind(fd, (const struct sockaddr *)&address, sizeof address) == 0;
    if (fd >= 0)
        close(fd);
    return has;
}

char *local_listen_addresses(const char *host) {
    if (!host || !*host || *host == '/')
        return dk_strdup("127.0.0.1");
    if (strchr(host, ':'))
        return dk_strdup("127.0.0.1, ::1");
    if (dk_starts_with(host, "127.") && !dk_streq(host, "127.0.0.1"))
        return dk_format("127.0.0.1, %s", host);
    if (dk_streq(host, "127.0.0.1") || !has_six())
        return dk_strdup("127.0.0.1");
    return dk_strdup("127.0.0.1, ::1");
}

static void add_quoted(dk_buf *text, const char *value) {
    dk_buf_add_char(text, '\'');
    for (const char *at = value; *at; at++) {
        if (*at == '\'' || *at == '\\')
            dk_buf_add_char(text, *at);
        dk_buf_add_char(text, *at);
    }
    dk_buf_add_char(text, '\'');
}

static void add_setting(dk_buf *text, const char *name, const char *value) {
    dk_buf_addf(text, "%s = ", name);
    add_quoted(text, value);
    dk_buf_add_char(text, '\n');
}

/* In lists of names and in pg_hba.conf a quote inside quotes is doubled. */
static void add_name(dk_buf *text, const char *name) {
    dk_buf_add_char(text, '"');
    for (const char *at = name; *at; at++) {
        if (*at == '"')
            dk_buf_add_char(text, '"');
        dk_buf_add_char(text, *at);
    }
    dk_buf_add_char(text, '"');
}

/* The private folder, and the URL's own when it names one. A running server keeps its folder: which one is
 * chosen depends on XDG_RUNTIME_DIR, which a cron job or sudo does not have. */
static char *socket_dirs(const local_cluster *cluster) {
    const char *host = cluster->url->hosts[0].host;
    dk_buf list = DK_BUF_INIT;
    add_name(&list, cluster->socket_dir);
    if (host && *host == '/' && !dk_streq(host, cluster->socket_dir)) {
        dk_buf_add(&list, ", ");
        add_name(&list, host);
    }
    return dk_buf_detach(&list);
}

#define CLONE_SETTING "file_copy_method"
#define CLONE_SINCE 18 /* https://www.postgresql.org/docs/18/runtime-config-resource.html */

/* Where nothing could be found out, what the file says stays: a full disk is no reason to start the server
 * anew. */
static bool copies_by_clone(const char *folder) {
    if (local_folder_major(folder) < CLONE_SINCE)
        return false;
    local_reflink reflink = local_reflink_probe(folder);
    if (reflink != LOCAL_REFLINK_UNKNOWN)
        return reflink == LOCAL_REFLINK_YES;
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    DK_AUTOFREE char *path = dk_path_join(folder, LOCAL_SETTINGS);
    return dk_file_read(path, 1 << 20, &text, NULL) &&
           strstr(dk_buf_text(&text), "\n" CLONE_SETTING " = 'clone'\n");
}

static char *main_file(const local_cluster *cluster, const char *folder) {
    dk_buf text = DK_BUF_INIT;
    DK_AUTOFREE char *addresses = local_listen_addresses(dk_url_host_name(cluster->url));
    DK_AUTOFREE char *port = dk_format("%d", dk_url_port(cluster->url));
    DK_AUTOFREE char *sockets = socket_dirs(cluster);
    dk_buf_add(&text, "# Written by devkit at every `devkit up`; changes here are lost.\n"
                      "# Yours belong in .devkit.toml: [server.local] settings = { … }\n");
    add_setting(&text, "listen_addresses", addresses);
    add_setting(&text, "port", port);
    add_setting(&text, "unix_socket_directories", sockets);
    add_setting(&text, "unix_socket_permissions", "0777"); /* the folder is what is closed */
    add_setting(&text, "password_encryption", "scram-sha-256");
    add_setting(&text, "lc_messages", "C"); /* English, so that devkit knows them again */
    add_setting(&text, "logging_collector", "off");
    add_setting(&text, "log_destination", "stderr");
    if (copies_by_clone(folder)) /* a template of a gigabyte is cloned in the time of a small one */
        add_setting(&text, CLONE_SETTING, "clone");
    if (dk_streq(cluster->config->server_local.durability, "fast")) {
        add_setting(&text, "fsync", "off");
        add_setting(&text, "synchronous_commit", "off");
        add_setting(&text, "full_page_writes", "off");
    }
    const dk_config_map *map = &cluster->config->server_local.settings;
    for (size_t i = 0; i < map->count; i++)
        add_setting(&text, map->entries[i].key, map->entries[i].value);
    return dk_buf_detach(&text);
}

/* ── pg_hba.conf and pg_ident.conf ────────────────────────────────────────────────────────────────────────
 */

static char *hba_file(const local_cluster *cluster) {
    dk_buf text = DK_BUF_INIT;
    dk_buf_add(&text, "# Written by devkit at every `devkit up`; changes here are lost.\n"
                      "# devkit itself: over the private socket, known by its account.\n"
                      "local all " LOCAL_ADMIN " peer map=devkit\n"
                      "host all " LOCAL_ADMIN " all reject\n");
    if (!cluster->url->password) {
        dk_buf_add(&text, "# The URL has no password, so its role needs none on this machine.\n");
        static const char *const places[] = {"local all ", "host all ", "host all "};
        static const char *const addresses[] = {"", " 127.0.0.0/8", " ::1/128"};
        for (size_t i = 0; i < DK_COUNT(places); i++) {
            dk_buf_add(&text, places[i]);
            add_name(&text, cluster->url->user);
            dk_buf_addf(&text, "%s trust\n", addresses[i]);
        }
    }
    dk_buf_add(&text, "# Applications: a password, and this machine only.\n"
                      "local all all scram-sha-256\n"
                      "host all all 127.0.0.0/8 scram-sha-256\n"
                      "host all all ::1/128 scram-sha-256\n");
    return dk_buf_detach(&text);
}

static char *ident_file(const local_cluster *cluster) {
    dk_buf text = DK_BUF_INIT;
    dk_buf_add(&text, "# Written by devkit at every `devkit up`: who may be " LOCAL_ADMIN ".\n"
                      "devkit root " LOCAL_ADMIN "\n");
    if (*cluster->account.name && !dk_streq(cluster->account.name, "root")) {
        dk_buf_add(&text, "devkit ");
        add_name(&text, cluster->account.name);
        dk_buf_add(&text, " " LOCAL_ADMIN "\n");
    }
    return dk_buf_detach(&text);
}

/* ── files ────────────────────────────────────────────────────────────────────────────────────────────────
 */

static bool says(const char *folder, const char *name, const char *content) {
    DK_AUTOFREE char *path = dk_path_join(folder, name);
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    return dk_file_read(path, 1 << 20, &text, NULL) && dk_streq(dk_buf_text(&text), content);
}

bool local_settings_check(const local_cluster *cluster, dk_error *error) {
    static const struct {
        const char *name, *hint;
    } reserved[] = {
        {"port", "change it in the URL"},
        {"listen_addresses", "change the host in the URL; the server is for this machine only"},
        {"unix_socket_directories", "name a folder as the URL's host"},
        {"data_directory", "set data_dir in [server.local]"},
        {"hba_file", "devkit writes it from the URL"},
        {"ident_file", "devkit writes it from the URL"},
        {"logging_collector", "`devkit logs` shows the log"},
        {"log_destination", "`devkit logs` shows the log"},
    };
    const dk_config_map *map = &cluster->config->server_local.settings;
    for (size_t i = 0; i < map->count; i++)
        for (size_t j = 0; j < DK_COUNT(reserved); j++) {
            if (strcasecmp(map->entries[i].key, reserved[j].name) != 0)
                continue;
            dk_fail(error, DK_ERROR_USAGE, "settings-reserved",
                    "[server.local] settings can't have %s: devkit sets it itself", map->entries[i].key);
            return dk_error_hint(error, "%s", reserved[j].hint);
        }
    return true;
}

void local_settings_make(const local_cluster *cluster, const char *folder, local_settings *settings) {
    settings->main = main_file(cluster, folder);
    settings->hba = hba_file(cluster);
    settings->ident = ident_file(cluster);
    settings->main_same = says(folder, LOCAL_SETTINGS, settings->main);
    settings->access_same =
        says(folder, "pg_hba.conf", settings->hba) && says(folder, "pg_ident.conf", settings->ident);
}

/* A disk that becomes full takes a part first, and says why only when it is asked for the rest. */
bool local_write_and_close(int fd, const char *path, const char *content, size_t length, dk_error *error) {
    bool written = fd >= 0;
    for (size_t done = 0; written && done < length;) {
        ssize_t count = write(fd, content + done, length - done);
        written = count > 0 || (count < 0 && errno == EINTR);
        done += count > 0 ? (size_t)count : 0;
    }
    int cause = errno;
    if (fd >= 0 && close(fd) != 0 && written) {
        cause = errno;
        written = false;
    }
    return written || dk_fail_errno(error, cause, "settings-failed", "cannot write %s", path);
}

static bool write_plain(const char *path, const char *content, dk_error *error) {
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    return local_write_and_close(fd, path, content, strlen(content), error);
}

static bool write_file(const local_cluster *cluster, const char *folder, const char *name,
                       const char *content, bool durable, dk_error *error) {
    DK_AUTOFREE char *path = dk_path_join(folder, name);
    if (durable ? !dk_file_write(path, content, strlen(content), 0600, error)
                : !write_plain(path, content, error))
        return false;
    DK_FAULT("settings-written");
    if (cluster->account.switched && lchown(path, cluster->account.uid, cluster->account.gid) != 0)
        return dk_fail_errno(error, errno, "settings-failed", "cannot give %s to the server's account", path);
    return true;
}

bool local_settings_write(const local_cluster *cluster, const char *folder, const local_settings *settings,
                          bool durable, dk_error *error) {
    if ((!durable || !settings->access_same) &&
        (!write_file(cluster, folder, "pg_hba.conf", settings->hba, durable, error) ||
         !write_file(cluster, folder, "pg_ident.conf", settings->ident, durable, error)))
        return false;
    if (durable && settings->main_same)
        return true;
    return write_file(cluster, folder, LOCAL_SETTINGS, settings->main, durable, error);
}

void local_settings_release(local_settings *settings) {
    free(settings->main);
    free(settings->hba);
    free(settings->ident);
    memset(settings, 0, sizeof *settings);
}
