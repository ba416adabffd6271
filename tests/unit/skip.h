/* Skips a test and says why: tests/run.py lists the reasons, and in CI accepts only those it knows. */
#ifndef TESTS_UNIT_SKIP_H
#define TESTS_UNIT_SKIP_H

#define skip_because(reason)                                                                                 \
    do {                                                                                                     \
        print_message("skip: %s\n", reason);                                                                 \
        skip();                                                                                              \
    } while (0)

#endif
