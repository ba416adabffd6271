/* Snapshots as files: what pg_dump writes, in one sealed archive (see kit/archive). Internal to this folder.
 *
 *     manifest.json     what it is: format, source, versions, roles and extensions it needs, git, migrations
 *     database/000000 … pg_dump's custom format, uncompressed, cut into members of one size
 *     rows.json         rows of each table, as the dump's own snapshot saw them
 *     SHA256SUMS, seal  kit/archive's
 *
 * Without devkit: zstd -dc FILE | tar -xO database | pg_restore -d DATABASE */
#ifndef DEVKIT_PLUGIN_SNAPSHOT_DUMP_H
#define DEVKIT_PLUGIN_SNAPSHOT_DUMP_H

#include <devkit/devkit.h>
#include <kit/archive/archive.h>
#include <kit/pg/pg.h>

#define DUMP_FORMAT 1
#define DUMP_SUFFIX ".devkit.tar.zst"
#define DUMP_MANIFEST "manifest.json"
#define DUMP_ROWS "rows.json"
#define DUMP_CONTENT "database"
#define DUMP_MEMBER_SIZE ((size_t)4 * 1024 * 1024)
#define DUMP_TEXT_LIMIT ((size_t)16 * 1024 * 1024) /* of manifest and rows */

/* What the content is; "kind" of the manifest's "content". */
#define DUMP_CUSTOM "custom"       /* pg_dump -Fc */
#define DUMP_TAR "tar"             /* pg_dump -Ft */
#define DUMP_DIRECTORY "directory" /* pg_dump -Fd: a member a file */
#define DUMP_PLAIN "plain"         /* SQL */

/* ── digest.c ── */
extern const tar_digest dump_sha256;
extern const tar_writer_options dump_compression;

/* ── folder.c ── */
/* [snapshot] dir, absolute; made when `make`. Caller frees; NULL on error. */
char *dump_folder(dk_context *context, bool make, dk_error *error);
/* A snapshot's file: its name with the suffix; what file names can't hold is written as %XX. Caller frees. */
char *dump_file_name(const char *name);
/* The other way round; NULL: not a snapshot's file. Caller frees. */
char *dump_name_of(const char *file);
/* Path of the file of that name; NULL and "snapshot-exists" or "no-such-snapshot" unless there is one as
 * `exists` says. Caller frees. */
char *dump_path(dk_context *context, const char *name, bool exists, dk_error *error);

/* ── database.c ── */
typedef struct dump_database {
    dk_context *context;
    const dk_config *config;
    const dk_database *application;
    dk_conninfo admin;
    bool superuser;
    char *name; /* of the database */
    pg_connection *connection;
    int version; /* 150018 */
} dump_database;
#define DUMP_AUTO_DATABASE DK_CLEANUP(dump_disconnect)
/* Connects as devkit does for administration; `name` NULL: the live database. */
bool dump_connect(dk_context *context, const char *name, dump_database *database, dk_error *error);
void dump_disconnect(dump_database *database);
/* A program of PostgreSQL's that fits a server of that major version. Caller frees. */
char *dump_program(const dump_database *database, const char *name, int major, dk_error *error);
/* The child finds the database, and no setting of the role's gets in its way. */
void dump_environment(const dump_database *database, dk_process *process);

/* ── manifest.c ── */
json_t *dump_manifest_new(const dk_snapshot_request *request);
/* What the database says of itself: versions, encoding, locale, extensions, roles. */
bool dump_manifest_describe(const dump_database *database, json_t *manifest, dk_error *error);
/* Fails ("archive-foreign", "archive-too-new") unless it is one that this devkit understands. Caller owns. */
json_t *dump_manifest_parse(const char *text, const char *path, dk_error *error);
const char *dump_manifest_kind(const json_t *manifest);
/* An entry as the interface wants it. */
void dump_manifest_entry(const json_t *manifest, const char *name, int64_t size, json_t *entry);

/* ── rows.c ── */
/* {"schema.table": rows, …}, as the session's transaction sees them. Caller owns; NULL on error. */
json_t *dump_rows_count(pg_connection *connection, dk_error *error);
/* "table: expected, found" a line; false when there is a difference. */
bool dump_rows_compare(const json_t *expected, const json_t *found, dk_buf *differences);

/* ── save.c ── */
bool dump_save(dk_context *context, const dk_snapshot_request *request, json_t *entry, dk_error *error);

/* ── list.c ── */
json_t *dump_list(dk_context *context, dk_error *error);
/* The first member of an archive, parsed. Caller owns. */
json_t *dump_read_manifest(const char *path, dk_error *error);
bool dump_remove(dk_context *context, const char *name, dk_error *error);
bool dump_sweep(dk_context *context, dk_strv *removed, dk_error *error);

/* ── verify.c ── */
bool dump_verify(dk_context *context, const char *name, dk_progress *progress, dk_strv *findings,
                 dk_error *error);
/* True for errors that say what is wrong with the archive, and not why it could not be looked at. */
bool dump_is_finding(const dk_error *error);

/* ── unpack.c ── */
/* What an archive holds, on disk. */
typedef struct dump_content {
    json_t *manifest;
    json_t *rows; /* NULL: not known */
    char *path;   /* a temporary file, or folder for DUMP_DIRECTORY */
    int lock;     /* holds it */
} dump_content;
#define DUMP_CONTENT_INIT                                                                                    \
    { .lock = -1 }
#define DUMP_AUTO_CONTENT DK_CLEANUP(dump_content_release)
/* Checks the seal first, then every sum while unpacking beside the archive. */
bool dump_unpack(const char *path, dk_progress *progress, dump_content *content, dk_error *error);
void dump_content_release(dump_content *content); /* removes the files */

/* ── require.c ── */
/* Roles, extensions and server version that a restore needs: "roles-missing", "extensions-missing",
 * "server-too-old" with what is missing, before anything is begun. */
bool dump_require(const dump_database *database, const json_t *manifest, unsigned flags, dk_error *error);

/* ── restore.c ── */
bool dump_restore(dk_context *context, const dk_snapshot_restore *request, dk_snapshot_report *report,
                  dk_error *error);

#endif
