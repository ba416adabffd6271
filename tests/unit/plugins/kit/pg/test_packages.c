#include "../test_support.h"

#include <kit/pg/programs_internal.h>

static void expect_hint(const char *release, bool server, int major, const char *expected) {
    DK_AUTO_BUF dk_buf hint = DK_BUF_INIT;
    pg_package_hint(release, server, major, &hint);
    assert_contains(dk_buf_text(&hint), expected);
}

static void test_distributions(void **state) {
    (void)state;
    expect_hint("NAME=x\nID=debian\n", true, 0, "apt install postgresql");
    expect_hint("ID=debian\n", true, 16, "apt install postgresql-16 ");
    expect_hint("ID=ubuntu\n", false, 0, "apt install postgresql-client");
    expect_hint("ID=pop\nID_LIKE=\"ubuntu debian\"\n", false, 17, "apt install postgresql-client-17");
    expect_hint("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n", true, 16,
                "dnf install postgresql16-server");
    expect_hint("ID=alpine\n", false, 16, "apk add postgresql16-client");
    expect_hint("ID=arch\n", true, 16, "pacman -S postgresql");
    expect_hint("ID='opensuse-leap'\nID_LIKE=\"suse opensuse\"\n", true, 15,
                "zypper install postgresql15-server");
}

#ifndef __APPLE__
static void test_unknown(void **state) {
    (void)state;
    expect_hint("", true, 0, "bin_dir");
    expect_hint("ID=haiku", false, 15, "client programs");
}
#endif

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_distributions),
#ifndef __APPLE__
        cmocka_unit_test(test_unknown),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
