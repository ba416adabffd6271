/* Paths as text: nothing here looks at the file system, except for the working directory. */
#include <devkit/file.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *dk_path_join(const char *folder, const char *name) {
    if (name[0] == '/' || folder == NULL || folder[0] == '\0')
        return dk_strdup(name);
    if (name[0] == '\0')
        return dk_strdup(folder);
    return dk_format(dk_ends_with(folder, "/") ? "%s%s" : "%s/%s", folder, name);
}

char *dk_path_dirname(const char *path) {
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/')
        length--;
    while (length > 0 && path[length - 1] != '/')
        length--;
    if (length == 0)
        return dk_strdup(".");
    while (length > 1 && path[length - 1] == '/')
        length--;
    return dk_strndup(path, length);
}

const char *dk_path_basename(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static void drop_last(dk_buf *path) {
    size_t length = path->length;
    while (length > 0 && path->data[length - 1] != '/')
        length--;
    dk_buf_truncate(path, length > 0 ? length - 1 : 0);
}

/* Appends the components of `path` to an absolute `result` without a slash at its end. */
static void add_components(dk_buf *result, const char *path) {
    while (*path != '\0') {
        size_t length = strcspn(path, "/");
        if (length == 2 && path[0] == '.' && path[1] == '.') {
            drop_last(result);
        } else if (length > 0 && !(length == 1 && path[0] == '.')) {
            dk_buf_add_char(result, '/');
            dk_buf_append(result, path, length);
        }
        path += length;
        path += strspn(path, "/");
    }
}

char *dk_path_absolute(const char *base, const char *path) {
    dk_buf result = DK_BUF_INIT;
    if (path[0] != '/') {
        if (base == NULL || base[0] != '/') {
            DK_AUTOFREE char *working = getcwd(NULL, 0);
            if (working != NULL)
                add_components(&result, working);
        }
        if (base != NULL)
            add_components(&result, base);
    }
    add_components(&result, path);
    if (result.length == 0)
        dk_buf_add_char(&result, '/');
    return dk_buf_detach(&result);
}

char *dk_path_relative(const char *base, const char *path) {
    size_t length = base == NULL ? 0 : strlen(base);
    while (length > 1 && base[length - 1] == '/')
        length--;
    if (length == 0 || strncmp(base, path, length) != 0)
        return dk_strdup(path);
    const char *rest = path + length;
    if (length == 1 && base[0] == '/')
        return dk_strdup(*rest == '\0' ? "." : rest);
    if (*rest != '\0' && *rest != '/')
        return dk_strdup(path);
    rest += strspn(rest, "/");
    return dk_strdup(*rest == '\0' ? "." : rest);
}
