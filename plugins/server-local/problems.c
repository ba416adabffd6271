/* What a server program's last words mean. The first row that matches wins, so the special ones come first.
 */
#include "local.h"

#include <string.h>

typedef struct local_problem {
    const char *pattern; /* in the program's English output */
    const char *code;
    const char *message;
    const char *hint;
} local_problem;

static const local_problem problems[] = {
    {"Address already in use", "port-taken", "the port is taken by another program",
     "stop that program, or change the port in the URL"},
    {"could not create any TCP/IP sockets", "address-refused",
     "the server may not listen at the URL's address and port",
     "use a port above 1023 and an address of this machine in the URL"},
    {"could not create shared memory segment", "shared-memory",
     "the system gives the server no shared memory",
     "free shared memory (ipcs -m), or lower shared_buffers in [server.local] settings"},
    {"could not map anonymous shared memory", "shared-memory",
     "the system gives the server too little memory", "lower shared_buffers in [server.local] settings"},
    {"could not resize shared memory segment", "shared-memory", "/dev/shm is full",
     "give the container more shared memory (--shm-size=256m), or set dynamic_shared_memory_type = \"mmap\" "
     "in [server.local] settings"},
    {"No space left on device", "disk-full", "the disk is full", "free some space and run `devkit up` again"},
    {"Disk quota exceeded", "disk-full", "the disk quota is used up",
     "free some space and run `devkit up` again"},
    {"Read-only file system", "read-only", "the file system of the data folder is read-only",
     "mount it for writing, or name another data_dir in [server.local]"},
    {"pre-existing shared memory block", "orphans",
     "processes of a killed server still run on this data folder",
     "they end by themselves when their statement ends; or end them by pid"},
    {"is too long (maximum", "socket-path", "the path of the server's socket is too long",
     "set XDG_RUNTIME_DIR to a shorter folder"},
    {"database files are incompatible with server", "data-version",
     "the data folder belongs to another version of PostgreSQL",
     "name the folder of the matching programs as bin_dir in [server.local]"},
    {"unrecognized configuration parameter", "settings-invalid", "PostgreSQL does not know a setting",
     "mend [server.local] settings in .devkit.toml"},
    {"invalid value for parameter", "settings-invalid", "a setting has a value that PostgreSQL refuses",
     "mend [server.local] settings in .devkit.toml"},
    {"is outside the valid range", "settings-invalid", "a setting has a value that PostgreSQL refuses",
     "mend [server.local] settings in .devkit.toml"},
    {"requires a ", "settings-invalid", "a setting has a value that PostgreSQL refuses",
     "mend [server.local] settings in .devkit.toml"},
    {"configuration file", "settings-invalid", "the server's settings have errors",
     "mend [server.local] settings in .devkit.toml"},
    {"could not access file", "library-missing", "a library named in the settings is not installed",
     "install the extension, or remove it from shared_preload_libraries in [server.local] settings"},
    {"error while loading shared libraries", "library-missing",
     "PostgreSQL's programs lack a library of the system", "install the library named above"},
    {"invalid locale name", "locale-missing", "the cluster's locale is not installed on this system",
     "install the locale (Debian: dpkg-reconfigure locales), or set LC_ALL=C.UTF-8"},
    {"locale is incompatible with operating system", "locale-missing",
     "the cluster's locale is not installed on this system",
     "install the locale named above (Debian: dpkg-reconfigure locales)"},
    {"could not look up effective user ID", "account-missing", "the account we run as has no name",
     "add it to /etc/passwd: PostgreSQL's programs need a name"},
    {"cannot be run as root", "account-missing", "PostgreSQL's programs do not run as root",
     "make an account for them: useradd --system postgres"},
    {"has wrong ownership", "data-owner", "the data folder belongs to another account",
     "give it back with chown, or run devkit as that account"},
    {"has invalid permissions", "data-owner", "the data folder is open to others",
     "chmod 0700 the data folder"},
    {"could not locate a valid checkpoint record", "data-damaged", "the data folder is damaged",
     "restore a snapshot, or start anew with `devkit destroy`"},
    {"invalid primary checkpoint record", "data-damaged", "the data folder is damaged",
     "restore a snapshot, or start anew with `devkit destroy`"},
    {"could not open control file", "data-damaged", "the data folder is damaged",
     "restore a snapshot, or start anew with `devkit destroy`"},
    {"Permission denied", "permission", "the server's account may not use a file it needs",
     "look at the owner of the file named above"},
    {"Operation not permitted", "permission", "the system does not let the server do what it needs",
     "look at the line above"},
    {"already exists", "already-running", "another server seems to run on this data folder",
     "`devkit status` shows what is known of it"},
    {"Cannot allocate memory", "memory", "there is not enough memory", "close something, and try again"},
};

static const local_problem *find(const char *log) {
    for (size_t i = 0; i < DK_COUNT(problems); i++)
        if (strstr(log, problems[i].pattern))
            return &problems[i];
    return NULL;
}

const char *local_problem_code(const char *log) {
    const local_problem *problem = find(log);
    return problem ? problem->code : NULL;
}

bool local_fail_from_log(const char *log, const char *fallback, dk_error *error) {
    const local_problem *problem = find(log);
    dk_fail(error, DK_ERROR_FAILED, problem ? problem->code : "server-failed", "%s",
            problem ? problem->message : fallback);
    /* The last lines say it; more would hide it. */
    const char *start = log + strlen(log);
    for (int lines = 0; start > log && lines <= 12; start--)
        if (start[-1] == '\n' && ++lines > 12)
            break;
    DK_AUTO_BUF dk_buf detail = DK_BUF_INIT;
    dk_buf_add(&detail, start);
    dk_buf_trim_end(&detail);
    if (detail.length)
        dk_error_detail(error, "%s", dk_buf_text(&detail));
    return dk_error_hint(error, "%s", problem ? problem->hint : "`devkit logs` shows more");
}

bool local_explain(dk_error *error) {
    static const char *const causes[] = {"disk-full", "read-only"};
    const local_problem *problem = error && error->detail ? find(error->detail) : NULL;
    for (size_t i = 0; problem && i < DK_COUNT(causes); i++) {
        if (!dk_streq(problem->code, causes[i]) || dk_error_is(error, causes[i]))
            continue;
        DK_AUTOFREE char *detail = dk_format("%s: %s", error->message, error->detail);
        dk_fail(error, DK_ERROR_FAILED, problem->code, "%s", problem->message);
        dk_error_detail(error, "%s", detail);
        return dk_error_hint(error, "%s", problem->hint);
    }
    return false;
}
