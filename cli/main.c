/* devkit: builds the context, runs the command, says how it went. */
#include "base/fd.h"
#include "base/signal.h"
#include "core/context.h"
#include "core/dispatch.h"

int main(int count, char **words) {
    fd_open_standard();
    signal_install();
    dk_context *context = context_new();
    int status = dispatch(context, count > 1 ? (size_t)count - 1 : 0, (const char *const *)words + 1);
    context_free(context);
    return status;
}
