#include "tests/swarm/backend/connection.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <charconv>
#include <chrono>
#include <poll.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace backend {

namespace {

constexpr std::size_t kHeadBytesMax = 65'536;

}  // namespace

Connection::Connection(int socket, Names names, Ending& ending, bool lingers)
    : socket_{socket}, names_{std::move(names)}, ending_{ending}, lingers_{lingers} {
    ending_.enter();
}

Connection::~Connection() {
    ::close(socket_);
    ending_.leave();
}

void Connection::serve() {
    for (std::string head; read_head(head);) {
        const auto request = parse(head);
        if (!request || !answer(*request)) {
            return;
        }
    }
}

// False when the other side is gone, or when it is time to go.
bool Connection::receive(bool idle) {
    pollfd wanted[] = {{.fd = socket_, .events = POLLIN, .revents = 0},
                       {.fd = ending_.fd(), .events = POLLIN, .revents = 0}};
    const nfds_t count = idle && !lingers_ ? 2 : 1;
    ::poll(wanted, count, -1);
    if (wanted[0].revents == 0 && wanted[1].revents != 0) {
        return false;
    }
    char bytes[16'384];
    const ssize_t got = ::recv(socket_, bytes, sizeof(bytes), 0);
    if (got <= 0) {
        return false;
    }
    buffer_.append(bytes, static_cast<std::size_t>(got));
    return true;
}

bool Connection::read_head(std::string& head) {
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
        if (buffer_.size() > kHeadBytesMax || !receive(buffer_.empty())) {
            return false;
        }
    }
    head = buffer_.substr(0, end + 4);
    buffer_.erase(0, end + 4);
    return true;
}

bool Connection::skip(std::size_t bytes) {
    while (bytes > 0) {
        const std::size_t taken = std::min(bytes, buffer_.size());
        buffer_.erase(0, taken);
        bytes -= taken;
        if (bytes > 0 && !receive(false)) {
            return false;
        }
    }
    return true;
}

bool Connection::skip_chunks(std::size_t& bytes) {
    for (std::size_t chunk = 1; chunk > 0;) {
        std::size_t line = 0;
        while ((line = buffer_.find("\r\n")) == std::string::npos) {
            if (!receive(false)) {
                return false;
            }
        }
        chunk = 0;
        std::from_chars(buffer_.data(), buffer_.data() + line, chunk, 16);
        bytes += chunk;
        if (!skip(line + 2 + chunk + 2)) {  // no trailers
            return false;
        }
    }
    return true;
}

bool Connection::send(std::string_view bytes) const {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) {
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

bool Connection::answer(const Request& request) {
    came_ = std::chrono::steady_clock::now();
    if (request.upgrade) {
        echo();
        return false;
    }
    if (request.expects_continue && !send("HTTP/1.1 100 Continue\r\n\r\n")) {
        return false;
    }
    std::size_t bytes = request.body_bytes;
    if (!(request.chunked ? skip_chunks(bytes) : skip(bytes))) {
        return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{milliseconds_of(request.target)});
    if (request.target == "/healthz") {
        return respond(request, "healthy\n");
    }
    if (request.method == "POST") {
        return respond(request, "bytes " + std::to_string(bytes) + "\n");
    }
    return respond(request, "backend " + names_.host + "\nversion " + names_.version + "\nclient " +
                                names_.client + "\nforwarded-for " + request.forwarded_for + "\n");
}

bool Connection::respond(const Request& request, std::string_view body) {
    const bool last = !request.keep_alive || (!lingers_ && ending_.begun());
    const std::chrono::duration<double> came = came_.time_since_epoch();
    std::string text = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nBackend: " + names_.host +
                       "\r\nCame-At: " + std::to_string(came.count()) +
                       "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
                       (last ? "Connection: close\r\n" : "") + "\r\n";
    if (request.method != "HEAD") {
        text += body;
    }
    return send(text) && !last;
}

// Of the WebSocket protocol only its beginning: from then on whatever comes goes back as it is.
void Connection::echo() {
    if (!send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
              "Backend: " +
              names_.host + "\r\n\r\n")) {
        return;
    }
    do {
        if (!send(std::exchange(buffer_, {}))) {
            return;
        }
    } while (receive(true));
}

}  // namespace backend
