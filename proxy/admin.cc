#include "proxy/admin.h"

#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <sys/stat.h>

namespace portcullis {
namespace {

namespace beast = boost::beast;
namespace local = boost::asio::local;
using Request = beast::http::request<beast::http::empty_body>;
using Answer = beast::http::response<beast::http::string_body>;

constexpr auto kTimeout = std::chrono::seconds{5};
constexpr auto kPause = std::chrono::milliseconds{100};

Answer answer(const Request& request, const std::function<observe::Reading()>& read) {
    Answer result{beast::http::status::ok, request.version()};
    result.keep_alive(false);
    if (request.method() != beast::http::verb::get) {
        result.result(beast::http::status::method_not_allowed);
        result.body() = "Only GET is understood here.\n";
    } else if (request.target() == "/status") {
        result.set(beast::http::field::content_type, "application/json");
        result.body() = observe::status_json(read());
    } else if (request.target() == "/metrics") {
        result.set(beast::http::field::content_type, "text/plain; version=0.0.4");
        result.body() = observe::metrics_text(read());
    } else {
        result.result(beast::http::status::not_found);
        result.body() = "There are /status and /metrics.\n";
    }
    result.prepare_payload();
    return result;
}

// One request, one answer; owned by its pending operation.
class Session : public std::enable_shared_from_this<Session> {
  public:
    Session(local::stream_protocol::socket socket, const std::function<observe::Reading()>& read)
        : stream_{std::move(socket)}, read_{read} {}

    void start() {
        stream_.expires_after(kTimeout);
        beast::http::async_read(stream_, buffer_, request_,
                                [self = shared_from_this()](beast::error_code error, std::size_t) {
                                    if (!error) {
                                        self->reply();
                                    }
                                });
    }

  private:
    void reply() {
        answer_ = answer(request_, read_);
        beast::http::async_write(stream_, answer_,
                                 [self = shared_from_this()](beast::error_code, std::size_t) {});
    }

    beast::basic_stream<local::stream_protocol> stream_;
    const std::function<observe::Reading()>& read_;
    beast::flat_buffer buffer_{16384};
    Request request_;
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

Result<std::unique_ptr<Admin>> Admin::listen(boost::asio::io_context& io,
                                             const std::filesystem::path& socket,
                                             std::function<observe::Reading()> read) {
    if (socket.native().size() > 107) {  // sun_path of unix(7)
        return failure("admin.socket: " + socket.string() +
                       " is longer than the 107 bytes that a socket's path may have");
    }
    const local::stream_protocol::endpoint endpoint{socket.string()};
    if (somebody_listens(io, endpoint)) {
        return failure("admin.socket: another process listens at " + socket.string());
    }
    std::error_code ignored;
    if (std::filesystem::is_socket(socket, ignored)) {
        std::filesystem::remove(socket, ignored);
    }
    std::unique_ptr<Admin> admin{new Admin{io, std::move(read)}};
    boost::system::error_code error;
    admin->acceptor_.open(endpoint.protocol(), error);
    const mode_t mask = ::umask(0117);
    if (!error) {
        admin->acceptor_.bind(endpoint, error);
    }
    ::umask(mask);
    if (!error) {
        admin->path_ = socket;
        admin->acceptor_.listen(64, error);
    }
    if (error) {
        return failure("admin.socket: cannot listen at " + socket.string() + ": " +
                       error.message());
    }
    admin->accept();
    return admin;
}

Admin::Admin(boost::asio::io_context& io, std::function<observe::Reading()> read)
    : read_{std::move(read)}, acceptor_{io}, pause_{io} {}

Admin::~Admin() {
    if (!path_.empty()) {
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }
}

void Admin::accept() {
    acceptor_.async_accept(
        [this](boost::system::error_code error, local::stream_protocol::socket socket) {
            if (error == boost::asio::error::operation_aborted) {
                return;
            }
            if (error) {
                accept_later();
                return;
            }
            std::make_shared<Session>(std::move(socket), read_)->start();
            accept();
        });
}

// Descriptors or memory ran out: asking at once would fail again.
void Admin::accept_later() {
    pause_.expires_after(kPause);
    pause_.async_wait([this](boost::system::error_code error) {
        if (!error) {
            accept();
        }
    });
}

}  // namespace portcullis
