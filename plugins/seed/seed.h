/* seed: demo data from SQL files, CSV files and a command, in that order. */
#ifndef DEVKIT_SEED_H
#define DEVKIT_SEED_H

#include <devkit/devkit.h>
#include <kit/hash/inputs.h>
#include <kit/pg/pg.h>

/* How files are turned into rows; part of the fingerprint. */
#define SEED_FORMAT "1"

/* ── files.c ── */
typedef enum seed_kind { SEED_SQL, SEED_CSV, SEED_OTHER } seed_kind;
seed_kind seed_file_kind(const char *path);
/* "seeds/01_users.csv" → "users", "app.tasks.csv" → "app.tasks". Caller frees. */
char *seed_table_name(const char *path);
/* The files of [seed] files in order, relative to `root`. Errors (class USAGE): "seed-missing" for a plain
 * name that does not exist, "seed-unsupported" for a file that is neither SQL nor CSV. */
bool seed_files_list(const char *root, const dk_strv *patterns, dk_strv *paths, dk_error *error);

/* Appends the patterns somebody wrote that match no file: a typo would drop demo data without a word. */
bool seed_patterns_unmatched(const char *root, const dk_strv *patterns, dk_strv *unmatched, dk_error *error);

/* ── load.c ── */
bool seed_load_files(dk_context *context, const char *root, const dk_strv *paths,
                     const dk_layer_target *target, dk_error *error);

/* ── sequences.c ── */
/* Raises the sequences that the table's columns own (serial, identity) above the highest value in it. */
bool seed_raise_sequences(pg_connection *connection, const char *table, dk_error *error);
/* Appends SQL that raises one sequence; table and sequence are quoted already. Only upwards: a sequence that
 * is further on stays. */
void seed_sequence_sql(dk_buf *sql, const char *table, const char *column, const char *sequence);

/* ── layer.c ── */
extern const dk_layer_interface seed_layer;

#endif
