/* The one-file archives by which the engine takes and gives files of a container: POSIX ustar,
 * https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_06 */
#include "docker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK 512
#define NAME_MAX_BYTES 100
#define MODE_AT 100
#define SIZE_AT 124
#define SIZE_BYTES 12
#define CHECKSUM_AT 148
#define CHECKSUM_BYTES 8
#define TYPE_AT 156
#define MAGIC_AT 257

static unsigned checksum(const unsigned char *header) {
    unsigned sum = 0;
    for (int i = 0; i < BLOCK; i++)
        sum += i >= CHECKSUM_AT && i < CHECKSUM_AT + CHECKSUM_BYTES ? ' ' : header[i];
    return sum;
}

static void pad(dk_buf *tar, size_t length) {
    static const char zeros[BLOCK];
    if (length % BLOCK)
        dk_buf_append(tar, zeros, BLOCK - length % BLOCK);
}

/* Octal digits with zeros before them; the field's last byte stays NUL. */
static void put_number(char *field, size_t size, unsigned long long value) {
    for (size_t at = size - 1; at-- > 0; value >>= 3)
        field[at] = (char)('0' + (value & 7));
}

void docker_tar_file(dk_buf *tar, const char *name, unsigned mode, const char *content) {
    static const char magic[] = {'u', 's', 't', 'a', 'r', 0, '0', '0'}; /* and the version, without a NUL */
    char header[BLOCK] = {0};
    size_t length = strlen(content);
    snprintf(header, NAME_MAX_BYTES, "%s", name);
    put_number(header + MODE_AT, 8, mode);
    put_number(header + MODE_AT + 8, 8, 0);  /* owner: root */
    put_number(header + MODE_AT + 16, 8, 0); /* and its group */
    put_number(header + SIZE_AT, SIZE_BYTES, length);
    put_number(header + SIZE_AT + SIZE_BYTES, 12, (unsigned long long)dk_unix_time());
    header[TYPE_AT] = '0';
    memcpy(header + MAGIC_AT, magic, sizeof magic);
    put_number(header + CHECKSUM_AT, CHECKSUM_BYTES - 1, checksum((const unsigned char *)header));
    header[CHECKSUM_AT + CHECKSUM_BYTES - 1] = ' ';
    dk_buf_append(tar, header, BLOCK);
    dk_buf_append(tar, content, length);
    pad(tar, length);
    static const char end[2 * BLOCK];
    dk_buf_append(tar, end, sizeof end);
}

char *docker_tar_first(const dk_buf *tar) {
    for (size_t at = 0; at + BLOCK <= tar->length;) {
        const unsigned char *header = (const unsigned char *)tar->data + at;
        char size[SIZE_BYTES + 1] = {0};
        memcpy(size, header + SIZE_AT, SIZE_BYTES);
        unsigned long long length = strtoull(size, NULL, 8);
        if (!header[0] || length > tar->length - at - BLOCK ||
            strtoul((const char *)header + CHECKSUM_AT, NULL, 8) != checksum(header))
            return NULL;
        if (header[TYPE_AT] == '0' || header[TYPE_AT] == 0)
            return dk_strndup((const char *)header + BLOCK, (size_t)length);
        at += BLOCK + ((size_t)length + BLOCK - 1) / BLOCK * BLOCK; /* a pax header comes before its file */
    }
    return NULL;
}
