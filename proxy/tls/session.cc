#include "proxy/tls/session.h"

#include "base/check.h"

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
    SSL_set_accept_state(ssl_.get());
}

Want Session::handshake() {
    const Want next = want(SSL_do_handshake(ssl_.get()));
    return flushed_or(next);
}

Progress Session::read(std::span<char> into) {
    const int count = SSL_read(ssl_.get(), into.data(), int_size(into.size()));
    if (count > 0) {
        return {static_cast<std::size_t>(count), Want::nothing};
    }
    // Reading may have written: an alert, or the answer to a KeyUpdate.
    return {0, flushed_or(want(count))};
}

Want Session::send(std::string_view first, std::string_view second) {
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
    const int result = SSL_shutdown(ssl_.get());
    return flushed_or(result >= 0 ? Want::nothing : want(result));
}

bool Session::has_pending() const {
    return SSL_has_pending(ssl_.get()) == 1;
}

Want Session::peek() {
    char byte = 0;
    const int count = SSL_peek(ssl_.get(), &byte, 1);
    return count > 0 ? Want::nothing : flushed_or(want(count));
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
            // The queue belongs to the thread: what is left in it would be taken for the next
            // connection's error.
            ERR_clear_error();
            return Want::failed;
    }
}

}  // namespace portcullis::tls
