#include "config/types/field.h"
#include "config/types/quote.h"
#include "config/types/route_path.h"
#include "config/validate.h"

#include <algorithm>

namespace portcullis {
namespace {

void validate_client_certificate(const Config& config, const RouteConfig& route,
                                 const std::string& path, Findings& findings) {
    if (route.client_certificate == ClientCertificate::none) {
        for (const auto& [file, key] : {std::pair{&route.client_ca.file, ".client_ca"},
                                        std::pair{&route.client_crl.file, ".client_crl"}}) {
            if (!file->empty()) {
                findings.error(path + key, "has no effect, because no certificate is asked for",
                               "write 'client_certificate: required', or remove it");
            }
        }
    } else if (route.client_ca.file.empty() && config.tls.client_ca.file.empty()) {
        findings.error(path + ".client_certificate",
                       "no authority is named that client certificates are verified by",
                       "add 'client_ca: FILE' here or in 'tls'");
    }
}

void validate_addresses(const RouteConfig& route, const std::string& path, Findings& findings) {
    validate_no_twins(route.allow, path + ".allow", findings);
    validate_no_twins(route.deny, path + ".deny", findings);
    // Every entry commented out may mean everybody or nobody; neither is a guess to make.
    if (findings.placed(path + ".allow") && route.allow == everyone() &&
        !findings.placed(path + ".allow[0]")) {
        findings.error(path + ".allow", "nothing where a list belongs",
                       "write [] for nobody, or remove the key for everybody");
    } else if (route.allow.empty()) {
        findings.warning(path + ".allow", "nobody may make requests here", {});
    }
}

void validate_basic_auth(const BasicAuth& auth, const std::string& path, Findings& findings) {
    const bool plain = std::all_of(auth.realm.begin(), auth.realm.end(), [](char c) {
        return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
    });
    if (!plain) {
        findings.error(path + ".realm", in_quotes(auth.realm) + " cannot be sent as a realm",
                       "use printable ASCII without quotes and backslashes");
    }
}

void validate_rate_limit(const RateLimit& limit, const std::string& path, Findings& findings) {
    if (limit.by == LimitedBy::header && limit.header.empty()) {
        findings.error(path + ".by", "no header is named whose values are counted",
                       "add 'header: X-Api-Key', or whichever tells your clients apart");
    } else if (limit.by != LimitedBy::header && !limit.header.empty()) {
        findings.error(path + ".header", "has no effect, because requests are not counted by it",
                       "write 'by: header', or remove it");
    } else if (!limit.header.empty()) {
        findings.judge(check_field_name(limit.header), path + ".header");
    }
}

void validate_copied(const std::vector<std::string>& names, const std::string& path,
                     Findings& findings) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (!findings.placed(indexed(path, i))) {
            continue;
        }
        findings.judge(check_field_name(names[i]), indexed(path, i));
        if (const auto reason = reserved_field(names[i]); !reason.empty()) {
            findings.error(indexed(path, i),
                           in_quotes(names[i]) + " cannot be copied: " + std::string{reason},
                           "leave it out");
        }
    }
}

void validate_forward_auth(const Config& config, const ForwardAuth& auth, const std::string& path,
                           Findings& findings) {
    validate_service_name(config, auth.service, path + ".service", findings);
    if (passes_through(config, auth.service)) {
        findings.error(path + ".service",
                       in_quotes(auth.service) + " is passthrough, and cannot be asked",
                       "name a service that speaks HTTP to us");
    }
    findings.judge(check_route_path(auth.path), path + ".path");
    validate_copied(auth.request_headers, path + ".request_headers", findings);
    validate_copied(auth.answer_headers, path + ".answer_headers", findings);
}

void validate_trusted(const Config& config, const std::vector<std::string>& names,
                      const std::string& path, Findings& findings) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        const std::string at = indexed(path, i);
        if (!findings.placed(at)) {
            continue;
        }
        const bool plain = std::all_of(names[i].begin(), names[i].end(),
                                       [](char c) { return c == '-' || folded(c) != '-'; });
        const Believed believed = believed_field(names[i]);
        if (!plain) {
            findings.error(at, in_quotes(names[i]) + " does not name one header",
                           "write each name in full, with letters, digits and hyphens");
        } else if (believed == Believed::no) {
            findings.error(at,
                           in_quotes(names[i]) +
                               " is not one of the headers that are removed by default and may be "
                               "trusted",
                           "leave it out");
        } else if (believed == Believed::client && config.trusted_proxies.empty()) {
            findings.error(at,
                           in_quotes(names[i]) +
                               " says who the client is: it passes from trusted_proxies only, and "
                               "there are none",
                           "name the proxies that write it in 'trusted_proxies', or leave it out");
        }
    }
}

}  // namespace

void validate_access(const Config& config, const RouteConfig& route, const std::string& path,
                     Findings& findings) {
    validate_client_certificate(config, route, path, findings);
    validate_addresses(route, path, findings);
    if (route.rate_limit) {
        validate_rate_limit(*route.rate_limit, path + ".rate_limit", findings);
    }
    if (route.basic_auth) {
        validate_basic_auth(*route.basic_auth, path + ".basic_auth", findings);
    }
    validate_trusted(config, route.trusted_headers, path + ".trusted_headers", findings);
    if (route.forward_auth) {
        validate_forward_auth(config, *route.forward_auth, path + ".forward_auth", findings);
    }
}

}  // namespace portcullis
