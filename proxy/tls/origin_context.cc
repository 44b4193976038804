#include "proxy/tls/origin_context.h"

#include "base/check.h"
#include "config/authorities.h"
#include "config/certificate.h"
#include "proxy/tls/policy.h"
#include "proxy/tls/trust.h"

#include <openssl/x509v3.h>

#include <array>

namespace portcullis::tls {
namespace {

int on_ticket(SSL* ssl, SSL_SESSION* session) noexcept {
    Session::of(ssl).tickets()->keep(OriginTickets::Ticket{session});
    return 1;  // it is ours
}

Result<void> believe(SSL_CTX* context, const EndpointTls& tls) {
    if (tls.verify == Switch::off) {
        SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);
        return {};
    }
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    if (tls.ca.loaded) {
        SSL_CTX_set_cert_store(context, make_store(*tls.ca.loaded).release());
    } else if (SSL_CTX_set_default_verify_paths(context) != 1) {
        return openssl_error("tls: cannot use the system's authorities");
    }
    return {};
}

bool verify_address(SSL* ssl, const IpAddress& address) {
    const auto& bytes = address.bytes();
    const std::size_t skipped = address.is_v4() ? bytes.size() - 4 : 0;
    return X509_VERIFY_PARAM_set1_ip(SSL_get0_param(ssl), bytes.data() + skipped,
                                     bytes.size() - skipped) == 1;
}

bool verify_name(SSL* ssl, const std::string& written) {
    const std::string name = canonical_hostname(written).value();
    return SSL_set_tlsext_host_name(ssl, name.c_str()) == 1 &&
           SSL_set1_host(ssl, name.c_str()) == 1;
}

constexpr std::string_view kHttp1 = "http/1.1";

// As ALPN carries it (RFC 7301, 3.1).
std::string offer_of(std::string_view protocol) {
    return static_cast<char>(protocol.size()) + std::string{protocol};
}

}  // namespace

Result<std::shared_ptr<const OriginContext>> OriginContext::make(const ServiceConfig& service) {
    const std::shared_ptr<OriginContext> made{new OriginContext};
    made->context_.reset(SSL_CTX_new(TLS_client_method()));
    made->protocol_ = service.protocol == Protocol::h2 ? "h2" : kHttp1;
    SSL_CTX* const context = made->context_.get();
    if (context == nullptr || !set_policy(context, TlsVersion::tls12)) {
        return openssl_error("tls: cannot set the policy");
    }
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, on_ticket);
    if (!set_certificate(context, service.tls.client.loaded.get())) {
        return openssl_error("tls: cannot use a certificate");
    }
    if (const auto believed = believe(context, service.tls); !believed) {
        return believed.error();
    }
    const std::string offered = offer_of(made->protocol_);
    if (SSL_CTX_set_alpn_protos(context, reinterpret_cast<const unsigned char*>(offered.data()),
                                static_cast<unsigned>(offered.size())) != 0) {
        return openssl_error("tls: cannot set the protocol");
    }
    return std::shared_ptr<const OriginContext>{made};
}

std::string OriginContext::key(const ServiceConfig& service) {
    if (service.protocol != Protocol::https && service.protocol != Protocol::h2) {
        return {};
    }
    const EndpointTls& tls = service.tls;
    std::string key = service.protocol == Protocol::h2 ? "h2" : "https";
    key += tls.verify == Switch::on ? " verified " : " unverified ";
    if (tls.ca.loaded) {
        key.append(tls.ca.loaded->digest.begin(), tls.ca.loaded->digest.end());
    }
    key += ' ';
    if (tls.client.loaded) {
        const auto& digest = tls.client.loaded->digest;
        key.append(digest.begin(), digest.end());
    }
    return key;
}

std::unique_ptr<Session> OriginContext::begin(int fd, const std::string& server_name,
                                              const IpAddress& address,
                                              std::shared_ptr<OriginTickets> tickets,
                                              Speak speak) const {
    Handle<SSL, SSL_free> ssl{SSL_new(context_.get())};
    CHECK(ssl && "out of memory for a TLS session");
    SSL_set_connect_state(ssl.get());
    SSL_set_hostflags(ssl.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    const bool named = server_name.empty() ? verify_address(ssl.get(), address)
                                           : verify_name(ssl.get(), server_name);
    CHECK(named && "a valid configuration names endpoints by hostnames");
    if (speak == Speak::http1 && protocol_ != kHttp1) {
        const std::string offered = offer_of(kHttp1);
        const int refused =
            SSL_set_alpn_protos(ssl.get(), reinterpret_cast<const unsigned char*>(offered.data()),
                                static_cast<unsigned>(offered.size()));
        CHECK(refused == 0 && "out of memory for a protocol's name");
    }
    if (const OriginTickets::Ticket ticket = tickets->take()) {
        SSL_set_session(ssl.get(), ticket.get());
    }
    return std::make_unique<Session>(std::move(ssl), fd, std::move(tickets));
}

// An endpoint that knows no ALPN speaks HTTP/1.1, and HTTP/2 only by agreement (RFC 9113, 3.2).
bool OriginContext::agreed(const Session& session, Speak speak) const {
    const std::string_view wanted = speak == Speak::http1 ? kHttp1 : protocol_;
    return session.alpn() == wanted || (session.alpn().empty() && wanted == kHttp1);
}

}  // namespace portcullis::tls
