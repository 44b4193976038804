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

Session::Session(SSL_CTX* context, int fd) : ssl_{SSL_new(context)} {
    CHECK(ssl_ && "out of memory for a TLS session");
    SSL_set_fd(ssl_.get(), fd);
    SSL_set_app_data(ssl_.get(), this);
    SSL_set_accept_state(ssl_.get());
}

Want Session::handshake() {
    return want(SSL_do_handshake(ssl_.get()));
}

Progress Session::read(std::span<char> into) {
    const int count = SSL_read(ssl_.get(), into.data(), int_size(into.size()));
    if (count > 0) {
        return {static_cast<std::size_t>(count), Want::nothing};
    }
    return {0, want(count)};
}

Progress Session::write(std::string_view bytes) {
    const int count = SSL_write(ssl_.get(), bytes.data(), int_size(bytes.size()));
    if (count > 0) {
        return {static_cast<std::size_t>(count), Want::nothing};
    }
    return {0, want(count)};
}

Want Session::shutdown() {
    const int result = SSL_shutdown(ssl_.get());
    return result >= 0 ? Want::nothing : want(result);
}

bool Session::has_pending() const {
    return SSL_has_pending(ssl_.get()) == 1;
}

Want Session::peek() {
    char byte = 0;
    const int count = SSL_peek(ssl_.get(), &byte, 1);
    return count > 0 ? Want::nothing : want(count);
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
