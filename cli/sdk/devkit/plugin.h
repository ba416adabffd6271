/* A plugin: one shared object with one exported entry function that returns a constant descriptor. */
#ifndef DEVKIT_PLUGIN_H
#define DEVKIT_PLUGIN_H

#include <devkit/command.h>
#include <devkit/interface.h>

#define DK_PLUGIN_MAGIC 0x4b564544u /* "DEVK" */
/* The major number changes when something a plugin relies on is changed or removed; the minor one when
 * something is added. A plugin is accepted when its major is ours and its minor is not newer. */
#define DK_ABI_MAJOR 1
#define DK_ABI_MINOR 0

typedef struct dk_plugin {
    uint32_t magic;
    uint16_t abi_major;
    uint16_t abi_minor;
    size_t size;      /* of this struct */
    const char *name; /* the folder's name: "server-local" */
    const char *version;
    const char *summary;
    const dk_command *commands;
    size_t command_count;
    const dk_interface *const *interfaces;
    size_t interface_count;
    const char *const *events; /* events its handlers want: "post-reset" */
    size_t event_count;
    void *reserved[4];
} dk_plugin;

/* First fields of every descriptor. */
#define DK_PLUGIN_HEAD                                                                                       \
    .magic = DK_PLUGIN_MAGIC, .abi_major = DK_ABI_MAJOR, .abi_minor = DK_ABI_MINOR, .size = sizeof(dk_plugin)

typedef const dk_plugin *dk_plugin_entry(void);

/* `DK_PLUGIN(server_local, &descriptor)` defines the entry function devkit_plugin_server_local: the file's
 * name with '-' as '_', so that several plugins can be linked into one test program. */
#define DK_PLUGIN(identifier, descriptor)                                                                    \
    DK_API const dk_plugin *devkit_plugin_##identifier(void);                                                \
    const dk_plugin *devkit_plugin_##identifier(void) {                                                      \
        return (descriptor);                                                                                 \
    }

#endif
