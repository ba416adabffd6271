/* Between the files of ui. */
#ifndef UI_INTERNAL_H
#define UI_INTERNAL_H

#include "ui/ui.h"
#include <stdio.h>

typedef enum ui_colour {
    UI_COLOUR_NONE,
    UI_COLOUR_ERROR,
    UI_COLOUR_WARNING,
    UI_COLOUR_GOOD,
    UI_COLOUR_FAINT,
    UI_COLOUR_STRONG,
} ui_colour;

/* The escape that begins a colour on the stream, or "" where it must not have any. */
const char *ui_colour_begin(FILE *stream, ui_colour colour);
const char *ui_colour_end(FILE *stream, ui_colour colour);

/* Messages and progress: silent under --json, unless -v asks for them. */
bool ui_messages_wanted(void);

/* Takes the progress line off the terminal, so that something else can be written there; the next update
 * draws it again. */
void ui_progress_hide(void);

/* Columns of the terminal on stderr, or 80. */
size_t ui_terminal_width(void);

#endif
