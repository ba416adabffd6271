/* Manual pages in roff (man(7)), made from the command tables. */
#ifndef CORE_MAN_H
#define CORE_MAN_H

#include "core/catalog.h"

void man_command(const command_catalog *catalog, const dk_command *command, dk_buf *page);
/* devkit(1): every command with its summary, the global options. */
void man_overview(const command_catalog *catalog, dk_buf *page);

#endif
