#include "tests/config/swarm/fake_engine.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <fmt/format.h>

namespace portcullis::test {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using Unix = asio::local::stream_protocol;
using Tcp = asio::ip::tcp;
using Way = FakeReply::Way;

constexpr auto kToken = asio::as_tuple(asio::use_awaitable);

std::string decoded(std::string_view target) {
    std::string text;
    for (std::size_t i = 0; i < target.size(); ++i) {
        const bool escape = target[i] == '%' && i + 2 < target.size();
        text +=
            escape ? static_cast<char>(std::stoi(std::string{target.substr(i + 1, 2)}, nullptr, 16))
                   : target[i];
        i += escape ? 2 : 0;
    }
    return text;
}

std::string chunk(const std::string& line) {
    return fmt::format("{:x}\r\n{}\n\r\n", line.size() + 1, line);
}

std::string bytes_of(const FakeReply& reply, const std::string& version) {
    const std::string head =
        fmt::format("HTTP/1.1 {} Said\r\nApi-Version: {}\r\n", reply.status, version);
    if (reply.way == Way::endless) {
        return head + "Transfer-Encoding: chunked\r\n\r\n" +
               (reply.body.empty() ? "" : chunk(reply.body));
    }
    const std::size_t size = reply.way == Way::cut ? reply.body.size() / 2 : reply.body.size();
    return head + fmt::format("Content-Length: {}\r\n\r\n", reply.body.size()) +
           reply.body.substr(0, size);
}

}  // namespace

struct FakeEngine::Open {
    std::function<void(const std::string&)> write;
    std::function<void()> close;
    bool endless = false;
};

FakeEngine::FakeEngine(asio::io_context& io) : io_{io}, unix_{io}, tcp_{io} {
    listen();
}

FakeEngine::FakeEngine(asio::io_context& io, const TestCa& ca, const std::string& name)
    : io_{io},
      unix_{io},
      tcp_{io},
      tls_{std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server)} {
    const IssuedFiles files = ca.issue_into(dir_, "engine", {.names = {name}});
    tls_->use_certificate_chain_file(files.certificate.string());
    tls_->use_private_key_file(files.key.string(), asio::ssl::context::pem);
    tls_->load_verify_file(ca.write_into(dir_).string());
    tls_->set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert);
    listen();
}

void FakeEngine::listen() {
    std::filesystem::remove(dir_.path() / "docker.sock");
    if (tls_) {
        tcp_ = Tcp::acceptor{io_, Tcp::endpoint{asio::ip::address_v4::loopback(), 0}};
        asio::co_spawn(io_, accept_tcp(), asio::detached);
    } else {
        unix_ = Unix::acceptor{io_, Unix::endpoint{(dir_.path() / "docker.sock").string()}};
        asio::co_spawn(io_, accept_unix(), asio::detached);
    }
}

void FakeEngine::stop() {
    boost::system::error_code ignored;
    unix_.close(ignored);
    tcp_.close(ignored);
    for (const auto& weak : open_) {
        if (const auto open = weak.lock()) {
            open->close();
        }
    }
    open_.clear();
}

void FakeEngine::tell(const std::string& line) {
    for (const auto& weak : open_) {
        if (const auto open = weak.lock(); open && open->endless) {
            open->write(chunk(line));
        }
    }
}

std::string FakeEngine::docker() const {
    return tls_ ? fmt::format("tcp://127.0.0.1:{}", tcp_.local_endpoint().port())
                : "unix://" + (dir_.path() / "docker.sock").string();
}

asio::awaitable<void> FakeEngine::accept_unix() {
    for (;;) {
        auto stream = std::make_shared<Unix::socket>(io_);
        const auto [error] = co_await unix_.async_accept(*stream, kToken);
        if (error) {
            co_return;
        }
        asio::co_spawn(io_, serve(std::move(stream)), asio::detached);
    }
}

asio::awaitable<void> FakeEngine::accept_tcp() {
    for (;;) {
        auto stream = std::make_shared<asio::ssl::stream<Tcp::socket>>(io_, *tls_);
        const auto [error] = co_await tcp_.async_accept(stream->next_layer(), kToken);
        if (error) {
            co_return;
        }
        asio::co_spawn(io_, greet(std::move(stream)), asio::detached);
    }
}

asio::awaitable<void> FakeEngine::greet(std::shared_ptr<asio::ssl::stream<Tcp::socket>> stream) {
    const auto [error] = co_await stream->async_handshake(asio::ssl::stream_base::server, kToken);
    if (!error) {
        co_await serve(std::move(stream));
    }
}

template <class Stream>
asio::awaitable<void> FakeEngine::serve(std::shared_ptr<Stream> stream) {
    ++connections;
    const auto open = std::make_shared<Open>();
    open->write = [stream](const std::string& bytes) {
        boost::system::error_code ignored;
        asio::write(*stream, asio::buffer(bytes), ignored);
    };
    open->close = [stream] {
        boost::system::error_code ignored;
        stream->lowest_layer().close(ignored);
    };
    open_.push_back(open);
    boost::beast::flat_buffer buffer;
    for (;;) {
        http::request<http::string_body> request;
        const auto [error, size] = co_await http::async_read(*stream, buffer, request, kToken);
        if (error) {
            co_return;
        }
        const FakeReply reply = reply_to(std::string{request.target()});
        open->endless = reply.way == Way::endless;
        if (reply.way != Way::hanging) {
            const std::string bytes = bytes_of(reply, version);
            co_await asio::async_write(*stream, asio::buffer(bytes), kToken);
        }
        if (reply.way == Way::cut || (reply.way == Way::whole && !keep_alive)) {
            open->close();
            co_return;
        }
    }
}

// "/v1.41/tasks?filters=..." is looked for as a whole, then as "/tasks".
FakeReply FakeEngine::reply_to(const std::string& target) {
    asked.push_back(decoded(target));
    std::string name = asked.back();
    if (name.starts_with("/v1.")) {
        name = name.substr(name.find('/', 1));
    }
    for (const std::string& key : {name, name.substr(0, name.find('?'))}) {
        if (const auto found = replies.find(key); found != replies.end()) {
            return found->second;
        }
    }
    return name == "/_ping" ? FakeReply{200, "OK"}
                            : FakeReply{404, R"({"message":"page not found"})"};
}

}  // namespace portcullis::test
