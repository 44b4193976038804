#include "firewall/agent/ask.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

namespace portcullis::firewall {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr std::size_t kAnswerBytesMax = 64U << 20U;  // all bans

}  // namespace

Result<AgentReply> ask(const std::filesystem::path& socket, std::string_view method,
                       std::string_view target, std::string body) {
    const auto failed = [&](const boost::system::error_code& error) {
        return failure("cannot ask the agent at " + socket.string() + ": " + error.message());
    };
    if (socket.native().size() > 107) {  // sun_path of unix(7)
        return failure("cannot ask the agent: " + socket.string() + " is too long for a socket");
    }
    boost::asio::io_context io{1};
    boost::asio::local::stream_protocol::socket stream{io};
    boost::system::error_code error;
    stream.connect({socket.string()}, error);
    if (error) {
        return failed(error);
    }
    http::request<http::string_body> request{
        http::string_to_verb({method.data(), method.size()}), {target.data(), target.size()}, 11};
    request.set(http::field::host, "agent");
    request.body() = std::move(body);
    request.prepare_payload();
    http::write(stream, request, error);
    if (error) {
        return failed(error);
    }
    beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(kAnswerBytesMax);
    http::read(stream, buffer, parser, error);
    if (error) {
        return failed(error);
    }
    return AgentReply{parser.get().result_int(), std::move(parser.get().body())};
}

}  // namespace portcullis::firewall
