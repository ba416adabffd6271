/* Small readers of text: sizes, durations, numbers, UTF-8, natural order. */
#include "base/utf8.h"
#include <devkit/buf.h>
#include <devkit/json.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds, const char *what) {
    if (!holds) {
        fprintf(stderr, "%s\n", what);
        abort();
    }
}

static void check_numbers(const char *text) {
    int64_t value = 0;
    char shown[DK_FORMATTED];
    if (dk_parse_size(text, &value)) {
        require(value >= 0, "a negative size");
        dk_format_size(value, shown);
    }
    if (dk_parse_duration(text, &value)) {
        require(value >= 0, "a negative duration");
        dk_format_duration(value, shown);
    }
    if (dk_parse_int64(text, &value)) {
        dk_format_size(value, shown);
        dk_format_duration(value, shown);
    }
}

static void check_utf8(const char *text) {
    char *repaired = utf8_repair(text);
    json_t *value = json_string(repaired); /* takes valid UTF-8 only */
    require(value != NULL, "repaired, but not valid");
    json_decref(value);
    char *again = utf8_repair(repaired);
    require(strcmp(again, repaired) == 0, "repaired twice");
    require(utf8_width(repaired) <= 2 * strlen(repaired), "wider than it can be");
    free(again);
    free(repaired);
}

/* The first half against the second: an order has to be the same seen from both sides. */
static void check_order(char *text) {
    size_t middle = strlen(text) / 2;
    char *left = dk_strndup(text, middle);
    const char *right = text + middle;
    int forth = dk_natural_compare(left, right);
    int back = dk_natural_compare(right, left);
    require((forth < 0) == (back > 0) && (forth == 0) == (strcmp(left, right) == 0), "not an order");
    require(dk_natural_compare(left, left) == 0, "not equal to itself");
    const char *const words[] = {right};
    dk_nearest_part(left, words, 1);
    free(left);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = dk_strndup((const char *)data, size);
    check_numbers(text);
    check_utf8(text);
    check_order(text);
    free(text);
    return 0;
}
