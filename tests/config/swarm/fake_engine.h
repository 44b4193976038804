// A Docker Engine that answers as a test says, also badly: on a unix socket, or on a port of
// 127.0.0.1 with TLS that demands a client's certificate. It runs on the test's io_context.
#pragma once

#include "tests/support/temp_dir.h"
#include "tests/support/test_ca.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace portcullis::test {

struct FakeReply {
    enum class Way : std::uint8_t {
        whole,
        hanging,  // nothing comes
        cut,      // half of the body, then the end
        endless,  // the body's lines, and what FakeEngine::tell() adds
    };
    unsigned status = 200;
    std::string body;
    Way way = Way::whole;
};

class FakeEngine {
  public:
    explicit FakeEngine(boost::asio::io_context& io);
    // By TLS, with a certificate for these names.
    FakeEngine(boost::asio::io_context& io, const TestCa& ca, const std::string& name);
    FakeEngine(const FakeEngine&) = delete;
    FakeEngine& operator=(const FakeEngine&) = delete;

    // What is asked for by its path without the version ("/tasks"), or with its query
    // ("/tasks?filters=..."), which goes first; others are answered 404. "/_ping" is there.
    std::map<std::string, FakeReply> replies;
    std::string version = "1.41";    // in every answer
    bool keep_alive = true;          // false: closes after each answer, without saying so
    std::vector<std::string> asked;  // targets, with version and query, decoded
    std::size_t connections = 0;

    // A line to all that listen to an endless answer.
    void tell(const std::string& line);
    // Closes all connections; and does not listen any more, until listen().
    void stop();
    void listen();

    [[nodiscard]] std::string docker() const;  // as discovery.docker says it

  private:
    struct Open;  // one connection

    boost::asio::awaitable<void> accept_unix();
    boost::asio::awaitable<void> accept_tcp();
    boost::asio::awaitable<void> greet(
        std::shared_ptr<boost::asio::ssl::stream<boost::asio::ip::tcp::socket>> stream);
    template <class Stream>
    boost::asio::awaitable<void> serve(std::shared_ptr<Stream> stream);
    FakeReply reply_to(const std::string& target);

    boost::asio::io_context& io_;
    TempDir dir_;
    boost::asio::local::stream_protocol::acceptor unix_;
    boost::asio::ip::tcp::acceptor tcp_;
    std::unique_ptr<boost::asio::ssl::context> tls_;
    std::vector<std::weak_ptr<Open>> open_;
};

}  // namespace portcullis::test
