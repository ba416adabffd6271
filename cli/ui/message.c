/* Messages and errors on stderr. */
#include "ui/internal.h"
#include <devkit/system.h>
#include <string.h>

static void write_message(const char *lead, ui_colour colour, const char *format, va_list arguments) {
    DK_AUTOFREE char *text = dk_vformat(format, arguments);
    DK_AUTOFREE char *masked = dk_secret_mask(text);
    fflush(stdout); /* both often go to one terminal */
    ui_progress_hide();
    fprintf(stderr, "%s%s%s%s\n", ui_colour_begin(stderr, colour), lead, ui_colour_end(stderr, colour),
            masked);
}

void dk_info(DK_UNUSED dk_context *context, const char *format, ...) {
    if (ui_get_settings()->quiet || !ui_messages_wanted())
        return;
    va_list arguments;
    va_start(arguments, format);
    write_message("", UI_COLOUR_NONE, format, arguments);
    va_end(arguments);
}

void dk_note(DK_UNUSED dk_context *context, const char *format, ...) {
    if (ui_get_settings()->quiet || !ui_messages_wanted())
        return;
    va_list arguments;
    va_start(arguments, format);
    write_message("note: ", UI_COLOUR_STRONG, format, arguments);
    va_end(arguments);
}

void dk_warn(DK_UNUSED dk_context *context, const char *format, ...) {
    if (!ui_messages_wanted())
        return;
    va_list arguments;
    va_start(arguments, format);
    write_message("warning: ", UI_COLOUR_WARNING, format, arguments);
    va_end(arguments);
}

void dk_debug(DK_UNUSED dk_context *context, const char *format, ...) {
    if (!ui_get_settings()->verbose)
        return;
    va_list arguments;
    va_start(arguments, format);
    write_message("debug: ", UI_COLOUR_FAINT, format, arguments);
    va_end(arguments);
}

/* Each line of the text after a lead; lines after the first one get blanks as wide. */
static void write_indented(const char *first_lead, const char *next_lead, const char *text) {
    DK_AUTOFREE char *masked = dk_secret_mask(text);
    const char *line = masked;
    for (const char *lead = first_lead; *line != '\0'; lead = next_lead) {
        size_t length = strcspn(line, "\n");
        if (length > 0)
            fprintf(stderr, "%s%.*s", lead, (int)length, line);
        fputc('\n', stderr);
        line += length;
        line += *line == '\n';
    }
}

void ui_print_error(const dk_error *error) {
    if (error == NULL || error->error_class == DK_ERROR_NONE)
        return;
    DK_AUTOFREE char *message = dk_secret_mask(error->message == NULL ? error->code : error->message);
    fflush(stdout);
    ui_progress_hide();
    fprintf(stderr, "%sdevkit:%s %s\n", ui_colour_begin(stderr, UI_COLOUR_ERROR),
            ui_colour_end(stderr, UI_COLOUR_ERROR), message);
    if (error->detail != NULL)
        write_indented("  ", "  ", error->detail);
    if (error->hint != NULL) {
        DK_AUTOFREE char *arrow = dk_format("  %s→%s ", ui_colour_begin(stderr, UI_COLOUR_GOOD),
                                            ui_colour_end(stderr, UI_COLOUR_GOOD));
        write_indented(arrow, "    ", error->hint);
    }
}
