/* What must not be touched, and saying so in the database itself. */
#include "guard.h"

static const dk_guard_interface guard = {
    .head = DK_INTERFACE("guard", "environment", DK_GUARD_VERSION, dk_guard_interface),
    .permit = guard_permit,
};
static const dk_interface *const interfaces[] = {&guard.head};

static const dk_example protect_examples[] = {{"devkit protect", "mark the project's database"}};
static const dk_example unprotect_examples[] = {{"devkit unprotect", "take the mark away"}};

static const dk_command commands[] = {
    {.name = "protect",
     .summary = "Mark the database as one that must never be reset",
     .description =
         "The mark stands in the database's comment, so that it holds for every colleague and every "
         "copy of the project.",
     .group = "Project",
     DK_EXAMPLES(protect_examples),
     .run = guard_protect_run},
    {.name = "unprotect",
     .summary = "Take the mark of `protect` away",
     .group = "Project",
     DK_EXAMPLES(unprotect_examples),
     .run = guard_unprotect_run},
};

static const dk_plugin plugin = {
    DK_PLUGIN_HEAD,
    .name = "guard",
    .version = DEVKIT_VERSION,
    .summary = "what devkit may not touch",
    .commands = commands,
    .command_count = DK_COUNT(commands),
    .interfaces = interfaces,
    .interface_count = DK_COUNT(interfaces),
};

DK_PLUGIN(guard, &plugin)
