/* Names of databases. At most 8 + 9 + 8 + 25 characters, so never cut by PostgreSQL's 63. */
#include "engine.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static const char *const words[ENGINE_KINDS] = {
    [ENGINE_LIVE] = "live",         [ENGINE_TEMPLATE] = "template", [ENGINE_SPARE] = "spare",
    [ENGINE_UNDO] = "undo",         [ENGINE_BUILDING] = "building", [ENGINE_FILLING] = "filling",
    [ENGINE_REPLACED] = "replaced", [ENGINE_DOOMED] = "doomed",
};

const char *engine_kind_word(engine_kind kind) {
    return words[kind];
}

void engine_scope(const char *live, char *scope) {
    char hex[HASH_HEX];
    hash_memory_hex(live, strlen(live), hex);
    memcpy(scope, hex, ENGINE_SCOPE_HEX);
    scope[ENGINE_SCOPE_HEX] = '\0';
}

char *engine_name(engine_kind kind, const char *scope, const char *suffix) {
    return dk_format("devkit_%s_%s_%s", words[kind], scope, suffix);
}

char *engine_name_unique(engine_kind kind, const char *scope) {
    char moment[16];
    char random[5];
    struct tm parts;
    time_t now = (time_t)dk_unix_time();
    strftime(moment, sizeof moment, "%Y%m%d%H%M%S", gmtime_r(&now, &parts));
    dk_random_hex(random, sizeof random - 1);
    return dk_format("devkit_%s_%s_%s_%s", words[kind], scope, moment, random);
}

bool engine_name_parse(const char *name, const char *scope, engine_kind *kind) {
    for (int candidate = ENGINE_TEMPLATE; candidate < ENGINE_KINDS; candidate++) {
        char prefix[ENGINE_NAME_MAX];
        int length = snprintf(prefix, sizeof prefix, "devkit_%s_%s_", words[candidate], scope);
        if (length > 0 && (size_t)length < sizeof prefix && strncmp(name, prefix, (size_t)length) == 0) {
            *kind = (engine_kind)candidate;
            return true;
        }
    }
    return false;
}
