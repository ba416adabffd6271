/* The scan of migrations for what acts outside their database: any text is read to its end, and what is
 * refused is refused with a place and a way out. */
#include "migrate/migrate.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    dk_error error = DK_ERROR_INIT;
    char *text = dk_strndup((const char *)data, size);
    if (!migrate_scan(text, strlen(text), "app", "m.sql", 1, &error) &&
        (!dk_starts_with(error.message, "m.sql:") || !error.hint ||
         !dk_error_is(&error, "acts-outside-database")))
        abort();
    dk_error_release(&error);
    free(text);
    return 0;
}
