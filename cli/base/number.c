/* Numbers, sizes and durations as people write them. */
#include <ctype.h>
#include <devkit/buf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct unit {
    const char *name;
    int64_t factor;
} unit;

#define KIB ((int64_t)1024)
static const unit size_units[] = {
    {"", 1},
    {"b", 1},
    {"k", KIB},
    {"kb", KIB},
    {"kib", KIB},
    {"m", KIB *KIB},
    {"mb", KIB *KIB},
    {"mib", KIB *KIB},
    {"g", KIB *KIB *KIB},
    {"gb", KIB *KIB *KIB},
    {"gib", KIB *KIB *KIB},
    {"t", KIB *KIB *KIB *KIB},
    {"tb", KIB *KIB *KIB *KIB},
    {"tib", KIB *KIB *KIB *KIB},
};

static const unit duration_units[] = {
    {"ms", 1},          {"s", 1000},       {"sec", 1000},       {"min", 60000},       {"m", 60000},
    {"h", 3600000},     {"hour", 3600000}, {"hours", 3600000},  {"d", 86400000},      {"day", 86400000},
    {"days", 86400000}, {"w", 604800000},  {"week", 604800000}, {"weeks", 604800000},
};

bool dk_parse_int64(const char *text, int64_t *value) {
    if (text == NULL || !(isdigit((unsigned char)text[0]) || text[0] == '-' || text[0] == '+'))
        return false;
    char *end;
    errno = 0;
    long long parsed = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0')
        return false;
    *value = parsed;
    return true;
}

/* "12", "1.5 GB": a decimal number, blanks, and a unit of the table. */
static bool parse_with_unit(const char *text, const unit *units, size_t count, int64_t *value) {
    if (text == NULL || !isdigit((unsigned char)text[0]))
        return false;
    size_t digits = strspn(text, "0123456789");
    size_t length = digits;
    if (text[digits] == '.') {
        size_t fraction = strspn(text + digits + 1, "0123456789");
        if (fraction == 0)
            return false;
        length += 1 + fraction;
    }
    if (length > 18)
        return false;
    int64_t whole = 0;
    double fraction = 0;
    double place = 0.1;
    for (size_t i = 0; i < length; i++) {
        if (i < digits) {
            whole = whole * 10 + (text[i] - '0');
        } else if (i > digits) {
            fraction += (text[i] - '0') * place;
            place /= 10;
        }
    }
    const char *name = text + length;
    name += strspn(name, " \t");
    for (size_t i = 0; i < count; i++) {
        if (strcasecmp(name, units[i].name) != 0)
            continue;
        int64_t scaled;
        if (__builtin_mul_overflow(whole, units[i].factor, &scaled))
            return false;
        int64_t part = (int64_t)(fraction * (double)units[i].factor + 0.5);
        return !__builtin_add_overflow(scaled, part, value);
    }
    return false;
}

bool dk_parse_size(const char *text, int64_t *bytes) {
    return parse_with_unit(text, size_units, DK_COUNT(size_units), bytes);
}

bool dk_parse_duration(const char *text, int64_t *milliseconds) {
    return parse_with_unit(text, duration_units, DK_COUNT(duration_units), milliseconds);
}

void dk_format_size(int64_t bytes, char *text) {
    static const char *const names[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
    if (bytes > -1024 && bytes < 1024) {
        snprintf(text, DK_FORMATTED, "%d B", (int)bytes);
        return;
    }
    double value = (double)bytes / 1024;
    size_t name = 0;
    while ((value >= 1023.5 || value <= -1023.5) && name + 1 < DK_COUNT(names)) {
        value /= 1024;
        name++;
    }
    bool small = value < 9.95 && value > -9.95;
    snprintf(text, DK_FORMATTED, small ? "%.1f %s" : "%.0f %s", value, names[name]);
}

void dk_format_duration(int64_t milliseconds, char *text) {
    if (milliseconds < 0)
        milliseconds = 0;
    long long seconds = milliseconds / 1000 + (milliseconds % 1000 >= 500);
    if (milliseconds < 1000)
        snprintf(text, DK_FORMATTED, "%d ms", (int)milliseconds);
    else if (milliseconds < 9950)
        snprintf(text, DK_FORMATTED, "%.1f s", (double)milliseconds / 1000);
    else if (seconds < 60)
        snprintf(text, DK_FORMATTED, "%lld s", seconds);
    else if (seconds < 3600)
        snprintf(text, DK_FORMATTED, "%d min %d s", (int)(seconds / 60), (int)(seconds % 60));
    else if (seconds < 86400 * 2)
        snprintf(text, DK_FORMATTED, "%d h %d min", (int)(seconds / 3600), (int)(seconds / 60 % 60));
    else
        snprintf(text, DK_FORMATTED, "%lld d", seconds / 86400);
}
