/* What is to go wrong: {"method", "path" (fnmatch), "skip", "times", "act", "status", "body", "headers",
 * "lost", "delay_ms"}. `act` does what was asked before the answer is spoiled; `lost` gives no answer at all.
 */
#include "fake.h"

#include <fnmatch.h>
#include <string.h>

static bool matches(const json_t *rule, const char *method, const char *path) {
    const char *wanted = dk_json_string(rule, "method", "*");
    return (strcmp(wanted, "*") == 0 || strcmp(wanted, method) == 0) &&
           fnmatch(dk_json_string(rule, "path", "*"), path, 0) == 0;
}

const json_t *fake_rule_for(const char *method, const char *path) {
    for (size_t i = 0; i < json_array_size(fake.rules); i++) {
        json_t *rule = json_array_get(fake.rules, i);
        if (!matches(rule, method, path))
            continue;
        int64_t seen = dk_json_int(rule, "_seen", 0), skip = dk_json_int(rule, "skip", 0);
        dk_json_set_int(rule, "_seen", seen + 1);
        if (seen >= skip && seen < skip + dk_json_int(rule, "times", 1))
            return rule;
    }
    return NULL;
}
