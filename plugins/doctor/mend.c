/* `--fix`: what can be mended safely, each after a question. */
#include "doctor.h"

static bool is_mendable(const doctor_finding *finding) {
    return (finding->result.status == DK_CHECK_WARN || finding->result.status == DK_CHECK_FAIL) &&
           finding->result.fixable && finding->check && finding->check->fix;
}

/* A "no" is an answer about this one only; where nobody can be asked, nothing may be changed. */
static bool ask(dk_context *context, const doctor_finding *finding, bool *wanted, dk_error *error) {
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    DK_AUTOFREE char *question = dk_format("%s: %s\n%s — do it?", finding->id, finding->result.message,
                                           finding->result.fix ? finding->result.fix : "mend it");
    *wanted = dk_confirm(context, question, &why);
    if (*wanted || dk_error_is(&why, "declined"))
        return true;
    dk_error_move(error, &why);
    return false;
}

/* One that can't be mended must not keep the others from it. */
static bool mend(dk_context *context, const doctor_finding *finding, dk_strv *fixed, dk_error *error) {
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    if (finding->check->fix(context, &why)) {
        dk_info(context, "%s: mended", finding->id);
        dk_strv_add(fixed, finding->id);
        return true;
    }
    if (why.error_class == DK_ERROR_INTERRUPTED) {
        dk_error_move(error, &why);
        return false;
    }
    dk_warn(context, "%s could not be mended: %s%s%s", finding->id, why.message, why.detail ? ": " : "",
            why.detail ? why.detail : "");
    if (why.hint)
        dk_note(context, "%s", why.hint);
    return true;
}

bool doctor_mend(dk_context *context, const doctor_findings *findings, dk_strv *fixed, dk_error *error) {
    for (size_t i = 0; i < findings->count; i++) {
        const doctor_finding *finding = &findings->items[i];
        bool wanted = false;
        if (!is_mendable(finding))
            continue;
        if (!ask(context, finding, &wanted, error) || (wanted && !mend(context, finding, fixed, error)))
            return false;
    }
    return true;
}
