#include "tests/support/tls_peer.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <array>

namespace portcullis::test {

TlsPeer::TlsPeer(const std::string& server_name, const Setup& setup)
    : context_{SSL_CTX_new(TLS_client_method())}, ssl_{SSL_new(context_.get())} {
    SSL_CTX_set_session_cache_mode(context_.get(),
                                   SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context_.get(), on_session);
    SSL_set_app_data(ssl_.get(), this);
    SSL_set_info_callback(ssl_.get(), on_info);
    SSL_set_msg_callback(ssl_.get(), on_message);
    SSL_set_msg_callback_arg(ssl_.get(), this);
    SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    if (!server_name.empty()) {
        SSL_set_tlsext_host_name(ssl_.get(), server_name.c_str());
    }
    if (setup) {
        setup(ssl_.get());
    }
    SSL_set_connect_state(ssl_.get());
}

bool TlsPeer::handshake() {
    ERR_clear_error();
    const bool done = SSL_do_handshake(ssl_.get()) == 1;
    ERR_clear_error();
    return done;
}

void TlsPeer::write(std::string_view plaintext) {
    SSL_write(ssl_.get(), plaintext.data(), static_cast<int>(plaintext.size()));
}

void TlsPeer::close_notify() {
    SSL_shutdown(ssl_.get());
}

std::string TlsPeer::read() {
    std::string all;
    std::array<char, 16384> block;
    ERR_clear_error();
    for (int count;
         (count = SSL_read(ssl_.get(), block.data(), static_cast<int>(block.size()))) > 0;) {
        all.append(block.data(), static_cast<std::size_t>(count));
    }
    ERR_clear_error();
    return all;
}

void TlsPeer::feed(std::string_view ciphertext) {
    if (!ciphertext.empty()) {
        BIO_write(SSL_get_rbio(ssl_.get()), ciphertext.data(), static_cast<int>(ciphertext.size()));
    }
}

std::string TlsPeer::take_output() {
    std::string all(BIO_ctrl_pending(SSL_get_wbio(ssl_.get())), '\0');
    if (!all.empty()) {
        BIO_read(SSL_get_wbio(ssl_.get()), all.data(), static_cast<int>(all.size()));
    }
    return all;
}

bool TlsPeer::got_close_notify() const {
    return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
}

int TlsPeer::certificate_type() const {
    const X509* const certificate = SSL_get0_peer_certificate(ssl_.get());
    return certificate == nullptr ? 0 : EVP_PKEY_get_base_id(X509_get0_pubkey(certificate));
}

bool TlsPeer::certificate_names(const std::string& name) const {
    X509* const certificate = SSL_get0_peer_certificate(ssl_.get());
    return certificate != nullptr &&
           X509_check_host(certificate, name.c_str(), name.size(), 0, nullptr) == 1;
}

void TlsPeer::on_info(const SSL* ssl, int where, int value) {
    constexpr int kReadAlert = SSL_CB_READ_ALERT;
    if ((where & kReadAlert) == kReadAlert && (value >> 8) == SSL3_AL_FATAL) {
        static_cast<TlsPeer*>(SSL_get_app_data(ssl))->alert_ = value & 0xff;
    }
}

void TlsPeer::on_message(int sent, int, int type, const void* bytes, std::size_t size, SSL*,
                         void* self) {
    const bool handshake = sent == 0 && type == SSL3_RT_HANDSHAKE && size > 0;
    if (handshake && *static_cast<const unsigned char*>(bytes) == SSL3_MT_NEWSESSION_TICKET) {
        ++static_cast<TlsPeer*>(self)->tickets_;
    }
}

int TlsPeer::on_session(SSL* ssl, SSL_SESSION* session) {
    auto& self = *static_cast<TlsPeer*>(SSL_get_app_data(ssl));
    self.session_.reset(session);
    return 1;  // we own it now
}

}  // namespace portcullis::test
