/* Results for people, on stdout. */
#include "ui/internal.h"
#include <devkit/system.h>
#include <errno.h>

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

bool ui_finish(dk_error *error) {
    ui_progress_hide();
    errno = 0;
    bool lost = fflush(stdout) != 0 || ferror(stdout);
    if (!lost || errno == EPIPE)
        return true;
    if (errno == 0)
        errno = EIO; /* it failed earlier, and why is forgotten */
    return dk_fail_errno(error, errno, "output-failed", "cannot write the results to the standard output");
}

void dk_flush(DK_UNUSED dk_context *context) {
    ui_progress_hide();
    fflush(stdout);
    fflush(stderr);
}
