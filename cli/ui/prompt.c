/* Questions: on stderr, so that they are seen when stdout goes elsewhere. */
#include "base/words.h"
#include "ui/internal.h"
#include <devkit/system.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/* Reads one line byte by byte: what follows it belongs to somebody else. False at an interruption. */
static bool read_line(dk_buf *line, dk_error *error) {
    for (;;) {
        struct pollfd fds[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                               {.fd = dk_interrupt_fd(), .events = POLLIN}};
        int ready = poll(fds, DK_COUNT(fds), -1);
        if (dk_interrupted()) {
            fputc('\n', stderr); /* the prompt's line is still open */
            return dk_fail_interrupted(error);
        }
        if (ready < 0)
            continue;
        char character;
        ssize_t length = read(STDIN_FILENO, &character, 1);
        if (length < 0 && errno == EINTR)
            continue;
        if (length <= 0 || character == '\n')
            return true;
        dk_buf_add_char(line, character);
    }
}

static bool ask(const char *question, dk_buf *answer, dk_error *error) {
    DK_AUTOFREE char *masked = dk_secret_mask(question);
    fflush(stdout);
    ui_progress_hide();
    fprintf(stderr, "%s%s%s ", ui_colour_begin(stderr, UI_COLOUR_STRONG), masked,
            ui_colour_end(stderr, UI_COLOUR_STRONG));
    fflush(stderr);
    answer->limit = 1024;
    if (!read_line(answer, error))
        return false;
    dk_buf_trim_end(answer);
    return true;
}

static bool decline(dk_error *error) {
    return dk_fail(error, DK_ERROR_REFUSED, "declined", "not confirmed, so nothing was changed");
}

bool dk_confirm(DK_UNUSED dk_context *context, const char *question, dk_error *error) {
    const ui_settings *settings = ui_get_settings();
    if (settings->assume_yes)
        return true;
    if (!settings->may_ask) {
        dk_fail(error, DK_ERROR_REFUSED, "confirmation-needed", "this needs a confirmation");
        dk_error_detail(error, "%s", question);
        return dk_error_hint(error, "answer with the option --yes");
    }
    DK_AUTOFREE char *prompt = dk_format("%s [y/N]", question);
    DK_AUTO_BUF dk_buf answer = DK_BUF_INIT;
    if (!ask(prompt, &answer, error))
        return false;
    const char *said = dk_buf_text(&answer);
    return strcasecmp(said, "y") == 0 || strcasecmp(said, "yes") == 0 || decline(error);
}

static bool hint_at_name(const char *name, dk_error *error) {
    DK_AUTOFREE char *quoted = words_quote(name);
    return dk_error_hint(error, "if that is what you mean: --confirm %s", quoted);
}

bool dk_confirm_name(DK_UNUSED dk_context *context, const char *what, const char *name, const char *given,
                     dk_error *error) {
    if (given != NULL) {
        if (strcmp(given, name) == 0)
            return true;
        dk_fail(error, DK_ERROR_REFUSED, "confirmation-needed", "%s: the name given is not the right one",
                what);
        dk_error_detail(error, "--confirm says \"%s\", but it is \"%s\"", given, name);
        return hint_at_name(name, error);
    }
    if (!ui_get_settings()->may_ask) {
        dk_fail(error, DK_ERROR_REFUSED, "confirmation-needed",
                "%s: this has to be confirmed by the database's name", what);
        return hint_at_name(name, error);
    }
    DK_AUTOFREE char *prompt = dk_format("%s. Type %s to go on:", what, name);
    DK_AUTO_BUF dk_buf answer = DK_BUF_INIT;
    if (!ask(prompt, &answer, error))
        return false;
    return strcmp(dk_buf_text(&answer), name) == 0 || decline(error);
}
