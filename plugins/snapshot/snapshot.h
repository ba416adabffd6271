/* `devkit snapshot` and `devkit backup`: what is the same for every kind of snapshot. Internal to this
 * folder.
 *
 * What a snapshot is and where it lies is its store's affair (see <devkit/interface.h>); here are names,
 * choices, guards, questions, events, pruning and output. */
#ifndef DEVKIT_PLUGIN_SNAPSHOT_H
#define DEVKIT_PLUGIN_SNAPSHOT_H

#include <devkit/devkit.h>

#define SNAPSHOT_MANUAL "manual"
#define SNAPSHOT_BACKUP "backup"
#define SNAPSHOT_BEFORE_MIGRATE "before-migrate"

/* ── name.c ── */
/* Fails ("name-invalid", USAGE) unless it is what DK_SNAPSHOT_NAME_MAX says. */
bool snapshot_name_check(const char *name, dk_error *error);
/* "2026-11-21-184500-3f9a"; caller frees. */
char *snapshot_name_default(void);
/* BASE, or BASE-2, BASE-3 … : the first that no entry has. Caller frees. */
char *snapshot_name_free(const char *base, const json_t *entries);

/* ── facts.c ── */
/* Of the project, to be kept with a snapshot: git's commit and branch, the migrations. Caller owns. */
json_t *snapshot_facts(dk_context *context);

/* ── stores.c ── */
typedef struct snapshot_stores {
    const dk_snapshot_interface **items;
    size_t count;
} snapshot_stores;
#define SNAPSHOT_STORES_INIT                                                                                 \
    { 0 }
#define SNAPSHOT_AUTO_STORES DK_CLEANUP(snapshot_stores_release)
/* Those of one kind, or (NULL or "auto") all. */
bool snapshot_stores_open(dk_context *context, const char *kind, snapshot_stores *stores, dk_error *error);
void snapshot_stores_release(snapshot_stores *stores);
/* All their entries, newest first. A store that can't be asked is told of with a warning, unless it is the
 * only one. Caller owns; NULL on error. */
json_t *snapshot_entries(dk_context *context, const snapshot_stores *stores, dk_error *error);
/* The entry of that name and its store. Errors: "no-such-snapshot", "snapshot-ambiguous" when several kinds
 * have it. `*entry` is the caller's. */
const dk_snapshot_interface *snapshot_find(dk_context *context, const snapshot_stores *stores,
                                           const char *name, json_t **entry, dk_error *error);
const dk_snapshot_interface *snapshot_store_of(const snapshot_stores *stores, const json_t *entry);

/* ── save.c ── */
typedef struct snapshot_save_values {
    const char *name;
    const char *kind;
    const char *note;
    bool schema_only, data_only;
    dk_strv tables, exclude_table_data;
} snapshot_save_values;
typedef struct snapshot_wish {
    const char *name; /* NULL: a default one */
    const char *kind; /* "auto": the best that fits */
    const char *note;
    const char *purpose;
    const dk_snapshot_part *part; /* NULL: all */
    unsigned flags;               /* of stores that may be taken: DK_SNAPSHOT_DURABLE */
    const char *base;             /* of a name that is numbered where it is taken; or NULL */
} snapshot_wish;
/* Makes one, with its events and its line; `*entry` is the caller's. */
bool snapshot_make(dk_context *context, const snapshot_wish *wish, json_t **entry, dk_error *error);
bool snapshot_save_run(dk_context *context, const void *values, dk_error *error);

/* ── list.c ── */
typedef struct snapshot_list_values {
    const char *kind;
} snapshot_list_values;
bool snapshot_list_run(dk_context *context, const void *values, dk_error *error);
/* "5 min", "3 h", "12 days" since an RFC 3339 time; "" when it is none. Caller frees. */
char *snapshot_age(const char *created_at, int64_t now);

/* ── restore.c ── */
typedef struct snapshot_restore_values {
    const char *name;
    const char *kind;
    const char *confirm;
    int64_t jobs;
    bool no_owner, no_wait, force;
} snapshot_restore_values;
bool snapshot_restore_run(dk_context *context, const void *values, dk_error *error);

/* ── remove.c ── */
typedef struct snapshot_remove_values {
    dk_strv names;
    const char *kind;
} snapshot_remove_values;
bool snapshot_remove_run(dk_context *context, const void *values, dk_error *error);

/* ── verify.c ── */
typedef struct snapshot_verify_values {
    dk_strv names;
    const char *kind;
} snapshot_verify_values;
bool snapshot_verify_run(dk_context *context, const void *values, dk_error *error);

/* ── prune.c ── */
typedef struct snapshot_prune_values {
    int64_t keep; /* becomes [snapshot] keep */
    const char *purpose;
    const char *kind;
    bool dry_run;
} snapshot_prune_values;
bool snapshot_prune_run(dk_context *context, const void *values, dk_error *error);
/* Removes all but the newest `keep` of a purpose; `removed` gets their names. */
bool snapshot_prune(dk_context *context, const snapshot_stores *stores, const char *purpose, int64_t keep,
                    bool dry_run, dk_strv *removed, dk_error *error);

/* ── backup.c ── */
typedef struct snapshot_backup_values {
    const char *name;
    const char *note;
    int64_t keep; /* 0: all */
} snapshot_backup_values;
bool snapshot_backup_run(dk_context *context, const void *values, dk_error *error);

#endif
