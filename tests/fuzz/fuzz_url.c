/* URLs: what parses is written back byte for byte, and means the same again, in every dialect that can say
 * it. */
#include <devkit/url.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds, const char *what, const char *text) {
    if (!holds) {
        fprintf(stderr, "%s: %s\n", what, text);
        abort();
    }
}

static bool same_hosts(const dk_url *left, const dk_url *right) {
    bool same = left->host_count == right->host_count;
    for (size_t i = 0; same && i < left->host_count; i++)
        same = left->hosts[i].port == right->hosts[i].port &&
               dk_streq(left->hosts[i].host, right->hosts[i].host);
    return same;
}

/* Lists of hosts have no escape for their own separators, so that such names can't cross dialects. */
static bool has_strange_host(const dk_url *url) {
    for (size_t i = 0; i < url->host_count; i++)
        if (!url->hosts[i].host ? url->host_count > 1 : strpbrk(url->hosts[i].host, ",:[]") != NULL)
            return true;
    return false;
}

static void check_same_dialect(const dk_url *url, const char *text) {
    dk_buf written = DK_BUF_INIT;
    dk_url_format(url, &written);
    require(strcmp(dk_buf_text(&written), text) == 0, "written differently", text);
    dk_buf_release(&written);
}

static void check_dialect(const dk_url *url, dk_url_dialect dialect, const char *text) {
    dk_buf written = DK_BUF_INIT;
    dk_url again = DK_URL_INIT;
    dk_url_format_as(url, dialect, &written);
    require(dk_url_parse(dk_buf_text(&written), &again, NULL), "translated, it can't be read", text);
    require(dk_streq(url->user, again.user), "another user", text);
    require(dk_streq(url->password, again.password), "another password", text);
    require(dk_streq(url->database, again.database), "another database", text);
    require(same_hosts(url, &again), "other hosts", text);
    require(dk_url_is_local(url) == dk_url_is_local(&again), "elsewhere", text);
    dk_url_release(&again);
    dk_buf_release(&written);
}

/* A parameter that has a field's name in another dialect would be read as that field there. */
static bool has_ambiguous_parameter(const dk_url *url) {
    static const char *const names[] = {"user", "password", "host", "port", "dbname", "database"};
    for (size_t i = 0; i < DK_COUNT(names); i++)
        if (dk_url_parameter_value(url, names[i]))
            return true;
    return false;
}

static void check_changed(const dk_url *url, const char *text) {
    dk_buf written = DK_BUF_INIT;
    dk_url changed = DK_URL_INIT, again = DK_URL_INIT;
    dk_url_copy(&changed, url);
    dk_url_set_database(&changed, "other/db ä");
    dk_url_set_host(&changed, "/tmp/x", 7777);
    dk_url_format(&changed, &written);
    require(dk_url_parse(dk_buf_text(&written), &again, NULL), "changed, it can't be read", text);
    require(dk_streq(again.database, "other/db ä"), "the new database is lost", text);
    require(dk_streq(dk_url_host_name(&again), "/tmp/x") && dk_url_port(&again) == 7777,
            "the new host is lost", text);
    require(dk_streq(url->user, again.user) && dk_streq(url->password, again.password), "changed user", text);
    dk_url_release(&changed);
    dk_url_release(&again);
    dk_buf_release(&written);
}

static void check_masked(const dk_url *url, const char *text) {
    dk_url again = DK_URL_INIT;
    char *masked = dk_url_masked(url);
    require(dk_url_parse(masked, &again, NULL), "masked, it can't be read", text);
    require(!url->password || dk_streq(again.password, "***"), "the password is not masked", text);
    dk_url_release(&again);
    free(masked);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = dk_strndup((const char *)data, size);
    dk_url url = DK_URL_INIT;
    dk_error error = DK_ERROR_INIT;
    if (dk_url_parse(text, &url, &error)) {
        dk_conninfo conninfo = DK_CONNINFO_INIT;
        check_same_dialect(&url, text);
        check_changed(&url, text);
        check_masked(&url, text);
        for (int dialect = DK_URL_LIBPQ; dialect <= DK_URL_JDBC; dialect++)
            if ((dk_url_dialect)dialect == url.dialect ||
                (!has_strange_host(&url) && !has_ambiguous_parameter(&url)))
                check_dialect(&url, (dk_url_dialect)dialect, text);
        dk_url_conninfo(&url, &conninfo);
        require(conninfo.pairs.count % 2 == 0, "odd pairs", text);
        dk_conninfo_release(&conninfo);
    } else {
        require(dk_error_is(&error, "url-invalid") && error.message, "refused without a reason", text);
    }
    dk_error_release(&error);
    dk_url_release(&url);
    free(text);
    return 0;
}
