/* Progress: one line that is drawn over on a terminal, one line at the end anywhere. Steps may be nested; the
 * innermost one has the line. */
#include "base/utf8.h"
#include "ui/internal.h"
#include <devkit/system.h>
#include <stdlib.h>
#include <string.h>

enum { REDRAW_EVERY_MS = 100 };

struct dk_progress {
    char *label;
    int64_t started_at;
    int64_t drawn_at;
    dk_progress *outer;
};

static dk_progress *innermost;
static bool line_is_drawn;

static bool is_drawn_at_all(void) {
    const ui_settings *settings = ui_get_settings();
    return settings->terminal && !settings->quiet && ui_messages_wanted();
}

void ui_progress_hide(void) {
    if (line_is_drawn)
        fputs("\r\033[K", stderr);
    line_is_drawn = false;
}

/* Cuts the text so that the line does not wrap: a wrapped line can't be drawn over. */
static void cut_to_width(dk_buf *text, size_t width) {
    while (text->length > 0 && utf8_width(dk_buf_text(text)) > width) {
        size_t length = text->length - 1;
        while (length > 0 && ((unsigned char)text->data[length] & 0xc0) == 0x80)
            length--;
        dk_buf_truncate(text, length);
    }
}

static void draw(dk_progress *progress, int64_t done, int64_t total, const char *what) {
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    dk_buf_addf(&text, "  %s …", progress->label);
    if (total > 0)
        dk_buf_addf(&text, " %lld/%lld", (long long)done, (long long)total);
    else if (done > 0)
        dk_buf_addf(&text, " %lld", (long long)done);
    if (what != NULL && what[0] != '\0') {
        DK_AUTOFREE char *masked = dk_secret_mask(what);
        dk_buf_add_char(&text, ' ');
        for (const char *next = masked; *next != '\0'; next++) /* a tab or escape would break the line */
            dk_buf_add_char(&text, (unsigned char)*next < ' ' || *next == 127 ? ' ' : *next);
    }
    size_t width = ui_terminal_width();
    cut_to_width(&text, width > 1 ? width - 1 : 1);
    fprintf(stderr, "\r%s\033[K", dk_buf_text(&text));
    fflush(stderr);
    line_is_drawn = true;
    progress->drawn_at = dk_now_ms();
}

dk_progress *dk_progress_begin(DK_UNUSED dk_context *context, const char *label) {
    dk_progress *progress = dk_alloc(sizeof *progress);
    progress->label = dk_secret_mask(label);
    progress->started_at = dk_now_ms();
    progress->outer = innermost;
    innermost = progress;
    if (is_drawn_at_all()) {
        fflush(stdout);
        draw(progress, 0, 0, NULL);
    }
    return progress;
}

void dk_progress_update(dk_progress *progress, int64_t done, int64_t total, const char *what) {
    if (progress == NULL || progress != innermost || !is_drawn_at_all())
        return;
    if (!line_is_drawn || dk_now_ms() - progress->drawn_at >= REDRAW_EVERY_MS)
        draw(progress, done, total, what);
}

static void write_end(const dk_progress *progress, bool succeeded, const char *outcome) {
    char time[DK_FORMATTED];
    dk_format_duration(dk_now_ms() - progress->started_at, time);
    DK_AUTOFREE char *masked = dk_secret_mask(outcome == NULL ? (succeeded ? "done" : "failed") : outcome);
    ui_colour colour = succeeded ? UI_COLOUR_GOOD : UI_COLOUR_ERROR;
    fflush(stdout);
    fprintf(stderr, "  %s: %s%s%s (%s)\n", progress->label, ui_colour_begin(stderr, colour), masked,
            ui_colour_end(stderr, colour), time);
}

void dk_progress_end(dk_progress *progress, bool succeeded, const char *outcome) {
    if (progress == NULL)
        return;
    ui_progress_hide();
    if (!ui_get_settings()->quiet && ui_messages_wanted())
        write_end(progress, succeeded, outcome);
    dk_progress **link = &innermost;
    while (*link != NULL && *link != progress)
        link = &(*link)->outer;
    if (*link != NULL)
        *link = progress->outer;
    free(progress->label);
    free(progress);
}
