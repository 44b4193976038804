// How endpoints are met over TLS: whom we believe, what we show, which protocol we speak. One for
// each worker and each set of such options, whatever services share it.
#pragma once

#include "base/handle.h"
#include "base/result.h"
#include "config/model.h"
#include "proxy/tls/origin_tickets.h"
#include "proxy/tls/session.h"

#include <openssl/ssl.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace portcullis::tls {

// What a connection is for: the protocol of the endpoint's service, or HTTP/1.1 whatever that is,
// for a tunnel that the endpoint does not take in HTTP/2.
enum class Speak : std::uint8_t { its_protocol, http1 };

class OriginContext {
  public:
    // service: its protocol is https or h2. Fails when OpenSSL refuses a certificate or a setting.
    static Result<std::shared_ptr<const OriginContext>> make(const ServiceConfig& service);

    // Equal for services that may share a context; empty when this one speaks no TLS. By what the
    // files hold, not by their names.
    static std::string key(const ServiceConfig& service);

    // A session that begins. server_name is sent as SNI and must be in the certificate; when it is
    // empty, none is sent and the address must be in it. tickets: of this endpoint, under this
    // context and name.
    [[nodiscard]] std::unique_ptr<Session> begin(int fd, const std::string& server_name,
                                                 const IpAddress& address,
                                                 std::shared_ptr<OriginTickets> tickets,
                                                 Speak speak = Speak::its_protocol) const;

    // Whether this is what we came for, after the handshake.
    [[nodiscard]] bool agreed(const Session& session, Speak speak = Speak::its_protocol) const;

  private:
    OriginContext() = default;

    Handle<SSL_CTX, SSL_CTX_free> context_;
    std::string_view protocol_;  // as ALPN names it
};

}  // namespace portcullis::tls
