#include "admin/explain.h"

#include "config/options.h"
#include "config/types/quote.h"
#include "proxy/access/address.h"
#include "proxy/tls/choice.h"

#include <algorithm>

namespace portcullis::admin {
namespace {

// The certificates of a choice, as the files they were read from.
std::vector<const CertificateFile*> files_of(const tls::Choice& choice, const TlsConfig& tls) {
    std::vector<const CertificateFile*> files;
    for (const CertificateFile& file : tls.certificates) {
        if (file.loaded && (file.loaded.get() == choice.ecdsa || file.loaded.get() == choice.rsa)) {
            files.push_back(&file);
        }
    }
    return files;
}

bool any_name(const std::vector<const CertificateFile*>& files, auto&& holds) {
    return std::any_of(files.begin(), files.end(), [&](const CertificateFile* file) {
        return std::any_of(file->loaded->names.begin(), file->loaded->names.end(), holds);
    });
}

bool cover(const std::vector<const CertificateFile*>& files, std::string_view host) {
    return any_name(files, [&](const HostPattern& name) { return name.matches_certificate(host); });
}

std::string why_certificate(const Explanation& x) {
    if (x.certificates.empty()) {
        return x.sni.empty() ? "no SNI is sent, and tls.unknown_sni is refuse"
                             : "no certificate has the name " + in_quotes(x.sni) +
                                   ", and tls.unknown_sni is refuse";
    }
    const auto exact = [&](const HostPattern& name) {
        return !name.wildcard() && name.name() == x.sni;
    };
    if (any_name(x.certificates, exact)) {
        return "exact: the SNI " + in_quotes(x.sni) + " is one of its names";
    }
    if (cover(x.certificates, x.sni)) {
        return "wildcard: " + in_quotes("*" + x.sni.substr(x.sni.find('.'))) + " covers the SNI " +
               in_quotes(x.sni);
    }
    return x.sni.empty() ? "default: no SNI is sent"
                         : "default: no certificate has the name " + in_quotes(x.sni);
}

void choose_certificate(Explanation& x) {
    const tls::Choices choices{x.config->tls};
    if (const tls::Choice* choice = choices.find(x.sni)) {
        x.certificates = files_of(*choice, x.config->tls);
    }
    x.certificate_why = why_certificate(x);
}

std::string why_route(const Explanation& x) {
    const std::string host = in_quotes(x.target.host);
    switch (x.match.kind) {
        case route::Match::Kind::no_host:
            return "no route has the host " + host + ", and no wildcard covers it";
        case route::Match::Kind::no_path:
            return "the routes of the most specific host for " + host + " have no path that " +
                   in_quotes(x.target.path) + " begins with";
        case route::Match::Kind::found:
            break;
    }
    const RouteConfig& route = *x.route();
    return (route.host.wildcard() ? "wildcard: " + in_quotes(route.host.text()) +
                                        " is the longest that covers " + host
                                  : "exact: the host " + host) +
           ", and " + in_quotes(route.path) + " is the longest path that " +
           in_quotes(x.target.path) + " begins with";
}

void judge_client(Explanation& x, const std::optional<IpAddress>& client) {
    const auto& trusted = x.config->trusted_proxies;
    if (!client) {
        x.client =
            trusted.empty() ? "nobody's are believed: trusted_proxies is empty" : "believed from";
        for (const Cidr& prefix : trusted) {
            x.client += " " + prefix.text();
        }
        return;
    }
    const auto found = std::find_if(trusted.begin(), trusted.end(),
                                    [&](const Cidr& prefix) { return prefix.contains(*client); });
    x.trusted = found != trusted.end();
    x.client = client->text() +
               (*x.trusted ? " is believed: it is in " + found->text() + " of trusted_proxies"
                           : " is not believed: it is in none of trusted_proxies");
}

// What a route answers itself, in the order in which the proxy decides it. False: it goes on.
bool judge_gate(Explanation& x, const std::optional<IpAddress>& client) {
    const RouteConfig& route = *x.route();
    if (client && !access::admits(route, client)) {
        x.answer = "403";
        x.answer_why = "the route does not admit " + client->text();
    } else if (route.maintenance &&
               !(client && access::contains(route.maintenance->allow, *client))) {
        x.answer = "503";
        x.answer_why = "the route is in maintenance";
    } else if (route.redirect) {
        x.answer = option_text(route.redirect->status);
        x.answer_why = "the route redirects to " + route.redirect->to;
    } else {
        return false;
    }
    return true;
}

void judge_answer(Explanation& x, const std::optional<IpAddress>& client) {
    if (x.certificates.empty()) {
        x.answer = "alert unrecognized_name";
        x.answer_why = "the TLS handshake ends before any request";
    } else if (x.match.kind == route::Match::Kind::no_host) {
        x.answer = "421";
        x.answer_why = "this host is not served here";
    } else if (x.match.kind == route::Match::Kind::no_path) {
        x.answer = "404";
        x.answer_why = "this host has no route for the path";
    } else if (x.readings.ambiguous) {
        x.answer = "400";
        x.answer_why =
            "ambiguous_path: an origin may read the path of another route, which has other access "
            "rules";
    } else if (judge_gate(x, client)) {
        return;
    } else if (x.service()->endpoints.empty()) {
        x.answer = "503";
        x.answer_why = "the service has no endpoints";
    } else {
        x.answer = "forwarded";
        x.answer_why = "to one of the service's endpoints";
    }
}

void remark(Explanation& x, const Question& question) {
    if (x.target.address && !question.sni) {
        x.remarks.emplace_back("clients send no SNI for an address");
    }
    if (!x.sni.empty() && x.sni != x.target.host) {
        x.remarks.push_back(
            "SNI and Host differ: the SNI chose the certificate, the Host chooses the route");
    }
    if (!x.certificates.empty() && !cover(x.certificates, x.target.host)) {
        x.remarks.push_back("the certificate does not cover " + in_quotes(x.target.host) +
                            ": a client that checks it gives up");
    }
}

}  // namespace

Result<Explanation> explain(std::shared_ptr<const Config> config, const Question& question) {
    Explanation x;
    x.config = std::move(config);
    x.target = question.target;
    if (question.sni && !question.sni->empty()) {
        auto sni = canonical_hostname(*question.sni);
        if (!sni) {
            return sni.error();
        }
        x.sni = std::move(*sni);
    } else if (!question.sni && !x.target.address) {
        x.sni = x.target.host;
    }
    choose_certificate(x);
    const route::Table table{*x.config};
    x.match = table.match(x.target.host, x.target.path);
    if (x.route() != nullptr) {
        x.readings = readings_of(*x.config, table, x.match, x.target);
    }
    x.route_why = why_route(x);
    judge_client(x, question.client);
    judge_answer(x, question.client);
    remark(x, question);
    return x;
}

const RouteConfig* Explanation::route() const {
    return match.kind == route::Match::Kind::found ? &config->routes[match.route] : nullptr;
}

const ServiceConfig* Explanation::service() const {
    const bool found = match.kind == route::Match::Kind::found;
    return found && match.service != route::kNoService ? &config->services[match.service] : nullptr;
}

}  // namespace portcullis::admin
