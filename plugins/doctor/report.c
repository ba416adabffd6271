/* What was found, for people and as JSON. */
#include "doctor.h"

#include <string.h>

static const char *const names[] = {
    [DK_CHECK_OK] = "ok", [DK_CHECK_WARN] = "warn", [DK_CHECK_FAIL] = "fail", [DK_CHECK_SKIPPED] = "skipped"};

const char *doctor_status_name(dk_check_status status) {
    return names[status];
}

static void report_json(dk_context *context, const doctor_findings *findings) {
    json_t *checks = json_array();
    for (size_t i = 0; i < findings->count; i++) {
        const doctor_finding *finding = &findings->items[i];
        json_t *entry = json_object();
        dk_json_set_string(entry, "id", finding->id);
        dk_json_set_string(entry, "title", finding->check ? finding->check->title : finding->id);
        dk_json_set_string(entry, "status", names[finding->result.status]);
        dk_json_set_string(entry, "message", finding->result.message);
        dk_json_set_string(entry, "why", finding->result.why);
        dk_json_set_string(entry, "fix", finding->result.fix);
        dk_json_set_bool(entry, "fixable", finding->result.fixable);
        json_array_append_new(checks, entry);
    }
    json_object_set_new(dk_result(context), "checks", checks);
}

/* Lines after the first stand below the text, not below the label. */
static void print_indented(dk_context *context, const char *lead, const char *text) {
    for (const char *line = text; line && *line; lead = "     ") {
        size_t length = strcspn(line, "\n");
        dk_print(context, "%s%.*s\n", lead, (int)length, line);
        line += length + (line[length] == '\n');
    }
}

/* What is fine is not worth a line, unless one asks for it. */
static bool is_shown(dk_context *context, const dk_check_result *result) {
    return result->status == DK_CHECK_WARN || result->status == DK_CHECK_FAIL || dk_is_verbose(context);
}

static void print_finding(dk_context *context, const doctor_finding *finding) {
    const dk_check_result *result = &finding->result;
    if (!is_shown(context, result))
        return;
    dk_print(context, "%-7s  %s: ", names[result->status], finding->id);
    print_indented(context, "", result->message ? result->message : "no trouble");
    if (result->status == DK_CHECK_OK || result->status == DK_CHECK_SKIPPED)
        return;
    print_indented(context, "     ", result->why);
    print_indented(context, "   → ", result->fix);
    if (result->fixable)
        dk_print(context, "     `devkit doctor --fix %s` does it\n", finding->id);
}

static void print_summary(dk_context *context, const doctor_findings *findings) {
    size_t warnings = doctor_count(findings, DK_CHECK_WARN);
    dk_print(context, "%zu ok, %zu warning%s, %zu failed, %zu skipped\n", doctor_count(findings, DK_CHECK_OK),
             warnings, warnings == 1 ? "" : "s", doctor_count(findings, DK_CHECK_FAIL),
             doctor_count(findings, DK_CHECK_SKIPPED));
}

void doctor_report(dk_context *context, const doctor_findings *findings) {
    report_json(context, findings);
    for (size_t i = 0; i < findings->count; i++)
        print_finding(context, &findings->items[i]);
    print_summary(context, findings);
    if (doctor_count(findings, DK_CHECK_FAIL))
        dk_set_findings(context);
}
