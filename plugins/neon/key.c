/* Where the API key comes from: never a file that is the project's. */
#include "neon.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define KEY_FILE "neon-api-key"
#define KEY_LIMIT 4096
#define KEYS_PAGE "https://console.neon.tech/app/settings/api-keys"

/* https://specifications.freedesktop.org/basedir-spec: a relative value is invalid. Caller frees; NULL: no
 * home. */
static char *key_path(void) {
    const char *config = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");
    if (config && config[0] == '/')
        return dk_format("%s/devkit/%s", config, KEY_FILE);
    return home && home[0] == '/' ? dk_format("%s/.config/devkit/%s", home, KEY_FILE) : NULL;
}

static bool fail_missing(const char *variable, const char *path, dk_error *error) {
    dk_fail(error, DK_ERROR_USAGE, "neon-key-missing", "there is no API key for Neon");
    dk_error_detail(error, "%s is not set in the environment%s%s%s", variable, path ? ", and " : "",
                    path ? path : "", path ? " does not exist" : "");
    return dk_error_hint(error,
                         "make one at " KEYS_PAGE
                         " and export %s, or write it into that file with mode 600; a file of the project "
                         "is no place for it",
                         variable);
}

static bool check_mode(const char *path, dk_error *error) {
    struct stat status;
    if (stat(path, &status) != 0 || (status.st_mode & (S_IRWXG | S_IRWXO)) == 0)
        return true;
    dk_fail(error, DK_ERROR_REFUSED, "neon-key-exposed", "others may read the API key in %s", path);
    return dk_error_hint(error, "chmod 600 %s", path);
}

/* A key in a header must be one word: a line end in it would begin another header. */
static bool check_text(const char *key, const char *origin, dk_error *error) {
    for (const char *at = key; *at; at++)
        if ((unsigned char)*at <= ' ' || (unsigned char)*at >= 0x7f)
            return dk_fail(error, DK_ERROR_USAGE, "neon-key-invalid",
                           "the API key in %s is not one word of plain characters", origin);
    return true;
}

static char *read_file(const char *path, dk_error *error) {
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    if (!check_mode(path, error) || !dk_file_read(path, KEY_LIMIT, &text, error))
        return NULL;
    dk_buf_trim_end(&text);
    return dk_buf_detach(&text);
}

char *neon_key_find(dk_context *context, dk_error *error) {
    const dk_config *config = dk_config_get(context, error);
    if (!config)
        return NULL;
    const char *variable = config->neon.api_key_env;
    const char *value = getenv(variable);
    DK_AUTOFREE char *path = key_path();
    char *key = NULL;
    if (value && *value)
        key = dk_strdup(value);
    else if (path && dk_file_exists(path) && !(key = read_file(path, error)))
        return NULL;
    if (key)
        dk_secret_add(key);
    if (!key || !*key)
        fail_missing(variable, path, error);
    else if (check_text(key, value && *value ? variable : path, error))
        return key;
    free(key);
    return NULL;
}
