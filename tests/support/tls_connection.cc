#include "tests/support/tls_connection.h"

#include "tests/support/eventually.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <stdexcept>
#include <utility>

namespace portcullis::test {

namespace {

using Bio = Handle<BIO, BIO_free_all>;

Bio text_bio(const std::string& text) {
    return Bio{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
}

Fd connect_to(std::uint16_t port) {
    Fd socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const timeval patience{std::chrono::duration_cast<std::chrono::seconds>(kPatience).count(), 0};
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    const int on = 1;
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        throw std::runtime_error{"nobody listens on port " + std::to_string(port)};
    }
    return socket;
}

void show(SSL* ssl, const Issued& issued, const std::string& intermediates) {
    const Handle<X509, X509_free> leaf{
        PEM_read_bio_X509(text_bio(issued.certificate_pem).get(), nullptr, nullptr, nullptr)};
    const Handle<EVP_PKEY, EVP_PKEY_free> key{
        PEM_read_bio_PrivateKey(text_bio(issued.key_pem).get(), nullptr, nullptr, nullptr)};
    SSL_use_certificate(ssl, leaf.get());
    SSL_use_PrivateKey(ssl, key.get());
    if (!intermediates.empty()) {
        const Handle<X509, X509_free> more{
            PEM_read_bio_X509(text_bio(intermediates).get(), nullptr, nullptr, nullptr)};
        SSL_add1_chain_cert(ssl, more.get());
    }
}

void prepare(SSL* ssl, const TlsConnection::Wanted& wanted) {
    SSL_set_min_proto_version(ssl, wanted.version);
    SSL_set_max_proto_version(ssl, wanted.version);
    if (!wanted.alpn.empty()) {
        std::string wire;
        for (const std::string& protocol : wanted.alpn) {
            wire += static_cast<char>(protocol.size()) + protocol;
        }
        SSL_set_alpn_protos(ssl, reinterpret_cast<const unsigned char*>(wire.data()),
                            static_cast<unsigned>(wire.size()));
    }
    if (wanted.shown) {
        show(ssl, *wanted.shown, wanted.intermediates);
    }
    if (wanted.ticket != nullptr) {
        SSL_set_session(ssl, wanted.ticket);
    }
}

// One record's content in many records, each with a header of its own.
std::string in_records(std::string_view record, std::size_t each) {
    constexpr std::size_t kHeader = 5;
    std::string all;
    for (std::size_t at = kHeader; at < record.size(); at += each) {
        const std::string_view part = record.substr(at, each);
        all.append(record.substr(0, 3));
        all.push_back(static_cast<char>(part.size() >> 8U));
        all.push_back(static_cast<char>(part.size() & 0xffU));
        all.append(part);
    }
    return all;
}

}  // namespace

TlsConnection::TlsConnection(std::uint16_t port, const Wanted& wanted)
    : socket_{connect_to(port)}, peer_{std::make_unique<TlsPeer>(wanted.server_name, [&](SSL* ssl) {
          prepare(ssl, wanted);
      })} {
    established_ = peer_->handshake();
    flush(wanted.pieces);
    while (!established_ && !peer_->alert() && receive()) {
        established_ = peer_->handshake();
        flush(Pieces::whole);
    }
}

std::string TlsConnection::error() const {
    return peer_->alert() ? SSL_alert_desc_string_long(*peer_->alert()) : "closed, or too late";
}

TlsConnection::Answer TlsConnection::fetch(std::string_view request) {
    write(request);
    constexpr std::string_view kEnd = "\r\n\r\n";
    constexpr std::string_view kLength = "ontent-length: ";
    Answer answer;
    while (buffer_.find(kEnd) == std::string::npos) {
        if (!receive()) {
            return answer;
        }
        buffer_ += peer_->read();
    }
    const std::size_t end = buffer_.find(kEnd) + kEnd.size();
    answer.head = buffer_.substr(0, end);
    buffer_.erase(0, end);
    std::string lower = answer.head;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const std::size_t at = lower.find(kLength);
    const auto length = at == std::string::npos
                            ? 0
                            : std::strtoul(lower.c_str() + at + kLength.size(), nullptr, 10);
    while (buffer_.size() < length) {
        if (!receive()) {
            return answer;
        }
        buffer_ += peer_->read();
    }
    answer.body = buffer_.substr(0, length);
    buffer_.erase(0, length);
    answer.status = std::atoi(answer.head.c_str() + std::string_view{"HTTP/1.1 "}.size());
    return answer;
}

void TlsConnection::write(std::string_view bytes) {
    peer_->write(bytes);
    flush(Pieces::whole);
}

std::string TlsConnection::read() {
    std::string bytes = std::exchange(buffer_, {}) + peer_->read();
    while (bytes.empty() && receive()) {
        bytes = peer_->read();
    }
    return bytes;
}

std::string_view TlsConnection::alpn() const {
    const unsigned char* name = nullptr;
    unsigned length = 0;
    SSL_get0_alpn_selected(peer_->ssl(), &name, &length);
    return {reinterpret_cast<const char*>(name), length};
}

TlsTicket TlsConnection::take_ticket() {
    SSL_SESSION* const session = peer_->session();
    if (session == nullptr) {
        return nullptr;
    }
    SSL_SESSION_up_ref(session);
    SSL_set_shutdown(peer_->ssl(), SSL_SENT_SHUTDOWN);  // or OpenSSL thinks ill of the session
    return TlsTicket{session};
}

void TlsConnection::flush(Pieces pieces) {
    std::string bytes = peer_->take_output();
    if (pieces == Pieces::records && !bytes.empty()) {
        bytes = in_records(bytes, 7);
    }
    const std::size_t each = pieces == Pieces::segments ? 1 : bytes.size();
    for (std::size_t at = 0; at < bytes.size(); at += each) {
        const std::string_view part = std::string_view{bytes}.substr(at, each);
        ::send(socket_.get(), part.data(), part.size(), MSG_NOSIGNAL);
    }
}

bool TlsConnection::receive() {
    std::array<char, 65536> block;
    const ssize_t count = ::recv(socket_.get(), block.data(), block.size(), 0);
    if (count > 0) {
        peer_->feed({block.data(), static_cast<std::size_t>(count)});
    }
    return count > 0;
}

}  // namespace portcullis::test
