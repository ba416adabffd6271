/* cli/base/tree_linux.c or tree_other.c */
#include "base/fd.h"
#include "base/tree.h"
#include "scratch.h"
#include <errno.h>

static void test_clones_or_leaves_it_to_us(void **state) {
    (void)state;
    scratch_write("from", "content");
    FD_AUTO_CLOSE int source = open(scratch("from"), O_RDONLY | O_CLOEXEC);
    FD_AUTO_CLOSE int target = open(scratch("to"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    bool failed = true;
    bool cloned = tree_clone_content(source, target, &failed);
    assert_false(failed);
    scratch_expect("to", cloned ? "content" : "");
}

static void test_what_can_not_be_cloned(void **state) {
    (void)state;
    int ends[2];
    assert_true(fd_pipe(ends));
    FD_AUTO_CLOSE int target = open(scratch("other"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    bool failed = true;
    assert_false(tree_clone_content(ends[0], target, &failed));
    assert_false(failed); /* reading and writing may still do */
    fd_close(&ends[0]);
    fd_close(&ends[1]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clones_or_leaves_it_to_us),
        cmocka_unit_test(test_what_can_not_be_cloned),
    };
    return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
