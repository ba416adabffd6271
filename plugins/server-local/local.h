/* The local server: a private PostgreSQL cluster of one project, in a folder that devkit owns.
 *
 * What belongs here: finding the programs, making the cluster (initialise.c), its settings (settings.c), its
 * life (start.c, stop.c), making the URL's role and database true (provision.c) and saying what is wrong
 * (problems.c, holder.c). The URL is right: the server moves to where it points. */
#ifndef SERVER_LOCAL_LOCAL_H
#define SERVER_LOCAL_LOCAL_H

#include <devkit/devkit.h>
#include <kit/pg/pg.h>
#include <kit/socket/socket.h>

#define LOCAL_ADMIN "devkit_admin"         /* the cluster's superuser; devkit's own connections */
#define LOCAL_MAINTENANCE "postgres"       /* the database that initdb always makes */
#define LOCAL_SETTINGS "devkit.conf"       /* our settings; also the sign that devkit made the folder */
#define LOCAL_URL_FILE ".devkit/local.url" /* the URL of a project that sets none */
#define LOCAL_SOCKET_PATH_LIMIT 100        /* bytes; sun_path has 104 (macOS) to 108 */
#define LOCAL_START_TIMEOUT_MS 60000

#define LOCAL_AUTO_LOCK DK_CLEANUP(dk_lock_release)

/* ── account.c ── as whom server programs run */
typedef struct local_account {
    uid_t uid;
    gid_t gid;
    char name[64]; /* "" when the system knows no name for it */
    bool switched; /* we are root and it is not */
} local_account;

/* Ourselves; as root the owner of `data_dir` when it exists, else `postgres`, else `nobody`. */
bool local_account_find(const char *data_dir, local_account *account, dk_error *error);
/* May the account pass through every existing folder of `path` (`skip` is ours and can be opened)? */
bool local_account_reaches(const local_account *account, const char *path, const char *skip);
/* Makes a process run as the account, away from the caller's folder and PG* variables. */
void local_account_apply(const local_account *account, dk_process *process);

/* ── cluster.c ── where things are */
typedef struct local_cluster {
    dk_context *context;
    const dk_config *config;
    const char *project;   /* borrowed */
    const char *state_dir; /* borrowed */
    const dk_url *url;     /* borrowed; NULL until local_address when none is configured */
    const char *variable;  /* borrowed; where the URL is set, for messages */
    char hash[17];         /* of the project's real path */
    local_account account;
    char *data_dir;
    char *log_file;
    char *socket_dir;
    bool fresh;                     /* made by this run */
    char *system_dir;               /* the folder made for this project outside of it, or NULL */
    socket_reservation reservation; /* of the port of a URL that this run made up, until it is served */
    int refused[8];                 /* ports of such a URL that somebody else took first */
    size_t refused_count;
} local_cluster;
#define LOCAL_AUTO_CLUSTER DK_CLEANUP(local_cluster_release)

/* Finds out, makes nothing. */
bool local_cluster_open(dk_context *context, local_cluster *cluster, dk_error *error);
void local_cluster_release(local_cluster *cluster);
bool local_cluster_exists(const local_cluster *cluster); /* PG_VERSION is there */
int local_cluster_major(const local_cluster *cluster);   /* of the data folder; 0: unknown */
int local_folder_major(const char *folder);              /* of any cluster's */
/* Refuses a data folder that devkit did not make. */
bool local_cluster_check_owned(const local_cluster *cluster, dk_error *error);
/* Makes the private folder for sockets, or verifies that the one there is ours. */
bool local_socket_dir_prepare(const local_cluster *cluster, dk_error *error);
/* Sixteen hexadecimal digits of a 64-bit FNV-1a. */
void local_hash(const char *text, char *hash);
/* The cluster's lock (one `up`, `down` or `destroy` at a time). */
bool local_lock(const local_cluster *cluster, dk_lock *lock, int64_t timeout_ms, dk_error *error);

/* ── truth.c ── whether this URL is the one that was made true last */
bool local_truth_is_known(const local_cluster *cluster);
void local_truth_remember(const local_cluster *cluster);
void local_truth_forget(const local_cluster *cluster);

/* ── address.c ── the URL to make true */
/* Gives the run a URL when none is configured: the remembered one, or (with `create`) a new one at a stable
 * free port with a random password, remembered in the state folder. Refuses what can't be served here. */
bool local_address(local_cluster *cluster, bool create, dk_error *error);
/* The port of a URL that this run made up was taken before the server had it: gives it another one. False
 * when the URL is not of this run, or there were enough. */
bool local_address_next(local_cluster *cluster, dk_error *error);
bool local_address_check(const dk_url *url, dk_error *error);
/* Is anything listening at the loopback port? */
bool local_port_in_use(int port);
/* A role or database name made of a project's name: lower case, digits and underscores. Caller frees. */
char *local_plain_name(const char *project);

/* ── place.c: where a new cluster goes ── */
/* The data folder must be new or empty: "foreign-data" otherwise. */
bool local_place_check(const local_cluster *cluster, dk_error *error);
/* Makes what is above it, open to the server's account. "disk-full" where a cluster would not fit. */
bool local_place_prepare(local_cluster *cluster, dk_error *error);
bool local_fail_occupied(const local_cluster *cluster, dk_error *error);

/* ── initdb.c ── */
/* The locale for a new cluster: the user's when it exists and is UTF-8. `missing` gets the user's choice
 * when the system has no such locale. */
const char *local_choose_locale(const char **missing);
/* Into `folder`, which is empty and the account's. */
bool local_run_initdb(const local_cluster *cluster, const char *bin_dir, int major, const char *locale,
                      const char *folder, dk_error *error);

/* ── initdb_cache.c ── */
/* Part of the name of what is not finished yet; behind it stand some random digits. */
#define LOCAL_BUILDING ".building-"
/* Names one build of PostgreSQL by its files (asking `postgres --version` would cost a process each time) and
 * everything else that initdb's result depends on. Caller frees. */
char *local_cache_key(const char *bin_dir, int major, const char *locale, const char *collation);
/* A database remembers the version of the locale it was made with, and can't be copied under another. */
const char *local_collation_version(void);
/* Keeps a fresh result of initdb in `folder`. Failing costs only time at the next new cluster. */
void local_cache_keep(const local_cluster *cluster, const char *built, const char *folder, const char *key);
/* Removes the entries of `folder` that begin with `prefix` and are unfinished. */
void local_remove_leftovers(const char *folder, const char *prefix);

/* ── flush.c ── */
/* In the background. */
void local_bring_to_disk(const char *folder);

/* ── initialise.c ── */
/* Makes the cluster from the cached result of initdb, or by initdb (and keeps it). */
bool local_initialise(local_cluster *cluster, const char *bin_dir, int major, dk_error *error);
/* Removes what killed runs left beside the data folder, and of devkit's files in it. The lock is held. */
void local_sweep(const local_cluster *cluster);

/* ── settings.c ── */
typedef struct local_settings {
    char *main;     /* devkit.conf */
    char *hba;      /* pg_hba.conf */
    char *ident;    /* pg_ident.conf */
    bool main_same; /* the files already say so */
    bool access_same;
} local_settings;
#define LOCAL_AUTO_SETTINGS DK_CLEANUP(local_settings_release)
/* What the files must say for the URL and the configuration, compared with what they say in the cluster's
 * `folder` (the data folder, or the one that will be it). */
void local_settings_make(const local_cluster *cluster, const char *folder, local_settings *settings);
/* Refuses settings of the configuration that would undo what the URL says, or what devkit relies on. */
bool local_settings_check(const local_cluster *cluster, dk_error *error);
/* Writes those that differ. `durable` false: a folder nobody uses yet. */
bool local_settings_write(const local_cluster *cluster, const char *folder, const local_settings *settings,
                          bool durable, dk_error *error);
void local_settings_release(local_settings *settings);
/* Writes all of it and closes the file; `fd` < 0: errno says why it could not be opened. */
bool local_write_and_close(int fd, const char *path, const char *content, size_t length, dk_error *error);
/* Addresses to listen on for the URL's host: "127.0.0.1, ::1". Loopback only. Caller frees. */
char *local_listen_addresses(const char *host);

/* ── reflink_linux.c, reflink_macos.c, reflink_other.c ── */
typedef enum local_reflink {
    LOCAL_REFLINK_UNKNOWN, /* it could not be tried: a full or read-only disk, for example */
    LOCAL_REFLINK_NO,
    LOCAL_REFLINK_YES,
} local_reflink;
/* Can files in this folder share their blocks? Tried with two small ones. */
local_reflink local_reflink_probe(const char *folder);

/* ── postmaster.c ── the running server, as its postmaster.pid tells */
typedef struct local_postmaster {
    bool file;  /* postmaster.pid exists */
    bool alive; /* and its process is a server on this folder */
    pid_t pid;
    int port;
    char socket_dir[128];
    char state[16]; /* "starting" "ready" "stopping" "standby" or "" */
} local_postmaster;
void local_postmaster_read(const char *data_dir, local_postmaster *postmaster);
bool local_postmaster_parse(const char *text, local_postmaster *postmaster);
/* The socket that devkit itself connects to. */
bool local_postmaster_has_socket(const local_postmaster *postmaster);
/* Makes a stale postmaster.pid harmless without losing the shared memory it names. */
bool local_postmaster_disarm(const local_cluster *cluster, const local_postmaster *postmaster,
                             dk_error *error);

/* ── process_linux.c, process_other.c ── */
typedef enum local_process_kind {
    LOCAL_PROCESS_GONE,
    LOCAL_PROCESS_SERVER, /* a PostgreSQL server on `data_dir` */
    LOCAL_PROCESS_OTHER,
} local_process_kind;
local_process_kind local_process_look(pid_t pid, const char *data_dir);

/* ── start.c, stop.c ── */
/* Starts the server and waits until it accepts connections. */
bool local_start(local_cluster *cluster, const char *bin_dir, int64_t deadline, dk_error *error);
/* Waits for a server that is starting already. */
bool local_wait_started(local_cluster *cluster, int64_t deadline, dk_error *error);
bool local_stop(const local_cluster *cluster, const local_postmaster *postmaster, dk_error *error);

/* ── provision.c ── */
typedef struct local_facts {
    char start_time[48]; /* of the postmaster */
    int version;         /* 150018 */
} local_facts;
/* Role, rights, database and owner, as the URL says. `*changed` is set when something had to be done. */
bool local_provision(const local_cluster *cluster, local_facts *facts, bool *changed, dk_error *error);
/* The role's password becomes the URL's. */
bool local_set_password(const local_cluster *cluster, dk_error *error);
/* The running server's version (150018), asked over the private socket; 0: it does not answer. */
int local_running_version(const local_cluster *cluster);
/* How devkit itself connects to the running server. */
bool local_admin_conninfo(const local_cluster *cluster, dk_conninfo *conninfo, dk_error *error);

/* ── ready.c ── */
/* A query over TCP on the target database, as the application would. Fails with pg_connect's codes, or
 * "wrong-server" when another server than `expected` (a start time, or NULL) answers. */
bool local_ready(const local_cluster *cluster, const char *expected, local_facts *facts, dk_error *error);
/* Is everything as the URL and the configuration say? Nothing is changed. */
bool local_is_up(const local_cluster *cluster, const local_postmaster *postmaster, local_facts *facts);

/* ── status.c ── */
/* "15.18", as `postgres --version` of that folder says; NULL when it does not. Caller frees. */
char *local_program_version(const char *bin_dir);
/* Everything but state, problem and hint. `facts` may be NULL. */
void local_status_fill(const local_cluster *cluster, const local_postmaster *postmaster,
                       const local_facts *facts, dk_server_status *status);
/* What `up` can't make true is said in the URL's terms. */
void local_explain_login(const local_cluster *cluster, dk_error *why);

/* ── up.c, down.c ── */
bool local_up(dk_context *context, int64_t timeout_ms, dk_server_status *status, bool *changed,
              dk_error *error);
bool local_status(dk_context *context, dk_server_status *status, dk_error *error);
bool local_down(dk_context *context, bool *changed, dk_error *error);
bool local_destroy(dk_context *context, dk_error *error);

/* ── detect.c, logs.c ── */
bool local_detect(dk_context *context, int *score, dk_buf *why, dk_error *error);
bool local_logs(dk_context *context, bool follow, int64_t lines, dk_error *error);
/* The last `lines` lines of the file from byte `from` on, appended to `text`; at most 64 KiB are read. */
void local_log_tail(const char *path, int64_t from, int lines, dk_buf *text);
int64_t local_log_size(const char *path);

/* ── problems.c ── */
/* An error from what a server program said: the known cause with its remedy, else `fallback`. The program's
 * own last lines become the detail. Returns false. */
bool local_fail_from_log(const char *log, const char *fallback, dk_error *error);
/* A failure of our own with a known cause (a full or read-only disk) gets that cause's code and remedy.
 * Returns false. */
bool local_explain(dk_error *error);
/* The code of the known problem in a log, or NULL. */
const char *local_problem_code(const char *log);

/* ── holder.c ── */
/* Fails with "port-taken" and names who holds the URL's port. */
bool local_fail_port_taken(const local_cluster *cluster, dk_error *error);
/* Does a server that this project had before its data folder was deleted still hold the URL's port? Fails
 * then ("data-deleted"), saying how to end it. True when there is none. */
bool local_check_orphan(const local_cluster *cluster, dk_error *error);

#endif
