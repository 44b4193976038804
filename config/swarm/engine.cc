#include "config/swarm/engine.h"

#include "base/check.h"
#include "config/swarm/answers.h"
#include "config/types/quote.h"

#include <boost/beast/core/error.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/verb.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace portcullis::swarm {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr unsigned kBadRequest = 400;
constexpr std::uint32_t kHeaderBytesMax = 64U << 10U;

// The minor number of "1.41"; 0 when it is none.
int minor_of(std::string_view version) {
    constexpr std::string_view kMajor = "1.";
    int minor = 0;
    if (version.starts_with(kMajor)) {
        std::from_chars(version.data() + kMajor.size(), version.data() + version.size(), minor);
    }
    return minor;
}

Trouble trouble_of(const boost::system::error_code& error) {
    return error == beast::error::timeout     ? Trouble::timeout
           : error == http::error::body_limit ? Trouble::too_long
           : error.category() == http::make_error_code(http::error::end_of_stream).category()
               ? Trouble::cut
           : error == asio::error::eof || error == asio::error::connection_reset ||
                   error == asio::error::broken_pipe
               ? Trouble::cut
               : Trouble::unreachable;
}

// Hands over each whole line; false when what is left is too long for one.
bool take_lines(std::string& pending, const Watcher& watcher) {
    std::size_t start = 0;
    for (std::size_t end = 0; (end = pending.find('\n', start)) != std::string::npos;
         start = end + 1) {
        const auto line = std::string_view{pending}.substr(start, end - start);
        if (line.find_first_not_of(" \r") != std::string_view::npos) {
            watcher.event(line);
        }
    }
    pending.erase(0, start);
    return pending.size() <= kEventBytesMax;
}

}  // namespace

std::string_view name(Trouble trouble) {
    constexpr std::array<std::string_view, kTroubles> names{
        "none", "unreachable", "timeout", "cut", "too_long", "refused", "version", "malformed"};
    return names.at(static_cast<std::size_t>(trouble));
}

asio::awaitable<Answer> Engine::ask(std::string target) {
    CHECK(!asking_ && "one question at a time");
    asking_ = true;
    Answer answer;
    if (version_.empty()) {
        answer = co_await agree();
    }
    if (answer.good()) {
        target.insert(0, "/v" + version_);
        answer = co_await get(std::move(target));
    }
    asking_ = false;
    // Another program may listen there the next time.
    if (!answer.good() && answer.trouble != Trouble::refused) {
        version_.clear();
    }
    co_return answer;
}

asio::awaitable<Answer> Engine::agree() {
    std::string target = "/_ping";
    Answer answer = co_await get(std::move(target));
    if (!answer.good()) {
        co_return answer;
    }
    const int newest = minor_of(newest_);
    if (newest < kApiOldest) {
        co_return Answer{Trouble::version, answer.status,
                         "the Docker Engine speaks API " +
                             (newest_.empty() ? "of no version" : printable(newest_)) +
                             "; 1.41 is needed, which Docker 20.10 has"};
    }
    version_ = "1." + std::to_string(std::min(newest, kApiNewest));
    co_return answer;
}

// What was kept open may have been closed by the engine meanwhile: that is no failure yet.
asio::awaitable<Answer> Engine::get(std::string target) {
    const bool kept = connection_ != nullptr;
    Answer answer = co_await get_once(target);
    const bool again = kept && !closed_ &&
                       (answer.trouble == Trouble::cut || answer.trouble == Trouble::unreachable);
    if (again) {
        answer = co_await get_once(target);
    }
    co_return answer;
}

asio::awaitable<Answer> Engine::get_once(std::string target) {
    Connection::Parser parser;
    parser.body_limit(kAnswerBytesMax);
    parser.header_limit(kHeaderBytesMax);
    const Code error = co_await exchange(parser, target);
    if (error) {
        connection_.reset();
        co_return failed(target, error);
    }
    auto& message = parser.get();
    if (!message.keep_alive()) {
        connection_.reset();
    }
    newest_ = std::string{message["Api-Version"]};
    co_return judged(target, message.result_int(), std::move(message.body()));
}

asio::awaitable<Connection::Code> Engine::exchange(Connection::Parser& parser, std::string target) {
    if (closed_) {
        co_return asio::error::operation_aborted;
    }
    const bool kept = connection_ != nullptr;
    if (!kept) {
        connection_ = std::make_shared<Connection>(io_, place_);
    }
    const auto connection = connection_;  // also when close() lets go of it
    connection->set_deadline(timeout_);
    Code error;
    if (!kept) {
        error = co_await connection->connect();
    }
    if (!error) {
        const auto question = request(target);
        error = co_await connection->write(question);
    }
    if (!error) {
        error = co_await connection->read(parser);
    }
    connection->clear_deadline();
    co_return error;
}

asio::awaitable<Answer> Engine::watch(std::string target, Watcher watcher) {
    Answer answer{Trouble::version, 0, "no version of the API is agreed on yet"};
    if (version_.empty() || closed_) {
        co_return answer;
    }
    target.insert(0, "/v" + version_);
    const auto stream = std::make_shared<Connection>(io_, place_);
    stream_ = stream;
    Connection::Parser parser;
    parser.body_limit(boost::none);
    Code error = co_await open_stream(*stream, parser, target);
    if (!error && parser.get().result() != http::status::ok) {
        stream_.reset();
        co_return judged(target, parser.get().result_int(), {});
    }
    if (!error) {
        watcher.opened();
    }
    std::string pending;
    bool fits = true;
    while (!error && !parser.is_done() && fits) {
        error = co_await stream->read_some(parser);
        pending += std::exchange(parser.get().body(), {});
        fits = take_lines(pending, watcher);
    }
    stream_.reset();
    answer = failed(target, error ? error : Code{http::error::end_of_stream});
    if (!fits) {
        answer = {Trouble::too_long, 0, "the Docker Engine tells an event of more than 1 MiB"};
    }
    co_return answer;
}

asio::awaitable<Connection::Code> Engine::open_stream(Connection& stream,
                                                      Connection::Parser& parser,
                                                      std::string target) {
    stream.set_deadline(timeout_);
    Code error = co_await stream.connect();
    if (!error) {
        const auto question = request(target);
        error = co_await stream.write(question);
    }
    if (!error) {
        error = co_await stream.read_header(parser);
    }
    stream.clear_deadline();
    co_return error;
}

void Engine::close() {
    closed_ = true;
    for (auto* open : {&connection_, &stream_}) {
        if (*open) {
            (*open)->close();
        }
    }
}

Connection::Request Engine::request(const std::string& target) const {
    Connection::Request request{http::verb::get, target, 11};
    request.set(http::field::host, place_.tls ? place_.host : "docker");
    request.set(http::field::user_agent, "portcullis-discovery");
    return request;
}

Answer Engine::failed(const std::string& target, const Code& error) {
    const std::string path = target.substr(0, target.find('?'));
    const Trouble trouble = trouble_of(error);
    switch (trouble) {
        case Trouble::timeout:
            return {trouble, 0, path + " was not answered within " + duration_text(timeout_)};
        case Trouble::too_long:
            return {trouble, 0, path + " was answered with more than 32 MiB"};
        case Trouble::cut:
            return {trouble, 0, path + ": the answer was cut off (" + error.message() + ")"};
        default:
            return {Trouble::unreachable, 0,
                    "cannot reach the Docker Engine at " +
                        (place_.tls ? place_.host + ":" + place_.port : place_.unix_socket) + ": " +
                        error.message()};
    }
}

Answer Engine::judged(const std::string& target, unsigned status, std::string body) {
    if (status / 100 == 2) {
        return {Trouble::none, status, std::move(body)};
    }
    const std::string message = printable(read_message(body));
    const bool version =
        status == kBadRequest && message.find("client version") != std::string::npos;
    return {version ? Trouble::version : Trouble::refused, status,
            target.substr(0, target.find('?')) + " was answered " + std::to_string(status) +
                (message.empty() ? "" : ": " + message)};
}

}  // namespace portcullis::swarm
