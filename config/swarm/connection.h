// One connection to a Docker Engine, over its unix socket or over TCP and TLS with both sides
// verified. One operation at a time; each ends at the deadline, which closes the connection. On the
// io_context's thread.
#pragma once

#include "base/result.h"
#include "config/discovery_model.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include <memory>
#include <string>
#include <variant>

namespace portcullis::swarm {

// Where an engine is, and how it is spoken to.
struct EnginePlace {
    std::string unix_socket;  // its path; empty: the other three
    std::string host;
    std::string port;
    std::shared_ptr<boost::asio::ssl::context> tls;
};

// docker is an entry of discovery.docker. Reads the certificates that tls names.
Result<EnginePlace> engine_place(std::string_view docker, const DockerTls& tls);

class Connection {
  public:
    using Code = boost::system::error_code;
    using Request = boost::beast::http::request<boost::beast::http::empty_body>;
    using Parser = boost::beast::http::response_parser<boost::beast::http::string_body>;

    Connection(boost::asio::io_context& io, const EnginePlace& place);

    // For all that follows, until the next call; beast::error::timeout tells that it has passed.
    void set_deadline(Duration from_now);
    void clear_deadline();

    boost::asio::awaitable<Code> connect();
    boost::asio::awaitable<Code> write(const Request& request);
    boost::asio::awaitable<Code> read(Parser& parser);
    boost::asio::awaitable<Code> read_header(Parser& parser);
    // Some of the body, at least a byte of it.
    boost::asio::awaitable<Code> read_some(Parser& parser);

    // Pending operations end with an error.
    void close();

  private:
    using Unix = boost::beast::basic_stream<boost::asio::local::stream_protocol>;
    using Tls = boost::beast::ssl_stream<boost::beast::tcp_stream>;

    static std::variant<Unix, Tls> make(boost::asio::io_context& io, const EnginePlace& place);
    boost::asio::awaitable<Code> connect_unix(Unix& stream);
    boost::asio::awaitable<Code> connect_tls(Tls& stream);

    boost::asio::io_context& io_;
    const EnginePlace place_;
    std::variant<Unix, Tls> stream_;
    boost::beast::flat_buffer buffer_;
};

}  // namespace portcullis::swarm
