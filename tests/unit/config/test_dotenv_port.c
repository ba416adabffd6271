/* Changing the port of a URL in a .env file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "config/dotenv.h"
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static void test_only_the_port_changes(void **state) {
    static const struct {
        const char *text, *expected;
        int line;
    } rows[] = {
        {"A=1\nU=postgres://a:b@h:5433/d # ours\nB=2\n", "A=1\nU=postgres://a:b@h:7/d # ours\nB=2\n", 2},
        {"export U = 'postgres://a:b@h:5433/d'\r\n", "export U = 'postgres://a:b@h:7/d'\r\n", 1},
        {"U=\"postgresql+asyncpg://a:b@h:5433/d?ssl=x\"", "U=\"postgresql+asyncpg://a:b@h:7/d?ssl=x\"", 1},
        /* a password, a user, a database that look like it */
        {"U=postgres://5433:5433@h:5433/5433", "U=postgres://5433:5433@h:7/5433", 1},
        {"U=postgres://a:5433@h/d", "U=postgres://a:5433@h:7/d", 1},
        /* what is expanded stays unexpanded */
        {"P='s$t'\nU=postgres://a:${P}@h:5433/d\n", "P='s$t'\nU=postgres://a:${P}@h:7/d\n", 2},
        {"PORT=5433 # db\nU=postgres://a@h:${PORT}/d\n", "PORT=7 # db\nU=postgres://a@h:${PORT}/d\n", 1},
        {"OTHER=5433\nPORT=\"5433\"\nU=postgres://a@h:$PORT/d\n",
         "OTHER=5433\nPORT=\"7\"\nU=postgres://a@h:$PORT/d\n", 2},
        {"P=x\nU=postgres://a:${P}@h:${DKT_NO_PORT:-5433}/d\n",
         "P=x\nU=postgres://a:${P}@h:${DKT_NO_PORT:-7}/d\n", 2},
        {"U=postgres://a:${DKT_NONE:-5433}@h:${DKT_NO_PORT-5433}",
         "U=postgres://a:${DKT_NONE:-5433}@h:${DKT_NO_PORT-7}", 1},
        /* the text ends with what looks like the host's beginning */
        {"H=[::1]\nU=postgres://a@${H}/d?application_name=[::1",
         "H=[::1]\nU=postgres://a@[::1]:7/d?application_name=[::1", 2},
        /* no port yet */
        {"U=postgres://a:b@localhost/d\n", "U=postgres://a:b@localhost:7/d\n", 1},
        {"U=postgres://localhost@localhost/localhost", "U=postgres://localhost@localhost:7/localhost", 1},
        {"U='postgres://a@[::1]/d'", "U='postgres://a@[::1]:7/d'", 1},
        {"U=postgres://localhost", "U=postgres://localhost:7", 1},
        {"U=jdbc:postgresql://h:5433/d?user=a", "U=jdbc:postgresql://h:7/d?user=a", 1},
        {"U=postgres://a@h:5433/d\nU=postgres://a@h:5433/e\n",
         "U=postgres://a@h:5433/d\nU=postgres://a@h:7/e\n", 2},
    };
    (void)state;
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        DK_AUTO_BUF dk_buf rewritten = DK_BUF_INIT;
        DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
        int line = 0;
        if (!dotenv_rewrite_port(rows[i].text, strlen(rows[i].text), ".env", "U", 7, &rewritten, &line,
                                 &error))
            fail_msg("%s: %s", rows[i].text, error.message);
        assert_string_equal(dk_buf_text(&rewritten), rows[i].expected);
        assert_int_equal(line, rows[i].line);
    }
}

static void test_what_can_not_be_changed(void **state) {
    (void)state;
    DK_AUTO_BUF dk_buf rewritten = DK_BUF_INIT;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    int line = 0;
    assert_false(dotenv_rewrite_port("A=1\n", 4, ".env", "U", 7, &rewritten, &line, &error));
    assert_string_equal(error.code, "env-missing");
    assert_false(dotenv_rewrite_port("U=nonsense\n", 11, ".env", "U", 7, &rewritten, &line, &error));
    assert_string_equal(error.code, "url-invalid");
    assert_non_null(strstr(error.message, ".env:1"));
    assert_false(dotenv_rewrite_port("U='open", 7, ".env", "U", 7, &rewritten, &line, &error));
    assert_string_equal(error.code, "dotenv-invalid");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_the_port_changes),
        cmocka_unit_test(test_what_can_not_be_changed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
