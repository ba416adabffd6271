/* Clocks and randomness. */
#include <devkit/system.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#ifdef __APPLE__
#include <sys/random.h>
#endif

int64_t dk_now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t dk_unix_time(void) {
    return (int64_t)time(NULL);
}

void dk_format_time(int64_t unix_seconds, char *text) {
    enum { TIME_SIZE = 21 };
    const int64_t last = INT64_C(253402300799); /* the end of the year 9999 */
    time_t seconds = (time_t)(unix_seconds < 0 ? 0 : unix_seconds > last ? last : unix_seconds);
    struct tm parts;
    gmtime_r(&seconds, &parts);
    strftime(text, TIME_SIZE, "%Y-%m-%dT%H:%M:%SZ", &parts);
}

void dk_random_hex(char *text, size_t length) {
    static const char digits[] = "0123456789abcdef";
    unsigned char bytes[64];
    for (size_t i = 0; i < length; i++) {
        size_t at = i % (2 * sizeof bytes);
        if (at == 0 && getentropy(bytes, sizeof bytes) != 0)
            abort(); /* names made without randomness would collide, and passwords could be guessed */
        text[i] = digits[at % 2 == 0 ? bytes[at / 2] >> 4 : bytes[at / 2] & 15];
    }
    text[length] = '\0';
}
