#include "config/swarm/connection.h"

#include "config/types/address.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

#include <openssl/err.h>

namespace portcullis::swarm {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace ssl = boost::asio::ssl;
using Code = Connection::Code;

constexpr std::string_view kUnix = "unix://";
constexpr std::string_view kTcp = "tcp://";
constexpr auto kToken = asio::as_tuple(asio::use_awaitable);

Result<std::shared_ptr<ssl::context>> tls_context(const DockerTls& files) {
    auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
    SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
    Code error;
    const auto failed = [&](const char* option, const std::filesystem::path& file) {
        ERR_clear_error();
        return failure(std::string{"discovery.tls."} + option + ": cannot use " + file.string() +
                       ": " + error.message());
    };
    context->set_verify_mode(ssl::verify_peer, error);
    if (context->load_verify_file(files.ca.string(), error)) {
        return failed("ca", files.ca);
    }
    if (context->use_certificate_chain_file(files.certificate.string(), error)) {
        return failed("certificate", files.certificate);
    }
    if (context->use_private_key_file(files.key.string(), ssl::context::pem, error)) {
        return failed("key", files.key);
    }
    return context;
}

template <class Stream>
asio::awaitable<Code> write_to(Stream& stream, const Connection::Request& request) {
    const auto [error, bytes] = co_await beast::http::async_write(stream, request, kToken);
    co_return error;
}

template <class Stream>
asio::awaitable<Code> read_from(Stream& stream, beast::flat_buffer& buffer,
                                Connection::Parser& parser) {
    const auto [error, bytes] = co_await beast::http::async_read(stream, buffer, parser, kToken);
    co_return error;
}

template <class Stream>
asio::awaitable<Code> read_header_from(Stream& stream, beast::flat_buffer& buffer,
                                       Connection::Parser& parser) {
    const auto [error, bytes] =
        co_await beast::http::async_read_header(stream, buffer, parser, kToken);
    co_return error;
}

template <class Stream>
asio::awaitable<Code> read_some_from(Stream& stream, beast::flat_buffer& buffer,
                                     Connection::Parser& parser) {
    const auto [error, bytes] =
        co_await beast::http::async_read_some(stream, buffer, parser, kToken);
    co_return error;
}

}  // namespace

Result<EnginePlace> engine_place(std::string_view docker, const DockerTls& tls) {
    if (docker.starts_with(kUnix)) {
        return EnginePlace{std::string{docker.substr(kUnix.size())}, {}, {}, {}};
    }
    auto context = tls_context(tls);
    if (!context) {
        return context.error();
    }
    std::string host{docker.substr(kTcp.size())};
    const std::size_t colon = host.rfind(':');
    const std::string port = host.substr(colon + 1);
    host.resize(colon);
    if (host.starts_with('[') && host.ends_with(']')) {
        host = host.substr(1, host.size() - 2);
    }
    return EnginePlace{{}, host, port, std::move(*context)};
}

Connection::Connection(asio::io_context& io, const EnginePlace& place)
    : io_{io}, place_{place}, stream_{make(io, place)} {}

std::variant<Connection::Unix, Connection::Tls> Connection::make(asio::io_context& io,
                                                                 const EnginePlace& place) {
    if (place.tls) {
        return std::variant<Unix, Tls>{std::in_place_type<Tls>, io, *place.tls};
    }
    return std::variant<Unix, Tls>{std::in_place_type<Unix>, io};
}

void Connection::set_deadline(Duration from_now) {
    std::visit([&](auto& stream) { beast::get_lowest_layer(stream).expires_after(from_now); },
               stream_);
}

void Connection::clear_deadline() {
    std::visit([](auto& stream) { beast::get_lowest_layer(stream).expires_never(); }, stream_);
}

void Connection::close() {
    std::visit([](auto& stream) { beast::get_lowest_layer(stream).close(); }, stream_);
}

asio::awaitable<Code> Connection::connect() {
    return place_.tls ? connect_tls(std::get<Tls>(stream_)) : connect_unix(std::get<Unix>(stream_));
}

asio::awaitable<Code> Connection::connect_unix(Unix& stream) {
    if (place_.unix_socket.size() > 107) {  // sun_path of unix(7)
        co_return Code{ENAMETOOLONG, boost::system::system_category()};
    }
    const asio::local::stream_protocol::endpoint endpoint{place_.unix_socket};
    const auto [error] = co_await stream.async_connect(endpoint, kToken);
    co_return error;
}

asio::awaitable<Code> Connection::connect_tls(Tls& stream) {
    asio::ip::tcp::resolver resolver{io_};
    const auto [unresolved, endpoints] =
        co_await resolver.async_resolve(place_.host, place_.port, kToken);
    if (unresolved) {
        co_return unresolved;
    }
    auto& socket = beast::get_lowest_layer(stream);
    const auto [refused, endpoint] = co_await socket.async_connect(endpoints, kToken);
    if (refused) {
        co_return refused;
    }
    Code ignored;
    socket.socket().set_option(asio::socket_base::keep_alive{true}, ignored);
    if (!IpAddress::parse(place_.host)) {
        SSL_set_tlsext_host_name(stream.native_handle(), place_.host.c_str());
    }
    Code error;
    stream.set_verify_callback(ssl::host_name_verification{place_.host}, error);
    if (error) {
        co_return error;
    }
    const auto [failed] = co_await stream.async_handshake(ssl::stream_base::client, kToken);
    ERR_clear_error();
    co_return failed;
}

asio::awaitable<Code> Connection::write(const Request& request) {
    return std::visit([&](auto& stream) { return write_to(stream, request); }, stream_);
}

asio::awaitable<Code> Connection::read(Parser& parser) {
    return std::visit([&](auto& stream) { return read_from(stream, buffer_, parser); }, stream_);
}

asio::awaitable<Code> Connection::read_header(Parser& parser) {
    return std::visit([&](auto& stream) { return read_header_from(stream, buffer_, parser); },
                      stream_);
}

asio::awaitable<Code> Connection::read_some(Parser& parser) {
    return std::visit([&](auto& stream) { return read_some_from(stream, buffer_, parser); },
                      stream_);
}

}  // namespace portcullis::swarm
