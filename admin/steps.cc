#include "admin/steps.h"

#include "config/options.h"
#include "proxy/http/path_edit.h"

namespace portcullis::admin {
namespace {

std::string listed_prefixes(const std::vector<Cidr>& prefixes) {
    std::string text;
    for (const Cidr& prefix : prefixes) {
        text += (text.empty() ? "" : " ") + prefix.text();
    }
    return text.empty() ? "nobody" : text;
}

std::string listed_edits(const HeaderEdits& edits) {
    std::string text;
    for (const std::string& name : edits.remove) {
        text += (text.empty() ? "-" : " -") + name;
    }
    for (const HeaderField& field : edits.set) {
        text += (text.empty() ? "" : " ") + field.name;  // its value may be a secret
    }
    return text;
}

void add_checks(const RouteConfig& route, std::vector<Step>& steps) {
    if (route.client_certificate != ClientCertificate::none) {
        steps.push_back({"client certificate", option_text(route.client_certificate)});
    }
    if (!route.deny.empty()) {
        steps.push_back({"deny", listed_prefixes(route.deny) + ": 403"});
    }
    if (route.allow != everyone()) {
        steps.push_back({"allow", listed_prefixes(route.allow) + "; others: 403"});
    }
    if (route.maintenance) {
        steps.push_back(
            {"maintenance", "503, except for " + listed_prefixes(route.maintenance->allow)});
    }
    if (route.redirect) {
        steps.push_back(
            {"redirect", option_text(route.redirect->status) + " to " + route.redirect->to});
    }
    if (route.request_body_max) {
        steps.push_back({"request body", "at most " + route.request_body_max->text() + ": 413"});
    }
    if (route.rate_limit) {
        const RateLimit& limit = *route.rate_limit;
        steps.push_back(
            {"rate limit",
             std::to_string(limit.requests) + " in " + duration_text(limit.per) + " by " +
                 (limit.header.empty() ? option_text(limit.by) : limit.header) + ": 429"});
    }
    if (route.basic_auth) {
        steps.push_back({"basic authentication",
                         "users of " + route.basic_auth->users.file.string() + "; others: 401"});
    }
    if (route.forward_auth) {
        steps.push_back({"forward authentication", "asks " + route.forward_auth->service + " for " +
                                                       route.forward_auth->path});
    }
}

}  // namespace

std::vector<Step> steps_of(const RouteConfig& route, std::string_view path) {
    std::vector<Step> steps;
    add_checks(route, steps);
    if (http::edits_path(route)) {
        std::string edited;
        http::edit_path(route, path, edited);
        steps.push_back({"path for the service", edited});
    }
    if (const std::string edits = listed_edits(route.request_headers); !edits.empty()) {
        steps.push_back({"request headers", edits});
    }
    if (const std::string edits = listed_edits(route.answer_headers); !edits.empty()) {
        steps.push_back({"answer headers", edits});
    }
    steps.push_back({"hsts", route.hsts ? duration_text(route.hsts->max_age) : "off"});
    if (route.answer_body_max) {
        steps.push_back({"answer body", "at most " + route.answer_body_max->text()});
    }
    return steps;
}

}  // namespace portcullis::admin
