/* Who is looking, and what do they want to see. */
#include "ui/internal.h"
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static ui_settings settings;

void ui_configure(const ui_settings *wanted) {
    settings = *wanted;
    ui_outcome forgotten;
    ui_outcome_save(&forgotten);
    json_decref(forgotten.result);
}

const ui_settings *ui_get_settings(void) {
    return &settings;
}

static bool is_set(const char *name) {
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0';
}

/* CI=false is how some people say that it isn't. */
static bool is_ci(void) {
    const char *value = getenv("CI");
    return value != NULL && value[0] != '\0' && strcmp(value, "false") != 0 && strcmp(value, "0") != 0;
}

ui_settings ui_settings_detect(const ui_flags *flags) {
    const char *type = getenv("TERM");
    bool dumb = type == NULL || type[0] == '\0' || strcmp(type, "dumb") == 0;
    bool ci = is_ci();
    bool person = isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
    return (ui_settings){
        .json = flags->json,
        .quiet = flags->quiet,
        .verbose = flags->verbose,
        .assume_yes = flags->yes,
        .may_ask = person && !flags->no_input && !flags->json && !ci,
        .colour = !flags->no_color && !is_set("NO_COLOR") && !ci && !dumb,
        .terminal = isatty(STDERR_FILENO) && !ci && !dumb,
        .stdout_terminal = isatty(STDOUT_FILENO) && !dumb,
    };
}

size_t ui_terminal_width(void) {
    enum { USUAL = 80 };
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return USUAL;
}

bool ui_messages_wanted(void) {
    return !settings.json || settings.verbose;
}

bool dk_is_json(DK_UNUSED const dk_context *context) {
    return settings.json;
}

bool dk_is_quiet(DK_UNUSED const dk_context *context) {
    return settings.quiet;
}

bool dk_is_verbose(DK_UNUSED const dk_context *context) {
    return settings.verbose;
}

bool dk_says_yes(DK_UNUSED const dk_context *context) {
    return settings.assume_yes;
}

bool dk_may_ask(DK_UNUSED const dk_context *context) {
    return settings.may_ask;
}
