/* The SQL files of a migrations folder: their names, order, content and parts. */
#include "migrate.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char no_transaction_mark[] = "-- devkit: no-transaction";

/* "migration_001_users" → "001": the first digits after an optional word. */
static char *number_of(const char *name) {
    const char *start = name;
    while (isalpha((unsigned char)*start))
        start++;
    if (start > name && (*start == '_' || *start == '-'))
        start++;
    size_t length = strspn(start, "0123456789");
    return dk_strndup(start, length);
}

static migrate_file *find_or_add(migrate_files *files, const char *name, size_t length) {
    for (size_t i = 0; i < files->count; i++)
        if (strncmp(files->items[i].name, name, length) == 0 && !files->items[i].name[length])
            return &files->items[i];
    files->items = dk_realloc_array(files->items, files->count + 1, sizeof(*files->items));
    migrate_file *file = &files->items[files->count++];
    *file = (migrate_file){.name = dk_strndup(name, length)};
    file->number = number_of(file->name);
    return file;
}

static bool add_file(migrate_files *files, const char *folder, const char *path, dk_error *error) {
    static const struct {
        const char *ending;
        bool down;
    } endings[] = {{".up.sql", false}, {".down.sql", true}, {".sql", false}};
    size_t row = 0;
    while (row + 1 < DK_COUNT(endings) && !dk_ends_with(path, endings[row].ending))
        row++;
    migrate_file *file = find_or_add(files, path, strlen(path) - strlen(endings[row].ending));
    char **slot = endings[row].down ? &file->down : &file->up;
    if (*slot) {
        dk_fail(error, DK_ERROR_FAILED, "migration-twice", "the migration %s is there twice in %s: %s and %s",
                file->name, folder, *slot, path);
        return dk_error_hint(error, "keep one of them");
    }
    *slot = dk_strdup(path);
    return true;
}

static int compare_files(const void *left, const void *right) {
    const migrate_file *a = left;
    const migrate_file *b = right;
    int order = dk_natural_compare(a->name, b->name);
    return order ? order : strcmp(a->name, b->name);
}

static void free_file(migrate_file *file) {
    free(file->name);
    free(file->number);
    free(file->up);
    free(file->down);
}

/* A .down.sql alone takes nothing up. */
static void drop_files_without_up(migrate_files *files) {
    size_t kept = 0;
    for (size_t i = 0; i < files->count; i++) {
        if (files->items[i].up)
            files->items[kept++] = files->items[i];
        else
            free_file(&files->items[i]);
    }
    files->count = kept;
}

bool migrate_files_list(const char *folder, migrate_files *files, dk_error *error) {
    *files = (migrate_files)MIGRATE_FILES_INIT;
    if (!dk_is_directory(folder))
        return true;
    DK_AUTO_STRV dk_strv patterns = DK_STRV_INIT;
    DK_AUTO_STRV dk_strv paths = DK_STRV_INIT;
    dk_strv_add(&patterns, "*.sql");
    if (!dk_glob(folder, &patterns, &paths, error))
        return false;
    for (size_t i = 0; i < paths.count; i++) {
        if (!add_file(files, folder, paths.items[i], error)) {
            migrate_files_release(files);
            return false;
        }
    }
    drop_files_without_up(files);
    if (files->count > 1)
        qsort(files->items, files->count, sizeof(*files->items), compare_files);
    return true;
}

const migrate_file *migrate_files_find(const migrate_files *files, const char *name) {
    for (size_t i = 0; i < files->count; i++)
        if (dk_streq(files->items[i].name, name))
            return &files->items[i];
    return NULL;
}

bool migrate_file_read(const migrate_tool *tool, const migrate_file *file, dk_buf *content, char *checksum,
                       dk_error *error) {
    DK_AUTOFREE char *path = dk_path_join(tool->folder, file->up);
    if (!dk_file_read(path, 0, content, error))
        return false;
    if (checksum)
        hash_memory_hex(content->data, content->length, checksum);
    return true;
}

void migrate_files_release(migrate_files *files) {
    for (size_t i = 0; i < files->count; i++)
        free_file(&files->items[i]);
    free(files->items);
    *files = (migrate_files)MIGRATE_FILES_INIT;
}

/* The mark may stand behind a byte order mark, and anything may follow it on its line. */
static bool is_marked_no_transaction(const char *text) {
    if (dk_starts_with(text, "\xef\xbb\xbf"))
        text += 3;
    return strncasecmp(text, no_transaction_mark, strlen(no_transaction_mark)) == 0;
}

bool migrate_part_up(const dk_buf *content, migrate_part *part, dk_error *error) {
    const char *text = dk_buf_text(content);
    pg_sections sections = {0};
    if (!pg_sections_find(text, content->length, &sections, error))
        return false;
    *part = (migrate_part){.text = text, .length = content->length, .first_line = 1, .transaction = true};
    part->exists = true;
    if (sections.has_sections) {
        part->text = text + sections.up_start;
        part->length = sections.up_length;
        part->first_line = sections.up_line;
        part->transaction = sections.up_transaction;
    }
    if (is_marked_no_transaction(text))
        part->transaction = false;
    return true;
}

bool migrate_part_down(const dk_buf *content, migrate_part *part, dk_error *error) {
    const char *text = dk_buf_text(content);
    pg_sections sections = {0};
    if (!pg_sections_find(text, content->length, &sections, error))
        return false;
    *part = (migrate_part){0};
    if (!sections.has_down)
        return true;
    *part = (migrate_part){.text = text + sections.down_start,
                           .length = sections.down_length,
                           .first_line = sections.down_line,
                           .transaction = sections.down_transaction && !is_marked_no_transaction(text),
                           .exists = true};
    return true;
}
