/* Comparing text: prefixes, natural order, and the nearest of several words. */
#include <ctype.h>
#include <devkit/buf.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool dk_starts_with(const char *text, const char *prefix) {
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool dk_ends_with(const char *text, const char *suffix) {
    size_t text_length = strlen(text);
    size_t length = strlen(suffix);
    return text_length >= length && memcmp(text + text_length - length, suffix, length) == 0;
}

bool dk_streq(const char *left, const char *right) {
    if (left == NULL || right == NULL)
        return left == right;
    return strcmp(left, right) == 0;
}

static bool is_digit(char character) {
    return character >= '0' && character <= '9';
}

/* Both point at digits; moves them behind their runs. */
static int compare_numbers(const char **left, const char **right) {
    const char *a = *left;
    const char *b = *right;
    while (*a == '0')
        a++;
    while (*b == '0')
        b++;
    const char *a_start = a;
    const char *b_start = b;
    while (is_digit(*a))
        a++;
    while (is_digit(*b))
        b++;
    *left = a;
    *right = b;
    ptrdiff_t a_length = a - a_start;
    ptrdiff_t b_length = b - b_start;
    if (a_length != b_length)
        return a_length < b_length ? -1 : 1;
    return memcmp(a_start, b_start, (size_t)a_length);
}

int dk_natural_compare(const char *left, const char *right) {
    const char *a = left;
    const char *b = right;
    while (*a != '\0' && *b != '\0') {
        if (is_digit(*a) && is_digit(*b)) {
            int order = compare_numbers(&a, &b);
            if (order != 0)
                return order;
        } else if (*a != *b) {
            return (unsigned char)*a < (unsigned char)*b ? -1 : 1;
        } else {
            a++;
            b++;
        }
    }
    if (*a != *b)
        return *a == '\0' ? -1 : 1;
    return strcmp(left, right); /* "01" and "1": equal as numbers, but the order has to be total */
}

enum { NEAREST_LONGEST = 64 };

static size_t smallest(size_t a, size_t b, size_t c) {
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

/* Edit distance that counts two swapped neighbours as one slip, as typing errors are made. */
static size_t edit_distance(const char *left, const char *right) {
    size_t rows[3][NEAREST_LONGEST + 1];
    size_t left_length = strlen(left);
    size_t right_length = strlen(right);
    for (size_t j = 0; j <= right_length; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= left_length; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i - 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= right_length; j++) {
            int a = tolower((unsigned char)left[i - 1]);
            int b = tolower((unsigned char)right[j - 1]);
            row[j] = smallest(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a != b));
            if (i > 1 && j > 1 && a == tolower((unsigned char)right[j - 2]) &&
                b == tolower((unsigned char)left[i - 2]) && rows[(i - 2) % 3][j - 2] + 1 < row[j])
                row[j] = rows[(i - 2) % 3][j - 2] + 1;
        }
    }
    return rows[left_length % 3][right_length];
}

static const char separators[] = " ._-";

/* Bytes of whole words at the beginning of both: what was typed right says nothing of what was meant by the
 * rest ("migrate init" is as far from "migrate new" as "init" is from "new"). */
static size_t same_words(const char *left, const char *right) {
    size_t words = 0;
    for (size_t i = 0; left[i] != '\0' && left[i] == right[i]; i++)
        if (strchr(separators, left[i]) != NULL)
            words = i + 1;
    return words;
}

/* A slip in three letters; in a short word just one, or it is another word. */
static size_t slips_allowed(size_t length) {
    return length < 6 ? 1 : length / 3;
}

const char *dk_nearest(const char *word, const char *const *candidates, size_t count) {
    size_t length = strlen(word);
    if (length == 0 || length > NEAREST_LONGEST)
        return NULL;
    const char *best = NULL;
    size_t best_distance = length + 1;
    for (size_t i = 0; i < count; i++) {
        size_t candidate_length = strlen(candidates[i]);
        if (candidate_length > NEAREST_LONGEST)
            continue;
        size_t same = same_words(word, candidates[i]);
        size_t distance = edit_distance(word, candidates[i]);
        if (distance < best_distance && distance <= slips_allowed(length - same) &&
            distance < candidate_length) {
            best = candidates[i];
            best_distance = distance;
        }
    }
    return best;
}

/* "pasword" for "password-rejected": one of its words, which may have a slip where it is long enough. */
static bool is_near_a_part(const char *word, const char *candidate) {
    size_t slips = strlen(word) < 6 ? 0 : 1;
    for (const char *at = candidate; *at; at += strspn(at, separators)) {
        size_t length = strcspn(at, separators);
        DK_AUTOFREE char *part = dk_strndup(at, length);
        if (length > 1 && length <= NEAREST_LONGEST && edit_distance(word, part) <= slips)
            return true;
        at += length;
    }
    return false;
}

const char *dk_nearest_part(const char *word, const char *const *candidates, size_t count) {
    const char *found = dk_nearest(word, candidates, count);
    for (size_t i = 0; !found && i < count && strlen(word) <= NEAREST_LONGEST; i++)
        found = is_near_a_part(word, candidates[i]) ? candidates[i] : NULL;
    return found;
}
