/* initdb: the locale it is given, and the run itself. */
#include "local.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#ifdef __APPLE__
#include <xlocale.h>
#endif

static bool is_utf8_locale(const char *name, bool *exists) {
    locale_t locale = newlocale(LC_ALL_MASK, name, (locale_t)0);
    *exists = locale != (locale_t)0;
    if (!*exists)
        return false;
    bool utf8 = dk_streq(nl_langinfo_l(CODESET, locale), "UTF-8");
    freelocale(locale);
    return utf8;
}

const char *local_choose_locale(const char **missing) {
    static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    bool exists = false;
    *missing = NULL;
    for (size_t i = 0; i < DK_COUNT(variables); i++) {
        const char *name = getenv(variables[i]);
        if (!name || !*name)
            continue;
        if (is_utf8_locale(name, &exists))
            return name;
        if (!exists)
            *missing = name;
        break; /* the first that is set is the user's choice */
    }
    return is_utf8_locale("C.UTF-8", &exists) ? "C.UTF-8" : "C";
}

bool local_run_initdb(const local_cluster *cluster, const char *bin_dir, int major, const char *locale,
                      const char *folder, dk_error *error) {
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    dk_process_addf(&process, "%s/initdb", bin_dir);
    dk_process_add(&process, "--auth-local=peer");
    dk_process_add(&process, "--auth-host=scram-sha-256");
    dk_process_add(&process, "--encoding=UTF8");
    dk_process_addf(&process, "--locale=%s", locale);
    dk_process_add(&process, "--username=" LOCAL_ADMIN);
    dk_process_add(&process, "--no-sync");
    if (major >= 14)
        dk_process_add(&process, "--no-instructions");
    dk_process_add(&process, "-D");
    dk_process_add(&process, folder);
    local_account_apply(&cluster->account, &process);
    process.flags |= DK_PROCESS_MERGE_STDERR | DK_PROCESS_ALLOW_FAILURE;
    if (!dk_process_run(&process, error))
        return false;
    if (process.exit_status == 0)
        return true;
    return local_fail_from_log(dk_buf_text(&process.output), "initdb could not make the cluster", error);
}
