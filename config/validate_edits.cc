#include "config/types/field.h"
#include "config/types/quote.h"
#include "config/types/redirect_target.h"
#include "config/types/route_path.h"
#include "config/validate.h"

#include <algorithm>
#include <array>

namespace portcullis {
namespace {

void validate_path_edits(const RouteConfig& route, const std::string& path, Findings& findings) {
    if (!route.rewrite.empty()) {
        findings.judge(check_route_path(route.rewrite), path + ".rewrite");
        if (route.strip_prefix == Switch::on) {
            findings.error(path + ".strip_prefix", "'rewrite' replaces the same prefix",
                           "keep one of them");
        }
    } else if (route.strip_prefix == Switch::on && route_prefix(route.path).empty()) {
        findings.error(path + ".strip_prefix", "has no effect: the path '/' is nothing to strip",
                       "give the route a 'path', or remove it");
    }
}

// What comes after the redirect in a request's life never comes.
constexpr std::array kBehindRedirect{"service",          "rate_limit",      "basic_auth",
                                     "forward_auth",     "strip_prefix",    "rewrite",
                                     "trusted_headers",  "request_headers", "retry",
                                     "request_body_max", "answer_body_max", "timeouts"};

void validate_redirect(const RouteConfig& route, const std::string& path, Findings& findings) {
    const std::string& to = route.redirect->to;
    if (to.empty()) {
        return;  // missing, which was said already
    }
    findings.judge(check_redirect_target(to), path + ".redirect.to");
    for (const char* key : kBehindRedirect) {
        if (findings.placed(path + "." + key)) {
            findings.error(path + "." + key,
                           "has no effect, because every request here is redirected",
                           "remove it, or the redirect");
        }
    }
    for (const std::string& host : {std::string{"{host}"}, route.host.name()}) {
        for (const char* rest : {"{path}", "{path}{query}"}) {
            if (to == "https://" + host + rest && !(route.host.wildcard() && host != "{host}")) {
                findings.error(path + ".redirect.to", in_quotes(to) + " leads back here, for ever",
                               "name another host, or change the path");
            }
        }
    }
}

void validate_header(const std::string& name, const std::string& path, Findings& findings) {
    findings.judge(check_field_name(name), path);
    if (const auto reason = reserved_field(name); !reason.empty()) {
        findings.error(path,
                       in_quotes(name) + " is not a route's to change: " + std::string{reason},
                       "leave it out");
    }
}

// What an endpoint knows itself by may differ from what its clients know it by.
enum class MaySetHost : std::uint8_t { no, yes };

void validate_headers(const HeaderEdits& edits, const std::string& path, MaySetHost host,
                      Findings& findings) {
    for (std::size_t i = 0; i < edits.set.size(); ++i) {
        const HeaderField& field = edits.set[i];
        const std::string at = path + ".set." + field.name;
        const bool is_host = host == MaySetHost::yes && same_field(field.name, "Host");
        if (!is_host) {
            validate_header(field.name, at, findings);
        }
        if (findings.placed(at) && !field.value.empty()) {
            findings.judge(is_host ? check_host_value(field.value) : check_field_value(field.value),
                           at);
        }
        const bool twice =
            std::any_of(edits.set.begin(), edits.set.begin() + static_cast<std::ptrdiff_t>(i),
                        [&](const auto& other) { return same_field(other.name, field.name); });
        if (twice) {
            findings.error(at,
                           in_quotes(field.name) + " is there twice: letter case does not count",
                           "keep one of them");
        }
    }
    for (std::size_t i = 0; i < edits.remove.size(); ++i) {
        if (findings.placed(indexed(path + ".remove", i))) {
            validate_header(edits.remove[i], indexed(path + ".remove", i), findings);
        }
    }
}

// What hstspreload.org and the browsers ask for.
void validate_hsts(const Hsts& hsts, const std::string& path, Findings& findings) {
    if (hsts.preload == Switch::off) {
        return;
    }
    if (hsts.max_age < 24h * 365) {
        findings.error(path + ".max_age", "the preload lists ask for one year at least",
                       "write '365d' or more, or 'preload: off'");
    }
    if (hsts.include_subdomains == Switch::off) {
        findings.error(path + ".include_subdomains", "the preload lists ask for all subdomains",
                       "write 'on', or 'preload: off'");
    }
}

void validate_maintenance(const RouteConfig& route, const std::string& path, Findings& findings) {
    validate_no_twins(route.maintenance->allow, path + ".allow", findings);
    if (!route.maintenance->allow.empty() && route.service.empty() && !route.redirect) {
        findings.error(path + ".allow", "there is no service that these could be served by",
                       "add 'service: ...' to the route, or remove it");
    }
}

void validate_retry(const RetryConfig& retry, const std::string& path, Findings& findings) {
    const bool repeated = retry.attempts > 0 && std::find(retry.when.begin(), retry.when.end(),
                                                          RetryOn::timeout) != retry.when.end();
    if (retry.try_timeout && !repeated) {
        findings.error(path + ".try_timeout",
                       "has no effect: no try follows one that took too long",
                       "add timeout to 'when', or remove it");
    }
}

}  // namespace

void validate_edits(const RouteConfig& route, const std::string& path, Findings& findings) {
    validate_path_edits(route, path, findings);
    if (route.redirect) {
        validate_redirect(route, path, findings);
    }
    validate_headers(route.request_headers, path + ".request_headers", MaySetHost::yes, findings);
    validate_headers(route.answer_headers, path + ".answer_headers", MaySetHost::no, findings);
    if (route.hsts) {
        validate_hsts(*route.hsts, path + ".hsts", findings);
    }
    if (route.maintenance) {
        validate_maintenance(route, path + ".maintenance", findings);
    }
    validate_retry(route.retry, path + ".retry", findings);
    validate_error_pages(route.error_pages, path + ".error_pages", findings);
}

void validate_error_pages(const std::vector<ErrorPage>& pages, const std::string& path,
                          Findings& findings) {
    for (const ErrorPage& page : pages) {
        const std::string& status = page.status;
        const bool error = status.size() == 3 && (status[0] == '4' || status[0] == '5');
        const bool digits =
            error && status[1] >= '0' && status[1] <= '9' && status[2] >= '0' && status[2] <= '9';
        if (!digits && !(error && status.ends_with("xx"))) {
            findings.error(path + "." + status, in_quotes(status) + " is no status of an error",
                           "write one as \"404\", or all of a kind as 4xx or 5xx");
        }
    }
}

}  // namespace portcullis
