#include "proxy/tls/session.h"

#include "base/check.h"
#include "proxy/tls/client_identity.h"
#include "proxy/tls/origin_tickets.h"

#include <openssl/err.h>

#include <algorithm>
#include <limits>

namespace portcullis::tls {
namespace {

int int_size(std::size_t size) {
    return static_cast<int>(std::min<std::size_t>(size, std::numeric_limits<int>::max()));
}

}  // namespace

Session::Session(SSL_CTX* context, int fd) : wire_{fd}, ssl_{SSL_new(context)} {
    CHECK(ssl_ && "out of memory for a TLS session");
    BIO* const bio = wire_.make_bio();
    SSL_set_bio(ssl_.get(), bio, bio);
    SSL_set_app_data(ssl_.get(), this);
    SSL_set_info_callback(ssl_.get(), on_info);
    SSL_set_accept_state(ssl_.get());
}

Session::Session(Handle<SSL, SSL_free> prepared, int fd, std::shared_ptr<OriginTickets> tickets)
    : wire_{fd}, ssl_{std::move(prepared)}, tickets_{std::move(tickets)} {
    BIO* const bio = wire_.make_bio();
    SSL_set_bio(ssl_.get(), bio, bio);
    SSL_set_app_data(ssl_.get(), this);
    SSL_set_info_callback(ssl_.get(), on_info);
}

Session::~Session() {
    if (tickets_) {
        // OpenSSL makes a session useless for good when its connection ends without close_notify,
        // as TLS 1.1 wanted it: a pooled connection's tickets would die with it.
        SSL_set_shutdown(ssl_.get(), SSL_SENT_SHUTDOWN);
    }
}

Want Session::handshake() {
    wire_.begin_call(false);
    const Want next = want(SSL_do_handshake(ssl_.get()));
    return flushed_or(judged(next));
}

Progress Session::read(std::span<char> into) {
    wire_.begin_call(false);
    const int count = SSL_read(ssl_.get(), into.data(), int_size(into.size()));
    if (flood_ != TlsFlood::none) {
        return {0, end_of_flood()};
    }
    // Reading may have written: an alert, or the answer to a KeyUpdate. What the kernel does not
    // take of it now goes before whatever is sent next.
    if (count > 0) {
        wire_.forget_taken();
        (void)flush();
        return {static_cast<std::size_t>(count), Want::nothing};
    }
    return {0, flushed_or(judged(want(count)))};
}

Want Session::send(std::string_view first, std::string_view second) {
    wire_.begin_call(true);
    for (const std::string_view bytes : {first, second}) {
        // The wire takes everything, so a write is never partial.
        if (!bytes.empty() && SSL_write(ssl_.get(), bytes.data(), int_size(bytes.size())) <= 0) {
            ERR_clear_error();
            (void)wire_.flush();
            return Want::failed;
        }
    }
    return flush();
}

Want Session::flush() {
    switch (wire_.flush()) {
        case Wire::Flushed::all:
            return Want::nothing;
        case Wire::Flushed::partly:
            return Want::writable;
        case Wire::Flushed::broken:
            break;
    }
    return Want::failed;
}

Want Session::shutdown() {
    wire_.begin_call(false);
    const int result = SSL_shutdown(ssl_.get());
    return flushed_or(result >= 0 ? Want::nothing : want(result));
}

bool Session::has_pending() const {
    return SSL_has_pending(ssl_.get()) == 1;
}

Want Session::peek() {
    char byte = 0;
    wire_.begin_call(false);
    const int count = SSL_peek(ssl_.get(), &byte, 1);
    if (flood_ != TlsFlood::none) {
        return end_of_flood();
    }
    if (count > 0) {
        wire_.forget_taken();
        (void)flush();
        return Want::nothing;
    }
    return flushed_or(judged(want(count)));
}

std::string_view Session::version() const {
    return SSL_get_version(ssl_.get());
}

std::string_view Session::cipher() const {
    return SSL_get_cipher_name(ssl_.get());
}

std::string_view Session::alpn() const {
    const unsigned char* name = nullptr;
    unsigned length = 0;
    SSL_get0_alpn_selected(ssl_.get(), &name, &length);
    return {reinterpret_cast<const char*>(name), length};
}

bool Session::resumed() const {
    return SSL_session_reused(ssl_.get()) == 1;
}

bool Session::distrusted() const {
    return SSL_get_verify_mode(ssl_.get()) != SSL_VERIFY_NONE &&
           SSL_get_verify_result(ssl_.get()) != X509_V_OK;
}

ClientIdentity& Session::client() {
    if (!client_) {
        client_ = std::make_unique<ClientIdentity>(asked_, ssl_.get());
    }
    return *client_;
}

void Session::note_key_update() {
    if (key_updates_ && !key_updates_->spend(Budget::Clock::now())) {
        stop(TlsFlood::key_updates);
    }
}

// OpenSSL answers another handshake's first message (ClientHello to a server, HelloRequest to a
// client) by this warning and reads on within the same call, as long as the peer sends more of
// them: the warning is the only place where it can be told of the first. It ends the connection,
// because no client of today does this, and the message and its warning cost us far more than the
// peer.
void Session::on_info(const SSL* ssl, int where, int value) noexcept {
    constexpr int kWarning = SSL3_AL_WARNING << 8;
    if (where == SSL_CB_WRITE_ALERT && value == (kWarning | SSL_AD_NO_RENEGOTIATION)) {
        static_cast<Session*>(SSL_get_app_data(ssl))->stop(TlsFlood::renegotiation);
    }
}

void Session::stop(TlsFlood why) {
    if (flood_ == TlsFlood::none) {
        flood_ = why;
        wire_.stop();
    }
}

// Nobody will ask for the error that OpenSSL has left.
Want Session::end_of_flood() {
    ERR_clear_error();
    return flushed_or(Want::failed);
}

// A call that gave no plaintext.
Want Session::judged(Want next) {
    if (next == Want::readable && wire_.taken() > kSilentBytesMax) {
        stop(TlsFlood::bytes);
    }
    if (next == Want::nothing) {
        wire_.forget_taken();  // the handshake is over
    }
    return flood_ != TlsFlood::none ? Want::failed : next;
}

// TLS 1.2 asks ticket_allowed() when it seals one, TLS 1.3 counts.
void Session::allow_ticket(bool allowed) {
    ticket_allowed_ = allowed;
    SSL_set_num_tickets(ssl_.get(), allowed ? 1 : 0);
}

// What was written on the way must leave before anything is waited for.
Want Session::flushed_or(Want next) {
    const Want flushed = flush();
    const bool final = next == Want::closed || next == Want::failed;
    return final || flushed == Want::nothing ? next : flushed;
}

Want Session::want(int result) {
    if (result > 0) {
        return Want::nothing;
    }
    const int error = SSL_get_error(ssl_.get(), result);
    switch (error) {
        case SSL_ERROR_WANT_READ:
            return Want::readable;
        case SSL_ERROR_WANT_WRITE:
            return Want::writable;
        case SSL_ERROR_ZERO_RETURN:
            return Want::closed;
        default:
            note_trouble();
            return Want::failed;
    }
}

void Session::note_trouble() {
    const unsigned long error = ERR_peek_error();
    const char* const text = distrusted()
                                 ? X509_verify_cert_error_string(SSL_get_verify_result(ssl_.get()))
                                 : ERR_reason_error_string(error);
    trouble_ = text != nullptr ? std::string_view{text} : std::string_view{};
    alerted_ = ERR_GET_LIB(error) == ERR_LIB_SSL && ERR_GET_REASON(error) > SSL_AD_REASON_OFFSET;
    // The queue belongs to the thread: what is left in it would be taken for the next connection's
    // error.
    ERR_clear_error();
}

}  // namespace portcullis::tls
