/* Commands as constant data: parser, configuration look-up, --help, man pages and completion are all made
 * from these tables. */
#ifndef DEVKIT_COMMAND_H
#define DEVKIT_COMMAND_H

#include <devkit/context.h>

typedef enum dk_value_type {                   /* and the C type at `offset` in the command's values struct */
                             DK_VALUE_FLAG,    /* bool; --no-NAME is accepted too when DK_OPTION_NEGATABLE */
                             DK_VALUE_TEXT,    /* const char *, NULL when not given and without default */
                             DK_VALUE_PATH,    /* const char *; completion offers files */
                             DK_VALUE_INTEGER, /* int64_t */
                             DK_VALUE_SIZE,    /* int64_t, bytes; dk_parse_size */
                             DK_VALUE_DURATION, /* int64_t, milliseconds; a bare number is seconds */
                             DK_VALUE_LIST,     /* dk_strv; the option may be repeated, the argument takes the
                                                   rest */
} dk_value_type;

enum {
    DK_OPTION_HIDDEN = 1 << 0,
    DK_OPTION_SECRET = 1 << 1, /* registered with dk_secret_add */
    DK_OPTION_REQUIRED = 1 << 2,
    DK_OPTION_NEGATABLE = 1 << 3,
};

typedef struct dk_option {
    const char *long_name; /* without dashes */
    char short_name;       /* 0: none */
    dk_value_type type;
    size_t offset;              /* offsetof in the values struct */
    const char *metavar;        /* "SECONDS"; NULL for flags */
    const char *const *choices; /* NULL-terminated, or NULL */
    const char *default_text;   /* parsed like a given value; NULL: zero */
    const char *environment;    /* variable that gives it, or NULL */
    const char *config_key;     /* "reset.undo": for help and `devkit config`, or NULL */
    unsigned flags;
    const char *help; /* one line, no final full stop */
} dk_option;

typedef struct dk_argument {
    const char *metavar; /* "NAME" */
    dk_value_type type;  /* TEXT, PATH, INTEGER or LIST (last, takes the rest) */
    size_t offset;
    const char *const *choices;
    bool optional;
    const char *help;
} dk_argument;

typedef struct dk_example {
    const char *command; /* "devkit reset --fresh" */
    const char *text;    /* what it does */
} dk_example;

typedef struct dk_exit_status {
    int status;
    const char *text;
} dk_exit_status;

enum {
    DK_COMMAND_HIDDEN = 1 << 0,      /* not in help or completion */
    DK_COMMAND_REST = 1 << 1,        /* words after "--" (or the first argument) are not options */
    DK_COMMAND_PASS_STATUS = 1 << 2, /* exits with dk_set_exit_status */
    DK_COMMAND_OPEN = 1 << 3, /* with REST: a short option, or a long one nobody knows, begins the rest too */
};

/* `DK_OPTIONS(options)` in a dk_command: the table and its length. */
#define DK_OPTIONS(table) .options = (table), .option_count = DK_COUNT(table)
#define DK_ARGUMENTS(table) .arguments = (table), .argument_count = DK_COUNT(table)
#define DK_EXAMPLES(table) .examples = (table), .example_count = DK_COUNT(table)
#define DK_EXIT_STATUSES(table) .exit_statuses = (table), .exit_status_count = DK_COUNT(table)

typedef struct dk_command {
    const char *name;        /* "reset", or "migrate new" for a command below another */
    const char *summary;     /* one line, imperative, no final full stop */
    const char *description; /* paragraphs for --help and the man page; NULL: none */
    const char *group;       /* heading in `devkit help`: "Database", "Server", "Project", "devkit" */
    const dk_argument *arguments;
    size_t argument_count;
    const dk_option *options;
    size_t option_count;
    const dk_example *examples;
    size_t example_count;
    const dk_exit_status *exit_statuses; /* beyond 0, 1 and 2 */
    size_t exit_status_count;
    size_t values_size; /* of the struct the offsets point into; 0: none */
    unsigned flags;
    /* `values` is zeroed, filled from the command line, and released by the caller. */
    bool (*run)(dk_context *context, const void *values, dk_error *error);
} dk_command;

#endif
