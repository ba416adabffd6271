/* See table.h. */
#include "host/table.h"

#include <stdlib.h>
#include <string.h>

typedef struct named_bit {
    const char *name;
    unsigned bit;
} named_bit;

static const char *const type_names[] = {"flag", "text", "path", "integer", "size", "duration", "list"};
static const named_bit option_flags[] = {
    {"hidden", DK_OPTION_HIDDEN},
    {"secret", DK_OPTION_SECRET},
    {"required", DK_OPTION_REQUIRED},
    {"negatable", DK_OPTION_NEGATABLE},
};
static const named_bit command_flags[] = {
    {"hidden", DK_COMMAND_HIDDEN},
    {"rest", DK_COMMAND_REST},
    {"pass-status", DK_COMMAND_PASS_STATUS},
    {"open", DK_COMMAND_OPEN},
};

const char *table_type_name(dk_value_type type) {
    return (size_t)type < DK_COUNT(type_names) ? type_names[type] : "text";
}

static void set_flags(json_t *object, unsigned flags, const named_bit *names, size_t count) {
    if (flags == 0)
        return;
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        if (flags & names[i].bit)
            json_array_append_new(list, json_string(names[i].name));
    json_object_set_new(object, "flags", list);
}

/* Keys without a value are left out: the index is read on every run, so it is kept short. */
static void set_text(json_t *object, const char *key, const char *text) {
    if (text)
        dk_json_set_string(object, key, text);
}

static void set_choices(json_t *object, const char *const *choices) {
    if (!choices)
        return;
    json_t *list = json_array();
    for (; *choices; choices++)
        json_array_append_new(list, json_string(*choices));
    json_object_set_new(object, "choices", list);
}

static json_t *describe_option(const dk_option *option) {
    json_t *object = json_object();
    char short_name[2] = {option->short_name, 0};
    dk_json_set_string(object, "name", option->long_name);
    set_text(object, "short", option->short_name ? short_name : NULL);
    dk_json_set_string(object, "type", table_type_name(option->type));
    set_text(object, "metavar", option->metavar);
    set_choices(object, option->choices);
    set_text(object, "default", option->default_text);
    set_text(object, "environment", option->environment);
    set_text(object, "config_key", option->config_key);
    set_flags(object, option->flags, option_flags, DK_COUNT(option_flags));
    set_text(object, "help", option->help);
    return object;
}

static json_t *describe_argument(const dk_argument *argument) {
    json_t *object = json_object();
    dk_json_set_string(object, "metavar", argument->metavar);
    dk_json_set_string(object, "type", table_type_name(argument->type));
    set_choices(object, argument->choices);
    if (argument->optional)
        dk_json_set_bool(object, "optional", true);
    set_text(object, "help", argument->help);
    return object;
}

json_t *table_describe_options(const dk_option *options, size_t count) {
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, describe_option(&options[i]));
    return list;
}

static void describe_notes(json_t *object, const dk_command *command) {
    if (command->example_count) {
        json_t *list = json_array();
        for (size_t i = 0; i < command->example_count; i++) {
            json_t *example = json_object();
            dk_json_set_string(example, "command", command->examples[i].command);
            dk_json_set_string(example, "text", command->examples[i].text);
            json_array_append_new(list, example);
        }
        json_object_set_new(object, "examples", list);
    }
    if (command->exit_status_count) {
        json_t *list = json_array();
        for (size_t i = 0; i < command->exit_status_count; i++) {
            json_t *status = json_object();
            dk_json_set_int(status, "status", command->exit_statuses[i].status);
            dk_json_set_string(status, "text", command->exit_statuses[i].text);
            json_array_append_new(list, status);
        }
        json_object_set_new(object, "exit_statuses", list);
    }
}

json_t *table_describe_command(const dk_command *command) {
    json_t *object = json_object();
    dk_json_set_string(object, "name", command->name);
    dk_json_set_string(object, "summary", command->summary);
    set_text(object, "description", command->description);
    set_text(object, "group", command->group);
    set_flags(object, command->flags, command_flags, DK_COUNT(command_flags));
    if (command->argument_count) {
        json_t *list = json_array();
        for (size_t i = 0; i < command->argument_count; i++)
            json_array_append_new(list, describe_argument(&command->arguments[i]));
        json_object_set_new(object, "arguments", list);
    }
    if (command->option_count)
        json_object_set_new(object, "options",
                            table_describe_options(command->options, command->option_count));
    describe_notes(object, command);
    return object;
}

static unsigned read_flags(const json_t *object, const named_bit *names, size_t count) {
    unsigned flags = 0;
    size_t index;
    json_t *name;
    json_array_foreach(json_object_get(object, "flags"), index, name) {
        for (size_t i = 0; i < count; i++)
            if (dk_streq(json_string_value(name), names[i].name))
                flags |= names[i].bit;
    }
    return flags;
}

static const char *const *read_choices(const json_t *object) {
    const json_t *list = json_object_get(object, "choices");
    size_t count = json_array_size(list);
    if (!count)
        return NULL;
    const char **choices = dk_alloc_array(count + 1, sizeof(*choices));
    for (size_t i = 0, kept = 0; i < count; i++) {
        const char *text = json_string_value(json_array_get(list, i));
        if (text)
            choices[kept++] = text;
    }
    return choices;
}

static dk_value_type read_type(const json_t *object) {
    const char *name = dk_json_string(object, "type", "text");
    for (size_t i = 0; i < DK_COUNT(type_names); i++)
        if (dk_streq(name, type_names[i]))
            return (dk_value_type)i;
    return DK_VALUE_TEXT;
}

static void read_option(const json_t *object, dk_option *option) {
    option->long_name = dk_json_string(object, "name", "");
    option->short_name = dk_json_string(object, "short", "")[0];
    option->type = read_type(object);
    option->metavar = dk_json_string(object, "metavar", NULL);
    option->choices = read_choices(object);
    option->default_text = dk_json_string(object, "default", NULL);
    option->environment = dk_json_string(object, "environment", NULL);
    option->config_key = dk_json_string(object, "config_key", NULL);
    option->flags = read_flags(object, option_flags, DK_COUNT(option_flags));
    option->help = dk_json_string(object, "help", NULL);
}

static void read_argument(const json_t *object, dk_argument *argument) {
    argument->metavar = dk_json_string(object, "metavar", "");
    argument->type = read_type(object);
    argument->choices = read_choices(object);
    argument->optional = dk_json_bool(object, "optional", false);
    argument->help = dk_json_string(object, "help", NULL);
}

static void read_example(const json_t *object, dk_example *example) {
    example->command = dk_json_string(object, "command", "");
    example->text = dk_json_string(object, "text", "");
}

static void read_exit_status(const json_t *object, dk_exit_status *status) {
    status->status = (int)dk_json_int(object, "status", 0);
    status->text = dk_json_string(object, "text", "");
}

/* Allocates an array for the list at `key` and fills it with `read`; sets `*count`. */
#define READ_LIST(source, key, type, target, count, read)                                                    \
    do {                                                                                                     \
        const json_t *list_ = json_object_get((source), (key));                                              \
        size_t size_ = json_array_size(list_);                                                               \
        type *items_ = size_ ? dk_alloc_array(size_, sizeof(type)) : NULL;                                   \
        for (size_t i_ = 0; i_ < size_; i_++)                                                                \
            read(json_array_get(list_, i_), &items_[i_]);                                                    \
        (target) = items_;                                                                                   \
        (count) = size_;                                                                                     \
    } while (0)

bool table_read_command(const json_t *source, dk_command *command, dk_error *error) {
    memset(command, 0, sizeof(*command));
    command->name = dk_json_string(source, "name", NULL);
    if (!command->name || !*command->name)
        return dk_fail(error, DK_ERROR_FAILED, "index-invalid",
                       "the plugin index has a command without name");
    command->summary = dk_json_string(source, "summary", "");
    command->description = dk_json_string(source, "description", NULL);
    command->group = dk_json_string(source, "group", NULL);
    command->flags = read_flags(source, command_flags, DK_COUNT(command_flags));
    READ_LIST(source, "arguments", dk_argument, command->arguments, command->argument_count, read_argument);
    READ_LIST(source, "options", dk_option, command->options, command->option_count, read_option);
    READ_LIST(source, "examples", dk_example, command->examples, command->example_count, read_example);
    READ_LIST(source, "exit_statuses", dk_exit_status, command->exit_statuses, command->exit_status_count,
              read_exit_status);
    return true;
}

void table_release_command(dk_command *command) {
    for (size_t i = 0; i < command->argument_count; i++)
        free((void *)command->arguments[i].choices);
    for (size_t i = 0; i < command->option_count; i++)
        free((void *)command->options[i].choices);
    free((void *)command->arguments);
    free((void *)command->options);
    free((void *)command->examples);
    free((void *)command->exit_statuses);
    memset(command, 0, sizeof(*command));
}
