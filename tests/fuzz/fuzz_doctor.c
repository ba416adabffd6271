/* What doctor reads: pg_hba.conf, migrations in any language, URLs as they are written, results of checks. */
#include <doctor/doctor.h>
#include <doctor/hba.h>

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

static void check_hba(const char *text) {
    static const hba_login logins[] = {
        {"app", "me", "127.0.0.1", false}, {"app", "app", "fe80::1", true}, {"app", "me", NULL, false}};
    for (size_t i = 0; i < DK_COUNT(logins); i++) {
        hba_line line = {0};
        if (!hba_find(text, &logins[i], &line))
            continue;
        require(line.number > 0 && line.text && !strpbrk(line.text, "\n\r\t"), "a line that is none");
        free(line.text);
    }
}

static void check_extensions(const char *text) {
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    doctor_scan_extensions(text, &names);
    for (size_t i = 0; i < names.count; i++)
        require(*names.items[i] && !strpbrk(names.items[i], " \"';\n"), "an extension that is none");
}

/* Written once, it is there; written again, nothing changes. */
static void check_mode(const char *text) {
    DK_AUTOFREE char *once = doctor_text_with_mode(text, "sslmode", "require");
    DK_AUTOFREE char *twice = doctor_text_with_mode(once, "sslmode", "require");
    require(strstr(once, "sslmode=require") != NULL, "the mode is not there");
    require(strcmp(once, twice) == 0, "written again, it changes");
}

static void check_pooler(const char *text) {
    DK_AUTOFREE char *direct = doctor_text_without_pooler(text);
    require(!direct || strlen(direct) + strlen("-pooler") == strlen(text), "more than the mark is gone");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = dk_strndup((const char *)data, size);
    dk_check_result result = {0};
    check_hba(text);
    check_extensions(text);
    check_mode(text);
    check_pooler(text);
    if (doctor_result_read(text, strlen(text), &result))
        require(doctor_status_name(result.status) != NULL, "a status without a name");
    doctor_result_release(&result);
    free(text);
    return 0;
}
