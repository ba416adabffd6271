/* The one error type. Every setter formats before it frees, so that an error may be built from its own text.
 */
#include <devkit/error.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void replace(char **field, char *text) {
    free(*field);
    *field = text;
}

static void fill(dk_error *error, dk_error_class error_class, const char *code, char *message) {
    dk_error fresh = DK_ERROR_INIT;
    fresh.error_class = error_class;
    snprintf(fresh.code, sizeof fresh.code, "%s", code);
    fresh.message = message;
    dk_error_release(error);
    *error = fresh;
}

static void fill_formatted(dk_error *error, dk_error_class error_class, const char *code, const char *message,
                           va_list arguments) {
    if (error != NULL)
        fill(error, error_class, code, dk_vformat(message, arguments));
}

bool dk_fail(dk_error *error, dk_error_class error_class, const char *code, const char *message, ...) {
    va_list arguments;
    va_start(arguments, message);
    fill_formatted(error, error_class, code, message, arguments);
    va_end(arguments);
    return false;
}

bool dk_fail_errno(dk_error *error, int errno_value, const char *code, const char *message, ...) {
    va_list arguments;
    va_start(arguments, message);
    fill_formatted(error, DK_ERROR_FAILED, code, message, arguments);
    va_end(arguments);
    return dk_error_detail(error, "%s", strerror(errno_value));
}

bool dk_error_detail(dk_error *error, const char *detail, ...) {
    va_list arguments;
    va_start(arguments, detail);
    if (error != NULL)
        replace(&error->detail, dk_vformat(detail, arguments));
    va_end(arguments);
    return false;
}

bool dk_error_hint(dk_error *error, const char *hint, ...) {
    va_list arguments;
    va_start(arguments, hint);
    if (error != NULL)
        replace(&error->hint, dk_vformat(hint, arguments));
    va_end(arguments);
    return false;
}

bool dk_error_prefix(dk_error *error, const char *prefix, ...) {
    if (error == NULL)
        return false;
    va_list arguments;
    va_start(arguments, prefix);
    DK_AUTOFREE char *text = dk_vformat(prefix, arguments);
    va_end(arguments);
    replace(&error->message, dk_format("%s: %s", text, error->message == NULL ? "" : error->message));
    return false;
}

bool dk_error_is(const dk_error *error, const char *code) {
    return error != NULL && error->error_class != DK_ERROR_NONE && strcmp(error->code, code) == 0;
}

bool dk_error_sqlstate_is(const dk_error *error, const char *sqlstate) {
    return error != NULL && error->sqlstate[0] != '\0' && strcmp(error->sqlstate, sqlstate) == 0;
}

void dk_error_move(dk_error *target, dk_error *source) {
    static const dk_error empty = DK_ERROR_INIT;
    if (source == NULL || target == source)
        return;
    if (target == NULL) {
        dk_error_release(source);
        return;
    }
    dk_error_release(target);
    *target = *source;
    *source = empty;
}

void dk_error_release(dk_error *error) {
    static const dk_error empty = DK_ERROR_INIT;
    if (error == NULL)
        return;
    free(error->message);
    free(error->detail);
    free(error->hint);
    *error = empty;
}
