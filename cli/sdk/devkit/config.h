/* The validated configuration of a project: every key of `.devkit.toml` in one struct.
 *
 * Precedence: option, environment (DEVKIT_SECTION_KEY), .devkit.local.toml, .devkit.toml, preset, default.
 * Strings are never NULL: an unset text is "". */
#ifndef DEVKIT_CONFIG_H
#define DEVKIT_CONFIG_H

#include <devkit/buf.h>
#include <devkit/error.h>

/* A named map entry, for tables whose keys the user chooses. */
typedef struct dk_config_entry {
    char *key;
    char *value;
} dk_config_entry;
typedef struct dk_config_map {
    dk_config_entry *entries;
    size_t count;
} dk_config_map;

typedef struct dk_config_environment { /* [env.NAME] */
    char *name;
    char *url_env;
    dk_strv allow;
    bool protected_;
} dk_config_environment;

typedef struct dk_config_handler { /* [hooks] and [events] */
    char *event;
    dk_strv commands;
} dk_config_handler;

typedef struct dk_config {
    size_t size; /* of this struct, as the executable was built */
    struct {
        char *name;          /* default: the folder's name */
        int64_t concurrency; /* 0: not given */
    } project;
    struct {
        char *url_env;
        dk_strv env_files;
        char *maintenance_db;
        char *server; /* auto local docker compose external */
    } database;
    struct {
        int64_t version; /* 0: any */
        char *bin_dir;
        char *data_dir;
        char *durability; /* safe fast */
        dk_config_map settings;
    } server_local;
    struct {
        char *image;
    } server_docker;
    struct {
        char *file;
        char *service;
    } server_compose;
    struct {
        dk_strv layers;
        char *mode; /* aside in-place */
        int64_t templates;
        int64_t max_size;   /* bytes */
        int64_t max_age_ms; /* 0: never */
        int64_t undo;
        bool spare;
    } reset;
    struct {
        char *tool;
        char *dir;
        char *command;
        dk_strv inputs;
        char *cwd;
        char *venv;
        dk_strv verify;
    } migrate;
    struct {
        char *command;
        dk_strv inputs;
        char *stamp; /* command that stamps the migration tool after the models; "": none */
    } models;
    struct {
        dk_strv files;
        char *command;
        dk_strv inputs; /* further files the seed command depends on */
    } seed;
    struct {
        char *dir;
        bool before_migrate;
        int64_t keep;
        char *remote_url;
        char *remote_endpoint;
        char *remote_region;
    } snapshot;
    struct {
        char *project_id;
        char *branch_id;
        char *api_key_env;
        char *api_url;
    } neon;
    struct {
        dk_strv presets;
        dk_strv paths;
    } cache;
    struct {
        char *mode; /* off database */
    } branches;
    struct {
        dk_strv ignore;
    } schema;
    dk_config_map ports;
    dk_config_handler *hooks;
    size_t hook_count;
    dk_config_handler *events;
    size_t event_count;
    dk_config_environment *environments;
    size_t environment_count;
} dk_config;

#endif
