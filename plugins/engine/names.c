/* Names of databases. At most 7 + 9 + 9 + 22 characters, so never cut by PostgreSQL's 63. */
#include "engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *const words[ENGINE_KINDS] = {
    [ENGINE_LIVE] = "live",         [ENGINE_TEMPLATE] = "template", [ENGINE_SPARE] = "spare",
    [ENGINE_UNDO] = "undo",         [ENGINE_BUILDING] = "building", [ENGINE_FILLING] = "filling",
    [ENGINE_REPLACED] = "replaced", [ENGINE_DOOMED] = "doomed",     [ENGINE_SNAPSHOT] = "snapshot",
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

/* "20260102030405678": milliseconds, because a warm reset takes few of them. */
static int64_t moment_now(void) {
    char text[16];
    struct tm parts;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    strftime(text, sizeof text, "%Y%m%d%H%M%S", gmtime_r(&now.tv_sec, &parts));
    return strtoll(text, NULL, 10) * 1000 + now.tv_nsec / 1000000;
}

static char *name_at(engine_kind kind, const char *scope, int64_t moment) {
    char random[5];
    dk_random_hex(random, sizeof random - 1);
    return dk_format("devkit_%s_%s_%017lld_%s", words[kind], scope, (long long)moment, random);
}

char *engine_name_unique(engine_kind kind, const char *scope) {
    return name_at(kind, scope, moment_now());
}

char *engine_name_after(engine_kind kind, const char *scope, const char *newest) {
    int64_t moment = moment_now();
    int64_t before = 0;
    char prefix[ENGINE_NAME_MAX];
    int length = snprintf(prefix, sizeof prefix, "devkit_%s_%s_", words[kind], scope);
    if (newest && strncmp(newest, prefix, (size_t)length) == 0)
        before = strtoll(newest + length, NULL, 10);
    return name_at(kind, scope, moment > before ? moment : before + 1);
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

void engine_rename_sql(dk_buf *sql, const char *from, const char *to) {
    dk_buf_add(sql, "ALTER DATABASE ");
    pg_quote_identifier(sql, from);
    dk_buf_add(sql, " RENAME TO ");
    pg_quote_identifier(sql, to);
    dk_buf_add(sql, ";");
}
