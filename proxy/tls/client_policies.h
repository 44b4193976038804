// Which routes want to know a client by its certificate, and whom they believe about it.
//
// What is asked for in a handshake follows from the SNI by the rule that routes requests by their
// host (config/types/host_map.h): everything that a route of this host may want. Nothing is
// decided there: each request is judged by its own route (proxy/access/client_certificate.h).
#pragma once

#include "config/model.h"
#include "config/types/host_map.h"
#include "proxy/tls/trust.h"

#include <openssl/ssl.h>

#include <memory>
#include <string_view>
#include <vector>

namespace portcullis::tls {

inline void free_names(STACK_OF(X509_NAME) * names) {
    sk_X509_NAME_pop_free(names, X509_NAME_free);
}

// What the clients of one host are asked for. A connection holds on to it.
struct Asked {
    std::vector<Digest> authorities;  // in order, each once
    bool required = false;            // by one of the host's routes at least
    Digest digest{};                  // of all that
    // The authorities' names, so that clients show the right certificate; null when they are too
    // many to be sent, which leaves the choice to the client.
    Handle<STACK_OF(X509_NAME), free_names> names;
};

// Immutable. One for each worker: OpenSSL's stores have locks.
class ClientPolicies {
  public:
    explicit ClientPolicies(const Config& config);

    // Whom this route, an index into Config::routes, believes. Null when it wants no certificates.
    [[nodiscard]] const Trust* trust(std::size_t route) const { return routes_[route].get(); }

    // canonical_sni: empty when none was sent. Null: clients of this host are asked for nothing.
    [[nodiscard]] std::shared_ptr<const Asked> asked(std::string_view canonical_sni) const;

  private:
    std::vector<std::shared_ptr<const Trust>> routes_;
    HostMap<std::shared_ptr<Asked>> hosts_;  // of each host that has routes
};

}  // namespace portcullis::tls
