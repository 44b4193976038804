// The keys that session tickets are sealed with (RFC 5077, 4; RFC 8446, 4.6.1). They live in memory
// only, are the same for all workers of a process, and are replaced every tls.ticket_key_lifetime:
// a new ticket is sealed with the newest key, one sealed with the key before it still resumes and
// is renewed.
#pragma once

#include <openssl/evp.h>
#include <openssl/ssl.h>

#include <array>
#include <cstdint>
#include <memory>

namespace portcullis::tls {

struct TicketKey {
    std::array<unsigned char, 16> name{};    // sent in clear, tells which key
    std::array<unsigned char, 32> cipher{};  // AES-256-CBC
    std::array<unsigned char, 32> mac{};     // HMAC-SHA256

    // From the system's random source; aborts when there is none.
    static TicketKey random();
    TicketKey() = default;
    TicketKey(const TicketKey&) = default;
    TicketKey& operator=(const TicketKey&) = default;
    ~TicketKey();  // wipes
};

// Immutable: workers share it by pointer and are handed a new one at each rotation.
struct TicketKeys {
    TicketKey current;
    TicketKey previous;

    static std::shared_ptr<const TicketKeys> fresh();
    [[nodiscard]] std::shared_ptr<const TicketKeys> rotated() const;
};

// OpenSSL asks for the keys of a ticket to be sealed (1) or opened (0). Returns what
// SSL_CTX_set_tlsext_ticket_key_evp_cb(3) wants: 1 fine, 2 fine but renew, 0 unknown key, -1
// failure.
int ticket_key(const TicketKeys& keys, unsigned char* name, unsigned char* iv,
               EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac, int sealing) noexcept;

}  // namespace portcullis::tls
