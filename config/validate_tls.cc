#include "config/authorities.h"
#include "config/certificate.h"
#include "config/types/quote.h"
#include "config/validate.h"

#include <openssl/x509v3.h>

#include <algorithm>
#include <ctime>
#include <map>

namespace portcullis {
namespace {

using Time = std::chrono::system_clock::time_point;

constexpr auto kExpiryNotice = std::chrono::days{14};
constexpr int kRsaBitsMin = 2048;  // what OpenSSL's security level 2 asks for, and clients too

std::string day(Time time) {
    const auto days = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{days};
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "%d-%02u-%02u", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    return text.data();
}

void validate_dates(const CertificateFile& file, const std::string& path, Time now,
                    Findings& findings) {
    const std::string name = in_quotes(file.certificate.string());
    if (now >= file.loaded->not_after) {
        findings.error(path, name + " expired on " + day(file.loaded->not_after), "renew it");
    } else if (now < file.loaded->not_before) {
        findings.error(path, name + " is not valid before " + day(file.loaded->not_before),
                       "wait, or check this machine's clock");
    } else if (file.loaded->not_after - now < kExpiryNotice) {
        findings.warning(path, name + " expires on " + day(file.loaded->not_after),
                         "renew it soon");
    }
}

std::string curve_of(const Certificate& certificate) {
    std::array<char, 64> name{};
    std::size_t size = 0;
    const int known =
        EVP_PKEY_get_group_name(certificate.key.get(), name.data(), name.size(), &size);
    return known == 1 ? std::string{name.data(), size} : "without a name";
}

// RFC 8446, 4.2.3, and RFC 7027 for TLS 1.2. secp256k1 is made by mistake, for its name is so near
// to P-256's (secp256r1); OpenSSL would accept it, and every handshake would fail.
bool is_spoken(std::string_view curve) {
    constexpr std::array<std::string_view, 6> kSpoken{"prime256v1",      "secp384r1",
                                                      "secp521r1",       "brainpoolP256r1",
                                                      "brainpoolP384r1", "brainpoolP512r1"};
    return std::find(kSpoken.begin(), kSpoken.end(), curve) != kSpoken.end();
}

void validate_key(const CertificateFile& file, const std::string& path, Findings& findings) {
    const int bits = EVP_PKEY_get_bits(file.loaded->key.get());
    if (file.loaded->key_type == KeyType::other) {
        findings.error(path, "a key that is neither ECDSA nor RSA",
                       "make an ECDSA key on the curve P-256");
    } else if (file.loaded->key_type == KeyType::ecdsa && !is_spoken(curve_of(*file.loaded))) {
        findings.error(path,
                       "a key on the curve " + in_quotes(curve_of(*file.loaded)) +
                           ", which clients do not speak",
                       "make an ECDSA key on the curve P-256");
    } else if (file.loaded->key_type == KeyType::rsa && bits < kRsaBitsMin) {
        findings.error(path, "an RSA key of only " + std::to_string(bits) + " bits",
                       "use 2048 bits, or ECDSA");
    }
}

// A gap or a wrong order makes clients fail that do not happen to know the issuers already.
void validate_chain(const CertificateFile& file, const std::string& path, Findings& findings) {
    X509* issued = file.loaded->leaf.get();
    for (const auto& issuer : file.loaded->intermediates) {
        if (X509_NAME_cmp(X509_get_issuer_name(issued), X509_get_subject_name(issuer.get())) != 0) {
            findings.warning(
                path, "the chain in " + in_quotes(file.certificate.string()) + " is out of order",
                "put the leaf first, then its issuer, then the issuer's issuer");
            return;
        }
        issued = issuer.get();
    }
}

std::string_view type_name(KeyType type) {
    return type == KeyType::ecdsa ? "ECDSA" : type == KeyType::rsa ? "RSA" : "other";
}

// A name may be in several certificates, as when an old one is to go: the first is shown. One ECDSA
// and one RSA certificate for a name is what clients choose from.
void validate_names(const TlsConfig& tls, Findings& findings) {
    std::map<std::pair<HostPattern, KeyType>, std::size_t> first;
    for (std::size_t i = 0; i < tls.certificates.size(); ++i) {
        const CertificateFile& file = tls.certificates[i];
        if (!file.loaded) {
            continue;
        }
        if (file.loaded->names.empty() && tls.unknown_sni == UnknownSni::refuse) {
            findings.warning(
                indexed("tls.certificates", i, "certificate"),
                in_quotes(file.certificate.string()) + " has no name that a client could ask for",
                "names are read from its subjectAltName; its common name does not count");
        }
        for (const HostPattern& name : file.loaded->names) {
            const auto [earlier, fresh] = first.try_emplace({name, file.loaded->key_type}, i);
            if (!fresh) {
                findings.warning(
                    indexed("tls.certificates", i, "certificate"),
                    in_quotes(name.text()) + " is in " +
                        in_quotes(tls.certificates[earlier->second].certificate.string()) +
                        " as well, both " + std::string{type_name(file.loaded->key_type)} +
                        ": clients are shown that one, because it comes first",
                    "keep one of them, or put the one to be shown first");
                break;
            }
        }
    }
}

// Whether some client that asks for a host of this route can be shown a certificate for it.
bool covers(const HostPattern& name, const HostPattern& host) {
    if (!host.wildcard()) {
        return name.matches_certificate(host.name());
    }
    const bool same = name == host;
    return same || host.matches_route(name.name());
}

// Then every handshake is the endpoints'.
bool all_pass_through(const Config& config) {
    return !config.routes.empty() &&
           std::all_of(config.routes.begin(), config.routes.end(), [&](const RouteConfig& route) {
               return passes_through(config, route.service);
           });
}

}  // namespace

void validate_certificates(const Config& config, Time now, Findings& findings) {
    if (config.tls.certificates.empty() && !all_pass_through(config)) {
        findings.error("tls.certificates", "no certificates: no client could connect",
                       "add an entry with 'certificate' and 'key'");
    }
    for (std::size_t i = 0; i < config.tls.certificates.size(); ++i) {
        const CertificateFile& file = config.tls.certificates[i];
        if (file.loaded) {
            validate_dates(file, indexed("tls.certificates", i, "certificate"), now, findings);
            validate_chain(file, indexed("tls.certificates", i, "certificate"), findings);
            validate_key(file, indexed("tls.certificates", i, "key"), findings);
        }
    }
    validate_names(config.tls, findings);
}

// What a route's lists are good for, with the authorities that it uses them with.
void validate_revocations(const Config& config, Time now, Findings& findings) {
    for (std::size_t i = 0; i < config.routes.size() && !findings.full(); ++i) {
        const RouteConfig& route = config.routes[i];
        const bool own_list = !route.client_crl.file.empty();
        const AuthoritiesFile& authorities =
            route.client_ca.file.empty() ? config.tls.client_ca : route.client_ca;
        const RevocationsFile& lists = own_list ? route.client_crl : config.tls.client_crl;
        if (route.client_certificate == ClientCertificate::none || !authorities.loaded ||
            !lists.loaded) {
            continue;
        }
        const std::string path =
            indexed("routes", i, own_list ? "client_crl" : "client_certificate");
        const std::string name = in_quotes(lists.file.string());
        if (!issued_by(*lists.loaded, *authorities.loaded)) {
            findings.error(path,
                           name + " has a list that none of the authorities in " +
                               in_quotes(authorities.file.string()) + " has issued",
                           "name the revocation list of these authorities as 'client_crl'");
        } else if (lists.loaded->end <= now) {
            findings.warning(
                path, name + " is out of date: every request that it is needed for is refused",
                "replace it by a newer one");
        }
    }
}

void validate_coverage(const Config& config, Findings& findings) {
    std::vector<const HostPattern*> names;
    for (const CertificateFile& file : config.tls.certificates) {
        if (!file.loaded) {
            return;  // it may be the one that covers
        }
        for (const HostPattern& name : file.loaded->names) {
            names.push_back(&name);
        }
    }
    if (names.empty() && config.tls.certificates.empty()) {
        return;
    }
    const bool refuses = config.tls.unknown_sni == UnknownSni::refuse;
    for (std::size_t i = 0; i < config.routes.size() && !findings.full(); ++i) {
        const HostPattern& host = config.routes[i].host;
        const bool address = IpAddress::parse(host.name()).has_value();
        const bool covered = std::any_of(names.begin(), names.end(), [&](const HostPattern* name) {
            return covers(*name, host);
        });
        if (host.name().empty() || (covered && !(address && refuses)) ||
            passes_through(config, config.routes[i].service)) {
            continue;
        }
        const std::string path = indexed("routes", i, "host");
        if (address && refuses) {
            findings.error(path,
                           "clients never reach " + in_quotes(host.text()) +
                               ": they send no SNI for an address",
                           "route a name, or set tls.unknown_sni to default_certificate");
        } else if (refuses) {
            findings.error(path,
                           "no certificate covers " + in_quotes(host.text()) +
                               ", so that clients never reach it",
                           "add a certificate with this name");
        } else {
            findings.warning(path,
                             "no certificate covers " + in_quotes(host.text()) +
                                 ": clients see the default one and may refuse it",
                             "add a certificate with this name");
        }
    }
}

}  // namespace portcullis
