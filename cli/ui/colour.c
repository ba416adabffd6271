/* Colours: the sixteen that every terminal lets its user choose. */
#include "ui/internal.h"

static const char *const escapes[] = {
    [UI_COLOUR_NONE] = "",         [UI_COLOUR_ERROR] = "\033[1;31m", [UI_COLOUR_WARNING] = "\033[33m",
    [UI_COLOUR_GOOD] = "\033[32m", [UI_COLOUR_FAINT] = "\033[2m",    [UI_COLOUR_STRONG] = "\033[1m",
};

static bool may_colour(FILE *stream) {
    const ui_settings *settings = ui_get_settings();
    return settings->colour && (stream == stdout ? settings->stdout_terminal : settings->terminal);
}

const char *ui_colour_begin(FILE *stream, ui_colour colour) {
    return may_colour(stream) ? escapes[colour] : "";
}

const char *ui_colour_end(FILE *stream, ui_colour colour) {
    return colour != UI_COLOUR_NONE && may_colour(stream) ? "\033[0m" : "";
}
