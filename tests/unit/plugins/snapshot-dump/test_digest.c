/* digest.c: kit/hash's SHA-256 under kit/archive's names. */
#include "../kit/test_support.h"

#include <snapshot-dump/dump.h>

static void a_known_digest(void **state) {
    (void)state;
    char hex[TAR_HEX];
    void *digest = dump_sha256.begin();
    dump_sha256.add(digest, "a", 1);
    dump_sha256.add(digest, "bc", 2);
    dump_sha256.end(digest, hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    dump_sha256.end(dump_sha256.begin(), NULL);
    assert_ptr_equal(dump_compression.digest, &dump_sha256);
}

int main(void) {
    static const struct CMUnitTest tests[] = {cmocka_unit_test(a_known_digest)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
