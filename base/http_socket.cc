#include "base/http_socket.h"

#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/optional.hpp>

#include <sys/socket.h>
#include <sys/stat.h>

#include <fcntl.h>

namespace portcullis {
namespace {

namespace beast = boost::beast;
namespace local = boost::asio::local;
using Parser = beast::http::request_parser<beast::http::string_body>;
using Answer = beast::http::response<beast::http::string_body>;

constexpr auto kTimeout = std::chrono::seconds{5};
constexpr auto kPause = std::chrono::milliseconds{100};

Peer peer_of(local::stream_protocol::socket& socket) {
    ucred credentials{};
    socklen_t size = sizeof credentials;
    if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) {
        return {0, static_cast<uid_t>(-1)};
    }
    return {credentials.pid, credentials.uid};
}

// One request, one answer; owned by its pending operation.
class Session : public std::enable_shared_from_this<Session> {
  public:
    Session(local::stream_protocol::socket socket, const HttpSocket::Handler& handler,
            std::size_t body_bytes_max)
        : stream_{std::move(socket)}, handler_{handler} {
        parser_.body_limit(body_bytes_max);
    }

    void start() {
        stream_.expires_after(kTimeout);
        beast::http::async_read(stream_, buffer_, parser_,
                                [self = shared_from_this()](beast::error_code error, std::size_t) {
                                    if (!error) {
                                        self->reply();
                                    }
                                });
    }

  private:
    void reply() {
        const auto& request = parser_.get();
        HttpReply reply = handler_(
            {request.method_string(), request.target(), request.body(), peer_of(stream_.socket())});
        answer_ = Answer{static_cast<beast::http::status>(reply.status), request.version()};
        answer_.keep_alive(false);
        answer_.set(beast::http::field::content_type, reply.content_type);
        answer_.body() = std::move(reply.body);
        answer_.prepare_payload();
        stream_.expires_after(kTimeout);  // what the handler took is not the client's
        beast::http::async_write(stream_, answer_,
                                 [self = shared_from_this()](beast::error_code, std::size_t) {});
    }

    beast::basic_stream<local::stream_protocol> stream_;
    const HttpSocket::Handler& handler_;
    beast::flat_buffer buffer_{16384};
    Parser parser_;
    Answer answer_;
};

bool somebody_listens(boost::asio::io_context& io,
                      const local::stream_protocol::endpoint& endpoint) {
    local::stream_protocol::socket probe{io};
    boost::system::error_code error;
    probe.connect(endpoint, error);
    return !error;
}

}  // namespace

Result<std::unique_ptr<HttpSocket>> HttpSocket::listen(boost::asio::io_context& io,
                                                       std::string_view name,
                                                       const std::filesystem::path& socket,
                                                       Handler handler,
                                                       std::size_t body_bytes_max) {
    const std::string prefix = std::string{name} + ": ";
    if (socket.native().size() > 107) {  // sun_path of unix(7)
        return failure(prefix + socket.string() +
                       " is longer than the 107 bytes that a socket's path may have");
    }
    const local::stream_protocol::endpoint endpoint{socket.string()};
    if (somebody_listens(io, endpoint)) {
        return failure(prefix + "another process listens at " + socket.string());
    }
    std::error_code ignored;
    if (std::filesystem::is_socket(socket, ignored)) {
        std::filesystem::remove(socket, ignored);
    }
    std::unique_ptr<HttpSocket> made{new HttpSocket{io, std::move(handler), body_bytes_max}};
    boost::system::error_code error;
    made->acceptor_.open(endpoint.protocol(), error);
    const mode_t mask = ::umask(0117);
    if (!error) {
        made->acceptor_.bind(endpoint, error);
    }
    ::umask(mask);
    if (!error) {
        made->path_ = socket;
        made->acceptor_.listen(64, error);
    }
    if (error) {
        return failure(prefix + "cannot listen at " + socket.string() + ": " + error.message() +
                       (error == boost::system::errc::permission_denied
                            ? "; the user that this process runs as must be able to write to "
                              "its folder"
                            : ""));
    }
    made->accept();
    return made;
}

Result<std::unique_ptr<HttpSocket>> HttpSocket::adopt(boost::asio::io_context& io, Fd listening,
                                                      const std::filesystem::path& socket,
                                                      Handler handler, std::size_t body_bytes_max) {
    std::unique_ptr<HttpSocket> made{new HttpSocket{io, std::move(handler), body_bytes_max}};
    boost::system::error_code error;
    made->acceptor_.assign(local::stream_protocol{}, listening.get(), error);
    if (error) {
        return failure("cannot go on with " + socket.string() + ": " + error.message());
    }
    (void)listening.release();
    made->path_ = socket;
    made->accept();
    return made;
}

Fd HttpSocket::copy() {
    return Fd{::fcntl(acceptor_.native_handle(), F_DUPFD_CLOEXEC, 3)};
}

// Released, not closed: closing leaves the socket in the loop's epoll set while others have it
// open.
void HttpSocket::let_go() {
    path_.clear();
    pause_.cancel();
    boost::system::error_code ignored;
    const Fd closed{acceptor_.release(ignored)};
}

HttpSocket::HttpSocket(boost::asio::io_context& io, Handler handler, std::size_t body_bytes_max)
    : handler_{std::move(handler)}, body_bytes_max_{body_bytes_max}, acceptor_{io}, pause_{io} {}

HttpSocket::~HttpSocket() {
    if (!path_.empty()) {
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }
}

void HttpSocket::accept() {
    acceptor_.async_accept(
        [this](boost::system::error_code error, local::stream_protocol::socket socket) {
            if (error == boost::asio::error::operation_aborted) {
                return;
            }
            if (error) {
                accept_later();
                return;
            }
            std::make_shared<Session>(std::move(socket), handler_, body_bytes_max_)->start();
            accept();
        });
}

// Descriptors or memory ran out: asking at once would fail again.
void HttpSocket::accept_later() {
    pause_.expires_after(kPause);
    pause_.async_wait([this](boost::system::error_code error) {
        if (!error) {
            accept();
        }
    });
}

}  // namespace portcullis
