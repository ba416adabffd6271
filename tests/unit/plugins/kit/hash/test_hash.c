#include "../test_support.h"

#include <kit/hash/hash.h>

/* Vectors of FIPS 180-2. */
static void test_known_digests(void **state) {
    (void)state;
    char hex[HASH_HEX];
    hash_memory_hex("", 0, hex);
    assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    hash_memory_hex("abc", 3, hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void test_in_pieces(void **state) {
    (void)state;
    char hex[HASH_HEX];
    hash_state *hash = hash_new();
    hash_update(hash, "a", 1);
    hash_update(hash, NULL, 0);
    hash_update(hash, "bc", 2);
    hash_hex(hash, hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    hash_free(NULL);
    hash_free(hash_new());
}

static void hash_pair(const char *left, const char *right, char *hex) {
    hash_state *hash = hash_new();
    hash_text(hash, left);
    hash_text(hash, right);
    hash_hex(hash, hex);
}

static void test_texts_keep_their_borders(void **state) {
    (void)state;
    char first[HASH_HEX], second[HASH_HEX];
    hash_pair("ab", "c", first);
    hash_pair("a", "bc", second);
    assert_string_not_equal(first, second);
    hash_pair("", "x", first);
    hash_pair(NULL, "x", second);
    assert_string_equal(first, second);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_digests),
        cmocka_unit_test(test_in_pieces),
        cmocka_unit_test(test_texts_keep_their_borders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
