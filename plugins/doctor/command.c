/* The command: look, mend where that is wanted, look again. */
#include "command.h"
#include "doctor.h"

static void report_fixed(dk_context *context, const dk_strv *fixed) {
    json_t *list = json_array();
    for (size_t i = 0; i < fixed->count; i++)
        json_array_append_new(list, json_string(fixed->items[i]));
    json_object_set_new(dk_result(context), "fixed", list);
}

bool doctor_run(dk_context *context, const void *values, dk_error *error) {
    const doctor_values *given = values;
    DOCTOR_AUTO_FINDINGS doctor_findings findings = {0};
    DK_AUTO_STRV dk_strv fixed = DK_STRV_INIT;
    /* A configuration that can't be read would make every check fail for the same reason. */
    if (!dk_config_get(context, error) || !doctor_select(context, &given->checks, &findings, error) ||
        !doctor_examine(context, &findings, error))
        return false;
    if (given->fix) {
        if (!doctor_mend(context, &findings, &fixed, error))
            return false;
        /* All of them: what was mended may have hidden something else. */
        if (fixed.count && !doctor_examine(context, &findings, error))
            return false;
        report_fixed(context, &fixed);
    }
    doctor_report(context, &findings);
    return true;
}
