/* One value of an option or argument: from text to the C type its table names. */
#ifndef CORE_VALUE_H
#define CORE_VALUE_H

#include <devkit/command.h>

/* Checks `text` and stores it at `slot` (NULL: only checks). Texts are borrowed, lists copy. `label` is how
 * the message calls it: "--timeout", "NAME". Error: "bad-value" (USAGE). */
bool value_store(dk_value_type type, const char *const *choices, const char *label, const char *text,
                 void *slot, dk_error *error);

#endif
