/* tls: does the URL ask for the encryption that its host deserves? */
#include "doctor.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

/* Modes that do not go on in the open when the other side, or somebody between, wishes so. */
static const char *const strong[] = {"require", "verify-ca", "verify-full"};

/* Where nobody else is on the wire: this machine, a container's network, an address of a private network. */
static bool is_near(const dk_url *url) {
    struct in_addr four;
    const char *host = dk_url_host_name(url);
    if (dk_url_is_local(url) || (!strchr(host, '.') && !strchr(host, ':')))
        return true;
    if (inet_pton(AF_INET, host, &four) == 1) {
        uint32_t address = ntohl(four.s_addr);
        return address >> 24 == 10 || address >> 20 == 0xac1 || address >> 16 == 0xc0a8;
    }
    return strncasecmp(host, "fd", 2) == 0 && strchr(host, ':');
}

/* asyncpg's parameter is called ssl; the others go by libpq's name. */
static const char *mode_name(const dk_url *url) {
    return url->dialect == DK_URL_ASYNCPG ? "ssl" : "sslmode";
}

static bool is_strong(const dk_url *url) {
    const char *mode = dk_url_parameter_value(url, mode_name(url));
    if (!mode)
        mode = getenv("PGSSLMODE");
    for (size_t i = 0; mode && i < DK_COUNT(strong); i++)
        if (strcmp(mode, strong[i]) == 0)
            return true;
    return mode && url->dialect == DK_URL_ASYNCPG && strcasecmp(mode, "true") == 0;
}

char *doctor_text_with_mode(const char *text, const char *name, const char *mode) {
    DK_AUTOFREE char *assignment = dk_format("%s=", name);
    const char *query = strchr(text, '?');
    for (const char *at = query; at && *at; at += strcspn(at + 1, "&") + 1) {
        if (strncmp(at + 1, assignment, strlen(assignment)) != 0)
            continue;
        const char *value = at + 1 + strlen(assignment);
        return dk_format("%.*s%s%s", (int)(value - text), text, mode, value + strcspn(value, "&#"));
    }
    return dk_format("%s%c%s%s", text, query ? '&' : '?', assignment, mode);
}

static bool open_case(dk_context *context, doctor_case *of, dk_check_result *result) {
    *of = (doctor_case){.context = context};
    of->database = dk_database_get(context, NULL);
    if (!of->database)
        return !doctor_skip(result, "the URL can't be read: see url-invalid");
    if (!of->database->url)
        return !doctor_skip(result, "%s is not set", of->database->variable);
    return true;
}

static bool say_weak(const doctor_case *of, dk_check_result *result) {
    const dk_url *url = of->database->url;
    const char *mode = dk_url_parameter_value(url, mode_name(url));
    doctor_fail(result, "%s (%s) leads to %s %s %s%s%s", of->database->variable, of->database->origin,
                dk_url_host_name(url), mode ? "with" : "without", mode_name(url), mode ? "=" : "",
                mode ? mode : "");
    doctor_why(result, "password and data may cross other people's networks in the open");
    if (doctor_can_rewrite(of))
        return doctor_fixable(result,
                              "write %s=require into the URL in %s (better where the server's certificate is "
                              "known: verify-full)",
                              mode_name(url), of->database->origin);
    return doctor_fix(result, "add %s=require to %s (%s)", mode_name(url), of->database->variable,
                      of->database->origin);
}

/* The connection itself failed on it. */
static bool say_failed(const doctor_case *of, dk_check_result *result) {
    doctor_fail(result, "%s", of->why.detail ? of->why.detail : of->why.message);
    doctor_why(result, "the URL asks for an encryption that the two sides can't agree on");
    if (dk_url_is_local(of->database->url))
        return doctor_fix(result, "leave %s out of %s (%s): a server on this machine is reached without TLS",
                          mode_name(of->database->url), of->database->variable, of->database->origin);
    return doctor_fix(result,
                      "see that sslrootcert names the server's authority, or that the server offers TLS");
}

static bool run(dk_context *context, dk_check_result *result, dk_error *error) {
    DOCTOR_AUTO_CASE doctor_case of;
    if (!open_case(context, &of, result))
        return true;
    if (!is_near(of.database->url) && !is_strong(of.database->url))
        return say_weak(&of, result);
    if (!dk_url_parameter_value(of.database->url, mode_name(of.database->url)))
        return doctor_ok(result, "%s needs none", dk_url_host_name(of.database->url));
    doctor_case_release(&of);
    if (!doctor_case_look(context, &of, "tls", error))
        return false;
    if (dk_streq(of.cause, "tls"))
        return say_failed(&of, result);
    const dk_url *url = of.database->url; /* opening the case may have read it anew */
    return doctor_ok(result, "%s=%s fits %s", mode_name(url), dk_url_parameter_value(url, mode_name(url)),
                     dk_url_host_name(url));
}

static bool fix(dk_context *context, dk_error *error) {
    dk_check_result ignored = {0};
    DOCTOR_AUTO_CASE doctor_case of;
    bool open = open_case(context, &of, &ignored);
    doctor_result_release(&ignored);
    const char *text = open ? dk_project_variable(context, of.database->variable, NULL) : NULL;
    if (!text || !doctor_can_rewrite(&of))
        return dk_fail(error, DK_ERROR_FAILED, "not-written", "the URL is not written in one piece");
    DK_AUTOFREE char *value = doctor_text_with_mode(text, mode_name(of.database->url), "require");
    return doctor_rewrite(&of, value, error);
}

const dk_check_interface doctor_tls = {
    .head = DK_INTERFACE("check", "tls", DK_CHECK_VERSION, dk_check_interface),
    .title = "The connection is as private as its host deserves",
    .run = run,
    .fix = fix,
};
