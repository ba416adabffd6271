/* The table of keys, and how paths are looked up in it. A new key is one row here and one field in
 * <devkit/config.h>; reading, checking, the environment, `devkit config` and its help follow from the row. */
#include "config/schema.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define AT(field) offsetof(dk_config, field)
#define IN_ENVIRONMENT(field) offsetof(dk_config_environment, field)

static const config_key setting_element[] = {{.path = "", .type = CONFIG_SETTING, .help = "server setting"}};
static const config_key port_element[] = {{.path = "",
                                           .type = CONFIG_INTEGER,
                                           .minimum = 1,
                                           .maximum = 65535,
                                           .help = "port the project listens on"}};
static const config_key handler_element[] = {
    {.path = "", .type = CONFIG_LIST, .help = "devkit commands to run, in order"}};
static const config_key environment_elements[] = {
    {.path = "url_env",
     .type = CONFIG_TEXT,
     .offset = IN_ENVIRONMENT(url_env),
     .standard = "",
     .help = "variable that holds this environment's database URL"},
    {.path = "allow",
     .type = CONFIG_LIST,
     .offset = IN_ENVIRONMENT(allow),
     .standard = "",
     .help = "what may be done there although it is not this machine"},
    {.path = "protected",
     .type = CONFIG_BOOL,
     .offset = IN_ENVIRONMENT(protected_),
     .standard = "false",
     .help = "never reset, whatever is asked"},
};

static const char git_hooks[] =
    "applypatch-msg pre-applypatch post-applypatch pre-commit pre-merge-commit prepare-commit-msg commit-msg "
    "post-commit pre-rebase post-checkout post-merge pre-push post-rewrite reference-transaction "
    "sendemail-validate pre-auto-gc post-index-change fsmonitor-watchman";

#define TEXT(at, field, value, words)                                                                        \
    { .path = at, .type = CONFIG_TEXT, .offset = AT(field), .standard = value, .help = words }
#define CHOICE(at, field, value, which, words)                                                               \
    {                                                                                                        \
        .path = at, .type = CONFIG_TEXT, .offset = AT(field), .standard = value, .choices = which,           \
        .help = words                                                                                        \
    }
#define LIST(at, field, value, words)                                                                        \
    { .path = at, .type = CONFIG_LIST, .offset = AT(field), .standard = value, .help = words }
#define INTEGER(at, field, value, most, words)                                                               \
    {                                                                                                        \
        .path = at, .type = CONFIG_INTEGER, .offset = AT(field), .standard = value, .maximum = most,         \
        .help = words                                                                                        \
    }
#define BOOL(at, field, value, words)                                                                        \
    { .path = at, .type = CONFIG_BOOL, .offset = AT(field), .standard = value, .help = words }
#define TABLE(at, kind, field, which, parts, words)                                                          \
    {                                                                                                        \
        .path = at, .type = kind, .offset = AT(field), .choices = which, .elements = parts,                  \
        .element_count = DK_COUNT(parts), .help = words                                                      \
    }

const config_key config_keys[] = {
    TEXT("project.name", project.name, "", "the project's name; default: the folder's"),
    INTEGER("project.concurrency", project.concurrency, "0", 100000,
            "connections the application opens at most; 0: not known"),

    TEXT("database.url_env", database.url_env, "DATABASE_URL", "variable that holds the database's URL"),
    LIST("database.env_files", database.env_files, ".env", "files it is looked up in after the environment"),
    TEXT("database.maintenance_db", database.maintenance_db, "postgres",
         "database devkit connects to for administration"),
    CHOICE("database.server", database.server, "auto", "auto local docker compose external",
           "who runs the server"),

    INTEGER("server.local.version", server_local.version, "0", 99, "major version wanted; 0: any"),
    TEXT("server.local.bin_dir", server_local.bin_dir, "", "folder of initdb and postgres; empty: searched"),
    TEXT("server.local.data_dir", server_local.data_dir, ".devkit/postgres", "folder of the private cluster"),
    CHOICE("server.local.durability", server_local.durability, "safe", "safe fast",
           "fast turns fsync off: for throw-away data"),
    TABLE("server.local.settings", CONFIG_MAP, server_local.settings, NULL, setting_element,
          "settings of the private cluster, as in postgresql.conf"),

    TEXT("server.docker.image", server_docker.image, "postgres:16", "image of the container"),
    TEXT("server.compose.file", server_compose.file, "", "the compose file; empty: looked for"),
    TEXT("server.compose.service", server_compose.service, "",
         "the database's service in it; empty: looked for"),

    LIST("reset.layers", reset.layers, "migrate,seed", "what a database is built from, in order"),
    CHOICE("reset.mode", reset.mode, "aside", "aside in-place",
           "in-place is for tools that can't be pointed at another database"),
    INTEGER("reset.templates", reset.templates, "6", 10000, "templates kept at most; 0: none"),
    {.path = "reset.max_size",
     .type = CONFIG_SIZE,
     .offset = AT(reset.max_size),
     .standard = "20GB",
     .help = "most that devkit keeps beside the live database"},
    {.path = "reset.max_age",
     .type = CONFIG_DURATION,
     .offset = AT(reset.max_age_ms),
     .standard = "",
     .help = "rebuild layers older than this; empty: never"},
    INTEGER("reset.undo", reset.undo, "1", 1000, "previous databases kept"),
    BOOL("reset.spare", reset.spare, "true", "keep one clone ready"),

    TEXT("migrate.tool", migrate.tool, "auto", "auto, sql, command, or a preset's name"),
    TEXT("migrate.dir", migrate.dir, "migrations", "folder of the migrations"),
    TEXT("migrate.command", migrate.command, "", "how to apply them"),
    LIST("migrate.inputs", migrate.inputs, "", "files the migrations depend on"),
    TEXT("migrate.cwd", migrate.cwd, "", "folder the command runs in"),
    TEXT("migrate.venv", migrate.venv, "", "virtual environment put first on its PATH"),
    LIST("migrate.verify", migrate.verify, "", "SQL that must return true afterwards"),

    TEXT("models.command", models.command, "", "how the models alone build a schema"),
    LIST("models.inputs", models.inputs, "", "files the models consist of"),
    TEXT("models.stamp", models.stamp, "", "stamps the migration tool after the models; empty: none"),

    LIST("seed.files", seed.files, "seeds/*.sql,seeds/*.csv", "SQL and CSV files, in order"),
    TEXT("seed.command", seed.command, "", "command that adds the demo data"),
    LIST("seed.inputs", seed.inputs, "", "further files that seeds depend on"),

    TEXT("snapshot.dir", snapshot.dir, ".devkit/snapshots", "folder of the snapshots"),
    BOOL("snapshot.before_migrate", snapshot.before_migrate, "true", "take one before each migration"),
    INTEGER("snapshot.keep", snapshot.keep, "10", 100000, "automatic snapshots kept"),
    TEXT("snapshot.remote.url", snapshot.remote_url, "", "s3://bucket/prefix to push to"),
    TEXT("snapshot.remote.endpoint", snapshot.remote_endpoint, "", "the store's address; empty: AWS"),
    TEXT("snapshot.remote.region", snapshot.remote_region, "", "the store's region"),

    TEXT("neon.project_id", neon.project_id, "", "the Neon project"),
    TEXT("neon.branch_id", neon.branch_id, "", "the Neon branch of the database; empty: found by host"),
    TEXT("neon.api_key_env", neon.api_key_env, "NEON_API_KEY", "variable that holds the API key"),
    TEXT("neon.api_url", neon.api_url, "https://console.neon.tech/api/v2", "address of Neon's API"),

    LIST("cache.presets", cache.presets, "auto", "whose caches to clear: python, node, …"),
    LIST("cache.paths", cache.paths, "", "further globs"),

    TABLE("hooks", CONFIG_HOOKS, hooks, git_hooks, handler_element, "devkit commands a git hook runs"),
    TABLE("events", CONFIG_EVENTS, events, NULL, handler_element, "devkit commands devkit's own events run"),
    CHOICE("branches.mode", branches.mode, "off", "off database", "database: one for each git branch"),
    LIST("schema.ignore", schema.ignore, "", "objects a comparison passes over"),
    TABLE("ports", CONFIG_MAP, ports, NULL, port_element, "what else the project listens on"),
    TABLE("env", CONFIG_ENVIRONMENTS, environments, NULL, environment_elements, "further databases"),
};
const size_t config_key_count = DK_COUNT(config_keys);

bool config_is_table(const config_key *key) {
    return key->elements != NULL;
}

const config_key *config_key_at(const char *path) {
    for (size_t i = 0; i < config_key_count; i++)
        if (strcmp(config_keys[i].path, path) == 0)
            return &config_keys[i];
    return NULL;
}

/* [env.NAME] keys: the user's name may have dots itself, the key does not. */
static bool find_environment_element(const char *rest, config_match *match) {
    const char *dot = strrchr(rest, '.');
    if (!dot || dot == rest)
        return false;
    for (size_t i = 0; i < match->key->element_count; i++) {
        if (strcmp(dot + 1, match->key->elements[i].path) == 0) {
            match->element = &match->key->elements[i];
            match->name = dk_strndup(rest, (size_t)(dot - rest));
            return true;
        }
    }
    return false;
}

bool config_find(const char *path, config_match *match) {
    *match = (config_match){.key = config_key_at(path)};
    if (match->key)
        return !config_is_table(match->key);
    for (size_t i = 0; i < config_key_count; i++) {
        const config_key *key = &config_keys[i];
        size_t length = strlen(key->path);
        if (!config_is_table(key) || strncmp(path, key->path, length) != 0 || path[length] != '.' ||
            !path[length + 1])
            continue;
        match->key = key;
        if (key->type == CONFIG_ENVIRONMENTS)
            return find_environment_element(path + length + 1, match);
        match->element = &key->elements[0];
        match->name = dk_strdup(path + length + 1);
        return true;
    }
    return false;
}

void config_match_release(config_match *match) {
    free(match->name);
    *match = (config_match){0};
}

bool config_is_section(const char *path) {
    size_t length = strlen(path);
    if (length == 0)
        return true;
    for (size_t i = 0; i < config_key_count; i++)
        if (strncmp(config_keys[i].path, path, length) == 0 && config_keys[i].path[length] == '.')
            return true;
    return false;
}

void config_names_in(const char *section, dk_strv *names) {
    size_t length = strlen(section);
    size_t skip = length ? length + 1 : 0;
    for (size_t i = 0; i < config_key_count; i++) {
        const char *path = config_keys[i].path;
        if (length && (strncmp(path, section, length) != 0 || path[length] != '.'))
            continue;
        DK_AUTOFREE char *name = dk_strndup(path + skip, strcspn(path + skip, "."));
        if (!dk_strv_contains(names, name))
            dk_strv_add(names, name);
    }
}

char *config_variable_name(const char *path) {
    char *name = dk_format("DEVKIT_%s", path);
    for (char *p = name; *p; p++)
        *p = isalnum((unsigned char)*p) ? (char)toupper((unsigned char)*p) : '_';
    return name;
}

const char *config_type_name(config_type type) {
    static const char *const names[] = {
        [CONFIG_TEXT] = "a text",
        [CONFIG_LIST] = "a list of texts",
        [CONFIG_INTEGER] = "a whole number",
        [CONFIG_BOOL] = "true or false",
        [CONFIG_SIZE] = "a size such as \"20GB\"",
        [CONFIG_DURATION] = "a duration such as \"7d\"",
        [CONFIG_SETTING] = "a text, number or bool",
        [CONFIG_MAP] = "a table",
        [CONFIG_HOOKS] = "a table",
        [CONFIG_EVENTS] = "a table",
        [CONFIG_ENVIRONMENTS] = "a table",
    };
    return names[type];
}
