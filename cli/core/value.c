/* See value.h. */
#include "core/value.h"

#include <string.h>

typedef bool number_reader(const char *text, int64_t *number);

static bool read_duration(const char *text, int64_t *number) {
    int64_t seconds;
    if (dk_parse_int64(text, &seconds) && seconds >= 0 && seconds <= INT64_MAX / 1000) {
        *number = seconds * 1000;
        return true;
    }
    return dk_parse_duration(text, number);
}

static const struct {
    number_reader *read;
    const char *what;
    const char *hint;
} numbers[] = {
    [DK_VALUE_INTEGER] = {dk_parse_int64, "a whole number", "write it like 10"},
    [DK_VALUE_SIZE] = {dk_parse_size, "a size", "write it like 512MB or 20GB"},
    [DK_VALUE_DURATION] = {read_duration, "a duration", "write it like 90s, 5m or 2h"},
};

static bool check_choice(const char *const *choices, const char *label, const char *text, dk_error *error) {
    size_t count = 0;
    DK_AUTO_STRV dk_strv list = DK_STRV_INIT;
    for (; choices[count]; count++) {
        if (dk_streq(choices[count], text))
            return true;
        dk_strv_add(&list, choices[count]);
    }
    DK_AUTOFREE char *joined = dk_strv_join(&list, ", ");
    dk_fail(error, DK_ERROR_USAGE, "bad-value", "%s: \"%s\" is not one of %s", label, text, joined);
    const char *nearest = dk_nearest(text, choices, count);
    if (nearest)
        dk_error_hint(error, "did you mean %s?", nearest);
    return false;
}

static bool store_number(dk_value_type type, const char *label, const char *text, void *slot,
                         dk_error *error) {
    int64_t number;
    if (!numbers[type].read(text, &number)) {
        dk_fail(error, DK_ERROR_USAGE, "bad-value", "%s: \"%s\" is not %s", label, text, numbers[type].what);
        return dk_error_hint(error, "%s", numbers[type].hint);
    }
    if (slot)
        *(int64_t *)slot = number;
    return true;
}

bool value_store(dk_value_type type, const char *const *choices, const char *label, const char *text,
                 void *slot, dk_error *error) {
    if (choices && !check_choice(choices, label, text, error))
        return false;
    if (type == DK_VALUE_INTEGER || type == DK_VALUE_SIZE || type == DK_VALUE_DURATION)
        return store_number(type, label, text, slot, error);
    if (!slot)
        return true;
    if (type == DK_VALUE_FLAG)
        /* Only the environment and defaults give a flag as text. */
        *(bool *)slot = *text && !dk_streq(text, "0") && !dk_streq(text, "false") && !dk_streq(text, "no");
    else if (type == DK_VALUE_LIST)
        dk_strv_add(slot, text);
    else
        *(const char **)slot = text;
    return true;
}
