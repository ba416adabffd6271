/* Folders that the layers of SQL files look into. */
#include <kit/layer/layer.h>

void layer_psql_folders(dk_context *context, const dk_config *config, dk_strv *folders) {
    /* psql may run in another folder than ours. */
    if (*config->server_local.bin_dir)
        dk_strv_add_owned(folders,
                          dk_path_absolute(dk_project_root(context, NULL), config->server_local.bin_dir));
}
