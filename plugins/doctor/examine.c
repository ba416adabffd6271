/* Running the checks: each in a process of its own, so that one that hangs or crashes costs only itself. */
#include "doctor.h"

#include <stdlib.h>
#include <string.h>

typedef struct examination {
    dk_context *context;
    const dk_check_interface *check;
} examination;

/* ── through the pipe ── */

static void set_masked(json_t *object, const char *key, const char *text) {
    DK_AUTOFREE char *masked = text ? dk_secret_mask(text) : NULL;
    dk_json_set_string(object, key, masked);
}

void doctor_result_write(const dk_check_result *result, dk_buf *text) {
    DK_AUTO_JSON json_t *object = json_object();
    dk_json_set_int(object, "status", result->status);
    dk_json_set_bool(object, "fixable", result->fixable);
    set_masked(object, "message", result->message);
    set_masked(object, "why", result->why);
    set_masked(object, "fix", result->fix);
    char *dumped = json_dumps(object, JSON_COMPACT);
    if (dumped)
        dk_buf_add(text, dumped);
    free(dumped);
}

bool doctor_result_read(const char *text, size_t length, dk_check_result *result) {
    DK_AUTO_JSON json_t *object = json_loadb(text, length, 0, NULL);
    int64_t status = dk_json_int(object, "status", -1);
    if (!json_is_object(object) || status < DK_CHECK_OK || status > DK_CHECK_SKIPPED)
        return false;
    result->status = (dk_check_status)status;
    result->fixable = dk_json_bool(object, "fixable", false);
    result->message = dk_strdup(dk_json_string(object, "message", NULL));
    result->why = dk_strdup(dk_json_string(object, "why", NULL));
    result->fix = dk_strdup(dk_json_string(object, "fix", NULL));
    return true;
}

/* ── the child ── */

static void run_check(void *data, dk_buf *answer) {
    const examination *of = data;
    dk_check_result result = {0};
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    if (!of->check->run(of->context, &result, &error)) {
        doctor_result_release(&result);
        doctor_fail(&result, "this could not be found out: %s%s%s",
                    error.message ? error.message : error.code, error.detail ? ": " : "",
                    error.detail ? error.detail : "");
        if (error.hint)
            doctor_fix(&result, "%s", error.hint);
    }
    doctor_result_write(&result, answer);
    doctor_result_release(&result);
}

/* ── the parent ── */

static void describe_death(const dk_task *task, dk_check_result *result) {
    char limit[DK_FORMATTED];
    dk_format_duration(task->timeout_ms, limit);
    if (task->timed_out)
        doctor_skip(result, "it took longer than %s", limit);
    else if (task->term_signal)
        doctor_fail(result, "the check crashed: signal %d (%s)", task->term_signal,
                    strsignal(task->term_signal));
    else
        doctor_fail(result, "the check ended with exit status %d and no result", task->exit_status);
}

static void collect(const dk_task *task, doctor_finding *finding) {
    doctor_result_release(&finding->result);
    if (!task->returned ||
        !doctor_result_read(dk_buf_text(&task->answer), task->answer.length, &finding->result))
        describe_death(task, &finding->result);
}

bool doctor_examine(dk_context *context, doctor_findings *findings, dk_error *error) {
    dk_task *tasks = dk_alloc_array(findings->count + 1, sizeof *tasks);
    examination *all = dk_alloc_array(findings->count + 1, sizeof *all);
    doctor_finding **places = dk_alloc_array(findings->count + 1, sizeof(void *));
    size_t count = 0;
    for (size_t i = 0; i < findings->count; i++) {
        if (!findings->items[i].check)
            continue;
        all[count] = (examination){context, findings->items[i].check};
        tasks[count] = (dk_task){.run = run_check, .data = &all[count], .timeout_ms = DOCTOR_TIME_LIMIT_MS};
        places[count++] = &findings->items[i];
    }
    if (count > 1)
        doctor_look_ahead(context);
    bool ran = dk_tasks_run(tasks, count, DOCTOR_AT_ONCE, error);
    doctor_look_ends();
    for (size_t i = 0; i < count; i++) {
        if (ran)
            collect(&tasks[i], places[i]);
        dk_task_release(&tasks[i]);
    }
    free(tasks);
    free(all);
    free(places);
    return ran;
}
