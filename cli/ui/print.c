/* Results for people, on stdout. */
#include "ui/internal.h"
#include <devkit/system.h>

void dk_print(DK_UNUSED dk_context *context, const char *format, ...) {
    if (ui_get_settings()->json)
        return;
    va_list arguments;
    va_start(arguments, format);
    DK_AUTOFREE char *text = dk_vformat(format, arguments);
    va_end(arguments);
    DK_AUTOFREE char *masked = dk_secret_mask(text);
    ui_progress_hide();
    fputs(masked, stdout);
}

void dk_flush(DK_UNUSED dk_context *context) {
    ui_progress_hide();
    fflush(stdout);
    fflush(stderr);
}
