/* Where devkit's own files are, beside the executable in the build tree or once installed. */
#ifndef HOST_PLACES_H
#define HOST_PLACES_H

#include <devkit/common.h>

/* $DEVKIT_PLUGIN_DIR, else EXE_DIR/plugins, else EXE_DIR/../lib/devkit/plugins. Never NULL. Borrowed. */
const char *places_plugin_dir(void);
/* $DEVKIT_TEMPLATES, else EXE_DIR/../templates, else EXE_DIR/../share/devkit/templates. Borrowed. */
const char *places_templates_dir(void);
/* $XDG_DATA_HOME/devkit/plugins or ~/.local/share/devkit/plugins; NULL without a home. Borrowed. */
const char *places_user_plugin_dir(void);

#endif
