/* Who looks after a server of this machine: found by the files that each leaves, never by starting anything.
 */
#include "external.h"

#include <stdlib.h>
#include <string.h>

#define CONFIG_LIMIT ((size_t)1 << 20)
#define USUAL_PORT 5432

void external_manager_release(external_manager *manager) {
    free(manager->name);
    free(manager->start);
    free(manager->stop);
    free(manager->logs);
    *manager = (external_manager){0};
}

/* The last `port = N` of a postgresql.conf that is no comment; 5432 without one, 0 when it can't be read. */
static int port_of(const char *path) {
    DK_AUTO_BUF dk_buf content = DK_BUF_INIT;
    int port = USUAL_PORT;
    if (!dk_file_read(path, CONFIG_LIMIT, &content, NULL))
        return 0;
    for (const char *line = dk_buf_text(&content); *line;) {
        const char *text = line + strspn(line, " \t");
        size_t name = strlen("port");
        if (strncmp(text, "port", name) == 0 && strchr(" \t=", text[name])) {
            int value = atoi(text + name + strspn(text + name, " \t='"));
            port = value > 0 && value <= 65535 ? value : port;
        }
        line += strcspn(line, "\n");
        line += *line == '\n';
    }
    return port;
}

static bool has(const char *root, const char *path) {
    DK_AUTOFREE char *whole = dk_format("%s%s", root, path);
    return dk_file_exists(whole);
}

/* Folders or files below `folder` that match, newest version first. */
static void matches(const char *root, const char *folder, const char *pattern, dk_strv *found) {
    DK_AUTOFREE char *whole = dk_format("%s%s", root, folder);
    DK_AUTO_STRV dk_strv patterns = DK_STRV_INIT;
    dk_strv_add(&patterns, pattern);
    if (dk_is_directory(whole))
        dk_glob(whole, &patterns, found, NULL);
    for (size_t i = 0; i < found->count / 2; i++) {
        char *other = found->items[i];
        found->items[i] = found->items[found->count - 1 - i];
        found->items[found->count - 1 - i] = other;
    }
}

static bool has_systemd(const char *root) {
    return has(root, "/run/systemd/system");
}

/* ── Debian and Ubuntu: clusters in /etc/postgresql/VERSION/NAME ── */
static bool find_debian(const char *root, int port, external_manager *manager) {
    DK_AUTO_STRV dk_strv found = DK_STRV_INIT;
    matches(root, "/etc/postgresql", "*/*/postgresql.conf", &found);
    for (size_t i = 0; i < found.count; i++) {
        DK_AUTOFREE char *path = dk_format("%s/etc/postgresql/%s", root, found.items[i]);
        DK_AUTO_STRV dk_strv parts = DK_STRV_INIT;
        dk_strv_split(&parts, found.items[i], '/');
        if (parts.count != 3 || port_of(path) != port)
            continue;
        const char *version = parts.items[0];
        const char *name = parts.items[1];
        bool unit = has_systemd(root);
        manager->name = dk_format("the cluster %s/%s of pg_ctlcluster", version, name);
        manager->start = unit ? dk_format("sudo systemctl start postgresql@%s-%s", version, name)
                              : dk_format("sudo pg_ctlcluster %s %s start", version, name);
        manager->stop = unit ? dk_format("sudo systemctl stop postgresql@%s-%s", version, name)
                             : dk_format("sudo pg_ctlcluster %s %s stop", version, name);
        manager->logs = dk_format("sudo tail /var/log/postgresql/postgresql-%s-%s.log", version, name);
        return true;
    }
    return false;
}

/* ── a systemd unit of other distributions ── */
static bool find_systemd(const char *root, int port, external_manager *manager) {
    static const char *const folders[] = {"/etc/systemd/system", "/usr/lib/systemd/system",
                                          "/lib/systemd/system"};
    if (port != USUAL_PORT || !has_systemd(root))
        return false;
    for (size_t i = 0; i < DK_COUNT(folders); i++) {
        DK_AUTO_STRV dk_strv found = DK_STRV_INIT;
        matches(root, folders[i], "postgresql-[0-9]*.service", &found);
        if (has(root, folders[i]) && found.count == 0)
            matches(root, folders[i], "postgresql.service", &found);
        if (found.count == 0)
            continue;
        int length = (int)(strlen(found.items[0]) - strlen(".service"));
        manager->name = dk_format("the systemd unit %.*s", length, found.items[0]);
        manager->start = dk_format("sudo systemctl start %.*s", length, found.items[0]);
        manager->stop = dk_format("sudo systemctl stop %.*s", length, found.items[0]);
        manager->logs = dk_format("sudo journalctl -u %.*s", length, found.items[0]);
        return true;
    }
    return false;
}

/* ── an init script: Alpine's OpenRC, containers without systemd ── */
static bool find_service(const char *root, int port, external_manager *manager) {
    if (port != USUAL_PORT || has_systemd(root) || !has(root, "/etc/init.d/postgresql"))
        return false;
    const char *program = has(root, "/sbin/rc-service") ? "rc-service" : "service";
    manager->name = dk_strdup("the service postgresql");
    manager->start = dk_format("sudo %s postgresql start", program);
    manager->stop = dk_format("sudo %s postgresql stop", program);
    return true;
}

/* ── Homebrew, on macOS and Linux ── */
static bool find_homebrew(const char *root, int port, external_manager *manager) {
    static const char *const prefixes[] = {"/opt/homebrew", "/usr/local", "/home/linuxbrew/.linuxbrew"};
    for (size_t i = 0; i < DK_COUNT(prefixes); i++) {
        DK_AUTO_STRV dk_strv found = DK_STRV_INIT;
        DK_AUTOFREE char *folder = dk_format("%s/var", prefixes[i]);
        matches(root, folder, "postgresql*/postgresql.conf", &found);
        if (found.count == 0)
            matches(root, folder, "postgres/postgresql.conf", &found);
        for (size_t j = 0; j < found.count; j++) {
            DK_AUTOFREE char *path = dk_format("%s%s/%s", root, folder, found.items[j]);
            int length = (int)strcspn(found.items[j], "/");
            if (port_of(path) != port)
                continue;
            const char *formula = dk_starts_with(found.items[j], "postgres/") ? "postgresql" : found.items[j];
            length = dk_streq(formula, "postgresql") ? (int)strlen(formula) : length;
            manager->name = dk_format("Homebrew's %.*s", length, formula);
            manager->start = dk_format("brew services start %.*s", length, formula);
            manager->stop = dk_format("brew services stop %.*s", length, formula);
            manager->logs = dk_format("tail %s/var/log/%.*s.log", prefixes[i], length, formula);
            return true;
        }
    }
    return false;
}

/* ── Postgres.app ── */
static bool find_app(const char *root, int port, external_manager *manager) {
    if (port != USUAL_PORT || !has(root, "/Applications/Postgres.app"))
        return false;
    manager->name = dk_strdup("Postgres.app");
    manager->start = dk_strdup("open -a Postgres");
    manager->stop = dk_strdup("osascript -e 'quit app \"Postgres\"'");
    return true;
}

bool external_manager_find(const char *root, const dk_url *url, external_manager *manager) {
    static bool (*const finders[])(const char *, int, external_manager *) = {
        find_debian, find_homebrew, find_app, find_systemd, find_service};
    *manager = (external_manager){0};
    if (!dk_url_is_local(url))
        return false;
    for (size_t i = 0; i < DK_COUNT(finders); i++)
        if (finders[i](root, dk_url_port(url), manager))
            return true;
    return false;
}
