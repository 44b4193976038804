#include "base/ask.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <optional>

namespace portcullis {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

constexpr std::size_t kAnswerBytesMax = 64U << 20U;  // all bans

// One question, step by step; where it stops, error says why.
class Question {
  public:
    Question(std::string_view method, std::string_view target, std::string body)
        : request_{http::string_to_verb({method.data(), method.size()}),
                   {target.data(), target.size()},
                   11} {
        request_.set(http::field::host, "localhost");
        request_.body() = std::move(body);
        request_.prepare_payload();
        parser_.body_limit(kAnswerBytesMax);
    }

    void run(const std::filesystem::path& socket, std::chrono::seconds timeout) {
        stream_.async_connect({socket.string()}, [this](const error_code& why) {
            error = why;
            if (!why) {
                write();
            }
        });
        io_.run_for(timeout);
    }

    std::optional<error_code> error;  // of the last step; none: not even the first one has ended

    Answer answer() { return {parser_.get().result_int(), std::move(parser_.get().body())}; }

    [[nodiscard]] bool answered() const { return parser_.is_done(); }

  private:
    void write() {
        http::async_write(stream_, request_, [this](const error_code& why, std::size_t) {
            error = why;
            if (!why) {
                read();
            }
        });
    }

    void read() {
        http::async_read(stream_, buffer_, parser_,
                         [this](const error_code& why, std::size_t) { error = why; });
    }

    boost::asio::io_context io_{1};
    boost::asio::local::stream_protocol::socket stream_{io_};
    http::request<http::string_body> request_;
    beast::flat_buffer buffer_;
    http::response_parser<http::string_body> parser_;
};

}  // namespace

Result<Answer> ask(const std::filesystem::path& socket, std::string_view method,
                   std::string_view target, std::string body, std::chrono::seconds timeout) {
    const std::string what = "cannot ask " + socket.string() + ": ";
    if (socket.native().size() > 107) {  // sun_path of unix(7)
        return failure(what + "the name is too long for a socket");
    }
    Question question{method, target, std::move(body)};
    question.run(socket, timeout);
    if (question.answered()) {
        return question.answer();
    }
    const bool failed = question.error && *question.error;
    return failure(what + (failed ? question.error->message() : "it does not answer"));
}

}  // namespace portcullis
