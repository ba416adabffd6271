/* Which checks there are, and in which order people and programs see them. */
#include "doctor.h"

#include <stdlib.h>
#include <string.h>

/* The contract's order: what comes first explains what follows. */
static const char *const order[] = {
    "programs",
    "client-version",
    "env-missing",
    "env-keys",
    "env-exposed",
    "url-invalid",
    "not-listening",
    "port-mismatch",
    "port-taken",
    "password-rejected",
    "hba-rejected",
    "role-missing",
    "database-missing",
    "server-version",
    "data-version",
    "collation",
    "pool-size",
    "sessions",
    "extensions",
    "pooled-endpoint",
    "tls",
    "disk",
    "leftovers",
    "bytecode",
    "hooks",
    "pending",
    "heads",
    "unknown-revision",
    "stray-migrations",
    "hard-coded-url",
    "shared-database",
    "venv",
    "tools",
    "drift",
    "foreign-key-index",
};

static size_t rank(const char *id) {
    size_t i = 0;
    while (i < DK_COUNT(order) && strcmp(order[i], id) != 0)
        i++;
    return i;
}

static int by_order(const void *left, const void *right) {
    const doctor_finding *a = left;
    const doctor_finding *b = right;
    size_t first = rank(a->id), second = rank(b->id);
    return first != second ? (first < second ? -1 : 1) : strcmp(a->id, b->id);
}

/* A check of a broken plugin is a failed check, not the end of all the others. */
static void add(dk_context *context, doctor_findings *findings, const char *name) {
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    doctor_finding *finding = &findings->items[findings->count++];
    finding->id = dk_strdup(name);
    finding->check = dk_interface_find(context, "check", name, DK_CHECK_VERSION, &why);
    if (finding->check)
        return;
    doctor_fail(&finding->result, "the check can't be run: %s", why.message);
    if (why.hint)
        doctor_fix(&finding->result, "%s", why.hint);
}

static bool is_known(dk_context *context, const dk_strv *all, const char *name, dk_error *error) {
    return dk_strv_contains(all, name) ||
           dk_interface_find(context, "check", name, DK_CHECK_VERSION, error) != NULL;
}

bool doctor_select(dk_context *context, const dk_strv *names, doctor_findings *findings, dk_error *error) {
    DK_AUTO_STRV dk_strv all = DK_STRV_INIT;
    DK_AUTO_STRV dk_strv chosen = DK_STRV_INIT;
    dk_interface_names(context, "check", &all);
    for (size_t i = 0; i < names->count; i++) {
        if (!is_known(context, &all, names->items[i], error))
            return false;
        if (!dk_strv_contains(&chosen, names->items[i]))
            dk_strv_add(&chosen, names->items[i]);
    }
    if (!names->count)
        dk_strv_add_all(&chosen, &all);
    findings->items = dk_alloc_array(chosen.count + 1, sizeof *findings->items);
    for (size_t i = 0; i < chosen.count; i++)
        add(context, findings, chosen.items[i]);
    qsort(findings->items, findings->count, sizeof *findings->items, by_order);
    return true;
}

size_t doctor_count(const doctor_findings *findings, dk_check_status status) {
    size_t count = 0;
    for (size_t i = 0; i < findings->count; i++)
        count += findings->items[i].result.status == status;
    return count;
}

void doctor_findings_release(doctor_findings *findings) {
    for (size_t i = 0; i < findings->count; i++) {
        free(findings->items[i].id);
        doctor_result_release(&findings->items[i].result);
    }
    free(findings->items);
    *findings = (doctor_findings){0};
}
