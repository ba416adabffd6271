/* alembic.ini: a value is found inside the section and the text, or not at all. */
#include "migrate/migrate.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = dk_strndup((const char *)data, size);
    char *plain = migrate_ini_value(text, "alembic", "script_location", "%(here)s");
    char *filled = migrate_ini_value(text, "alembic", "script_location", "/project");
    if (!plain != !filled || (plain && !strstr(text, plain)) || (filled && strchr(filled, '\n')))
        abort();
    free(plain);
    free(filled);
    free(text);
    return 0;
}
