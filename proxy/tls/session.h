// One TLS connection over a non-blocking socket: OpenSSL reads and writes the descriptor itself.
// Nothing waits here; each call says what its caller must wait for before the next.
#pragma once

#include "base/budget.h"
#include "base/handle.h"
#include "proxy/tls/wire.h"

#include <openssl/ssl.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace portcullis::tls {

struct Asked;          // client_policies.h
class ClientIdentity;  // client_identity.h
class Contexts;        // contexts.h
class OriginTickets;   // origin_tickets.h

enum class Want : std::uint8_t {
    nothing,   // done
    readable,  // wait for the socket to be readable, then call again
    writable,  // ... writable ...
    closed,    // the peer said close_notify: nothing more will come
    failed,    // the connection is of no use any more
};

struct Progress {
    std::size_t bytes = 0;
    Want want = Want::nothing;
};

// What a peer did to keep us busy; nothing more is read of it then.
enum class TlsFlood : std::uint8_t {
    none,
    key_updates,    // more than limit_key_updates() allows
    renegotiation,  // TLS 1.2: another handshake was asked for, which we never do
    bytes,          // kSilentBytesMax
};

class Session {
  public:
    // TLS bytes that a peer may send without a byte of plaintext: a handshake with the longest
    // chain of certificates, or a record that is not whole yet, tickets and key updates.
    static constexpr std::size_t kSilentBytesMax = 256U << 10U;

    // A server's side. fd stays the caller's and must outlive this object.
    Session(SSL_CTX* context, int fd);
    // A client's side, as OriginContext has prepared it; tickets is where it puts what it is given
    // for the next visit.
    Session(Handle<SSL, SSL_free> prepared, int fd, std::shared_ptr<OriginTickets> tickets);
    ~Session();
    Session(const Session&) = delete;  // OpenSSL's callbacks hold its address
    Session& operator=(const Session&) = delete;

    // Bytes of the peer that somebody has taken from the descriptor already; before handshake().
    void preload(std::string_view bytes) { wire_.preload(bytes); }

    Want handshake();
    // At least one byte, or why not.
    Progress read(std::span<char> into);
    // Takes all of both, one after the other. writable: the kernel has not, wait and then call
    // flush() until it has; nothing may be sent meanwhile.
    Want send(std::string_view first, std::string_view second);
    Want flush();
    // Sends close_notify; does not wait for the peer's.
    Want shutdown();

    // True once after a call that found the kernel without more bytes for it.
    bool take_drained() { return wire_.take_drained(); }

    // True once after a call that has taken its share: make it again after others.
    bool take_paused() { return wire_.take_paused(); }

    // Bytes that have been received and that read() can give without the socket.
    [[nodiscard]] bool has_pending() const;
    // Looks whether the peer has closed, without taking anything. closed, failed, nothing (there
    // are bytes) or readable.
    Want peek();

    // After the handshake. Static text, or as long as the session.
    [[nodiscard]] std::string_view version() const;  // "TLSv1.3"
    [[nodiscard]] std::string_view cipher() const;   // "TLS_AES_128_GCM_SHA256"
    [[nodiscard]] std::string_view alpn() const;     // "http/1.1"; empty when none was agreed

    [[nodiscard]] std::string_view sni() const {
        return sni_;
    }  // canonical; empty when the client sent none

    [[nodiscard]] bool resumed() const;

    // The handshake failed because no certificate answers the name asked for.
    [[nodiscard]] bool refused_sni() const { return refused_sni_; }

    // The handshake failed because of the certificate that was shown to us.
    [[nodiscard]] bool distrusted() const;

    // Why the last call failed: OpenSSL's words, or the peer's alert as OpenSSL names it. Static
    // text, empty when nothing was said.
    [[nodiscard]] std::string_view trouble() const { return trouble_; }

    // The last call failed because the peer said so in an alert.
    [[nodiscard]] bool alerted() const { return alerted_; }

    // A server's side after the handshake: what the client has shown.
    ClientIdentity& client();

    // For Contexts and OriginContext, which OpenSSL calls during a handshake.
    static Session& of(SSL* ssl) { return *static_cast<Session*>(SSL_get_app_data(ssl)); }

    void note_contexts(Contexts& contexts) { contexts_ = &contexts; }

    // Not null during a server's handshake, once the ClientHello is there; of no use after it.
    [[nodiscard]] Contexts* contexts() const { return contexts_; }

    void note_sni(std::string_view canonical) { sni_ = canonical; }

    void note_refused_sni() { refused_sni_ = true; }

    void note_asked(std::shared_ptr<const Asked> asked) { asked_ = std::move(asked); }

    [[nodiscard]] const Asked* asked() const { return asked_.get(); }

    // How often the peer may update its keys (RFC 8446, 4.6.3); beyond it nothing more is read.
    void limit_key_updates(std::size_t per_minute) { key_updates_ = Budget{per_minute}; }

    void note_key_update();

    [[nodiscard]] TlsFlood flood() const { return flood_; }

    // Whether this handshake may end with a ticket.
    void allow_ticket(bool allowed);

    [[nodiscard]] bool ticket_allowed() const { return ticket_allowed_; }

    [[nodiscard]] OriginTickets* tickets() const { return tickets_.get(); }

  private:
    static void on_info(const SSL* ssl, int where, int value) noexcept;
    void stop(TlsFlood why);
    Want judged(Want next);
    Want end_of_flood();
    Want want(int result);
    void note_trouble();

    Want flushed_or(Want want);

    Wire wire_;
    Handle<SSL, SSL_free> ssl_;
    Contexts* contexts_ = nullptr;
    std::string sni_;
    std::string_view trouble_;
    std::shared_ptr<const Asked> asked_;      // of the client; null: nothing
    std::unique_ptr<ClientIdentity> client_;  // null until somebody asks for it
    std::shared_ptr<OriginTickets> tickets_;  // null on a server's side
    std::optional<Budget> key_updates_;       // none: as many as it likes
    bool refused_sni_ = false;
    TlsFlood flood_ = TlsFlood::none;
    bool ticket_allowed_ = true;
    bool alerted_ = false;
};

}  // namespace portcullis::tls
