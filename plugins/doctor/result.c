/* Filling a check's result. */
#include "doctor.h"

#include <stdlib.h>
#include <string.h>

static bool set(char **text, const char *format, va_list arguments) {
    free(*text);
    *text = dk_vformat(format, arguments);
    return true;
}

static bool conclude(dk_check_result *result, dk_check_status status, const char *format, va_list arguments) {
    result->status = status;
    return set(&result->message, format, arguments);
}

bool doctor_ok(dk_check_result *result, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    conclude(result, DK_CHECK_OK, format, arguments);
    va_end(arguments);
    return true;
}

bool doctor_skip(dk_check_result *result, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    conclude(result, DK_CHECK_SKIPPED, format, arguments);
    va_end(arguments);
    return true;
}

bool doctor_warn(dk_check_result *result, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    conclude(result, DK_CHECK_WARN, format, arguments);
    va_end(arguments);
    return true;
}

bool doctor_fail(dk_check_result *result, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    conclude(result, DK_CHECK_FAIL, format, arguments);
    va_end(arguments);
    return true;
}

bool doctor_why(dk_check_result *result, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    set(&result->why, format, arguments);
    va_end(arguments);
    return true;
}

bool doctor_fix(dk_check_result *result, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    set(&result->fix, format, arguments);
    va_end(arguments);
    return true;
}

bool doctor_fixable(dk_check_result *result, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    set(&result->fix, format, arguments);
    va_end(arguments);
    result->fixable = true;
    return true;
}

void doctor_result_release(dk_check_result *result) {
    free(result->message);
    free(result->why);
    free(result->fix);
    memset(result, 0, sizeof *result);
}
