#include "tests/support/raw_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace portcullis::test {

namespace {

using Clock = std::chrono::steady_clock;

// A blocking call on the socket gives up (EAGAIN) after this long; zero would mean never.
void bound(int fd, int option, Timeout timeout) {
    const auto millis = std::max<Timeout::rep>(timeout.count(), 1);
    const timeval value{millis / 1000, (millis % 1000) * 1000};
    ::setsockopt(fd, SOL_SOCKET, option, &value, sizeof value);
}

bool connect_to(int fd, const std::string& address, std::uint16_t port) {
    sockaddr_in6 v6{};
    sockaddr_in v4{};
    if (::inet_pton(AF_INET6, address.c_str(), &v6.sin6_addr) == 1) {
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(port);
        return ::connect(fd, reinterpret_cast<const sockaddr*>(&v6), sizeof v6) == 0;
    }
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    ::inet_pton(AF_INET, address.c_str(), &v4.sin_addr);
    return ::connect(fd, reinterpret_cast<const sockaddr*>(&v4), sizeof v4) == 0;
}

void trust(SSL_CTX& context, const std::string& ca_pem) {
    const Handle<BIO, BIO_free> bio{
        BIO_new_mem_buf(ca_pem.data(), static_cast<int>(ca_pem.size()))};
    const Handle<X509, X509_free> ca{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)};
    if (!ca || X509_STORE_add_cert(SSL_CTX_get_cert_store(&context), ca.get()) != 1) {
        throw std::runtime_error{"the test's CA is not a certificate"};
    }
    SSL_CTX_set_verify(&context, SSL_VERIFY_PEER, nullptr);
}

// Length-prefixed names, as TLS writes them (RFC 7301, 3.1).
std::string alpn_wire(const std::vector<std::string>& names) {
    std::string wire;
    for (const std::string& name : names) {
        wire += static_cast<char>(name.size());
        wire += name;
    }
    return wire;
}

void configure(SSL_CTX& context, SSL& ssl, const TlsWanted& wanted) {
    SSL_set_min_proto_version(&ssl, wanted.version_min);
    SSL_set_max_proto_version(&ssl, wanted.version_max);
    if (!wanted.server_name.empty()) {
        SSL_set_tlsext_host_name(&ssl, wanted.server_name.c_str());
    }
    if (!wanted.ca_pem.empty()) {
        trust(context, wanted.ca_pem);
        SSL_set_verify(&ssl, SSL_VERIFY_PEER, nullptr);
        SSL_set1_host(&ssl, wanted.server_name.c_str());
        X509_VERIFY_PARAM_set1(SSL_get0_param(&ssl), SSL_CTX_get0_param(&context));
    }
    if (!wanted.cipher_list.empty()) {
        SSL_set_cipher_list(&ssl, wanted.cipher_list.c_str());
    }
    const std::string alpn = alpn_wire(wanted.alpn);
    if (!alpn.empty()) {
        SSL_set_alpn_protos(&ssl, reinterpret_cast<const unsigned char*>(alpn.data()),
                            static_cast<unsigned>(alpn.size()));
    }
    if (wanted.session != nullptr) {
        SSL_set_session(&ssl, wanted.session);
    }
}

}  // namespace

RawClient RawClient::plain(std::uint16_t port, const std::string& address) {
    RawClient client;
    const int family = address.find(':') == std::string::npos ? AF_INET : AF_INET6;
    client.socket_ = Fd{::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    bound(client.socket_.get(), SO_SNDTIMEO, kPatience);  // bounds connect(2) too
    client.connected_ = connect_to(client.socket_.get(), address, port);
    if (!client.connected_) {
        client.error_ = std::strerror(errno);
    }
    return client;
}

RawClient RawClient::tls(std::uint16_t port, const TlsWanted& wanted, const std::string& address) {
    RawClient client = plain(port, address);
    if (!client.connected_) {
        return client;
    }
    bound(client.socket_.get(), SO_RCVTIMEO, kPatience);
    client.context_.reset(SSL_CTX_new(TLS_client_method()));
    client.ssl_.reset(SSL_new(client.context_.get()));
    SSL_set_fd(client.ssl_.get(), client.socket_.get());
    configure(*client.context_, *client.ssl_, wanted);
    ERR_clear_error();
    const int result = SSL_connect(client.ssl_.get());
    client.connected_ = result == 1;
    if (result != 1) {
        client.note_failure(result);
    }
    return client;
}

bool RawClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        std::size_t sent = 0;
        if (ssl_) {
            ERR_clear_error();
            if (const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &sent);
                result != 1) {
                note_failure(result);
                return false;
            }
        } else {
            const ssize_t result = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (result < 0) {
                error_ = std::strerror(errno);
                return false;
            }
            sent = static_cast<std::size_t>(result);
        }
        bytes.remove_prefix(sent);
    }
    return true;
}

// One read into the buffer; false at the end of the other side's bytes or of the time.
bool RawClient::receive(Timeout timeout) {
    if (end_ != End::open || timeout <= Timeout::zero()) {
        return false;
    }
    bound(socket_.get(), SO_RCVTIMEO, timeout);
    std::array<char, 65536> bytes;
    if (ssl_) {
        ERR_clear_error();
        std::size_t size = 0;
        if (const int result = SSL_read_ex(ssl_.get(), bytes.data(), bytes.size(), &size);
            result != 1) {
            note_failure(result);
            return false;
        }
        buffer_.append(bytes.data(), size);
        return true;
    }
    const ssize_t size = ::recv(socket_.get(), bytes.data(), bytes.size(), 0);
    if (size > 0) {
        buffer_.append(bytes.data(), static_cast<std::size_t>(size));
    } else if (size == 0) {
        end_ = End::clean;
    } else if (errno != EAGAIN) {
        error_ = std::strerror(errno);
        end_ = End::reset;
    }
    return size > 0;
}

void RawClient::note_failure(int result) {
    const int system_error = errno;
    const int kind = SSL_get_error(ssl_.get(), result);
    const unsigned long code = ERR_get_error();
    if (kind == SSL_ERROR_WANT_READ || kind == SSL_ERROR_WANT_WRITE) {
        error_ = "timed out";
        return;
    }
    if (kind == SSL_ERROR_ZERO_RETURN) {
        end_ = End::clean;
        return;
    }
    const bool truncated = code != 0 && ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING;
    end_ = truncated                                ? End::truncated
           : kind == SSL_ERROR_SYSCALL && code == 0 ? End::reset
                                                    : End::truncated;
    const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
    error_ = reason != nullptr ? reason : std::strerror(system_error);
}

std::string RawClient::take(std::size_t size) {
    std::string taken = buffer_.substr(0, size);
    buffer_.erase(0, taken.size());
    return taken;
}

std::string RawClient::read_until(std::string_view mark, Timeout timeout) {
    const auto deadline = Clock::now() + timeout;
    for (;;) {
        if (const std::size_t at = buffer_.find(mark); at != std::string::npos) {
            return take(at + mark.size());
        }
        if (!receive(std::chrono::duration_cast<Timeout>(deadline - Clock::now()))) {
            return take(buffer_.size());
        }
    }
}

std::string RawClient::read(std::size_t size, Timeout timeout) {
    const auto deadline = Clock::now() + timeout;
    while (buffer_.size() < size &&
           receive(std::chrono::duration_cast<Timeout>(deadline - Clock::now()))) {
    }
    return take(size);
}

std::string RawClient::read_to_end(Timeout timeout) {
    const auto deadline = Clock::now() + timeout;
    while (receive(std::chrono::duration_cast<Timeout>(deadline - Clock::now()))) {
    }
    return take(buffer_.size());
}

void RawClient::close_notify() {
    SSL_shutdown(ssl_.get());
}

void RawClient::shutdown_write() {
    ::shutdown(socket_.get(), SHUT_WR);
}

void RawClient::reset() {
    const linger now{1, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
    ssl_.reset();
    socket_.reset();
}

int RawClient::version() const {
    return SSL_version(ssl_.get());
}

std::string RawClient::alpn() const {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl_.get(), &name, &size);
    return {reinterpret_cast<const char*>(name), size};
}

std::string RawClient::cipher() const {
    return SSL_get_cipher_name(ssl_.get());
}

bool RawClient::resumed() const {
    return SSL_session_reused(ssl_.get()) == 1;
}

std::vector<std::string> RawClient::certificate_names() const {
    std::vector<std::string> result;
    const Handle<X509, X509_free> certificate{SSL_get1_peer_certificate(ssl_.get())};
    const Handle<GENERAL_NAMES, GENERAL_NAMES_free> names{static_cast<GENERAL_NAMES*>(
        certificate ? X509_get_ext_d2i(certificate.get(), NID_subject_alt_name, nullptr, nullptr)
                    : nullptr)};
    for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
        const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
        if (name->type == GEN_DNS) {
            result.emplace_back(
                reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName)),
                static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName)));
        }
    }
    return result;
}

TlsSession RawClient::session() const {
    return TlsSession{SSL_get1_session(ssl_.get())};
}

}  // namespace portcullis::test
