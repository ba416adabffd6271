/* Everything a plugin may use. */
#ifndef DEVKIT_DEVKIT_H
#define DEVKIT_DEVKIT_H

#include <devkit/buf.h>
#include <devkit/command.h>
#include <devkit/common.h>
#include <devkit/config.h>
#include <devkit/context.h>
#include <devkit/error.h>
#include <devkit/file.h>
#include <devkit/interface.h>
#include <devkit/json.h>
#include <devkit/output.h>
#include <devkit/plugin.h>
#include <devkit/process.h>
#include <devkit/system.h>
#include <devkit/task.h>
#include <devkit/url.h>

#endif
