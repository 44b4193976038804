// A byte stream to a peer: a socket, with TLS on top or without. Reads and writes try first and
// wait only when they must; each wait has a deadline. Whoever has moved its share of a turn
// (turn_budget.h) waits for the next one, however much is there.
#pragma once

#include "base/task.h"
#include "proxy/stream/socket.h"
#include "proxy/stream/turn_budget.h"
#include "proxy/tls/session.h"

#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace portcullis::stream {

// Why a read or a write gave nothing, or less than was asked.
enum class End : std::uint8_t {
    none,
    closed,  // read: the peer will send no more, and said so (close_notify, or FIN on plain TCP)
    reset,   // the connection is of no use any more; on TLS also a FIN without close_notify
    timeout,
    cancelled,  // Socket::cancel()
};

struct Io {
    std::size_t bytes = 0;
    End end = End::none;
};

class Stream {
  public:
    explicit Stream(Socket socket) : socket_{std::move(socket)} {}

    // Every read and write from here on is TLS. context must live until handshake() is over.
    // received: what has been read of the peer already.
    void begin_tls(SSL_CTX* context, std::string_view received = {}) {
        tls_ = std::make_unique<tls::Session>(context, socket_.fd());
        tls_->preload(received);
    }

    // The same for a session that was prepared for this socket.
    void begin_tls(std::unique_ptr<tls::Session> prepared) { tls_ = std::move(prepared); }

    // timeout: for all of it, however many pieces it comes in.
    Task<End> handshake(Duration timeout) { return handshake(in(timeout)); }

    Task<End> handshake(Deadline deadline);

    [[nodiscard]] tls::Session* tls() const { return tls_.get(); }

    // One try: bytes, or an end; neither means that it would have to wait, if only for its turn.
    Io try_read(std::span<char> into);

    // At least one byte, or why not. timeout: for all of it; parts of a TLS record do not move it.
    Task<Io> read(std::span<char> into, Duration timeout) { return read(into, in(timeout)); }

    Task<Io> read(std::span<char> into, Deadline deadline);
    // All of both, one after the other, or why not; the deadline starts anew whenever bytes move.
    // On TLS at most a large block of each at once, for what the peer does not take is kept.
    Task<End> write(std::string_view first, std::string_view second, Duration timeout);

    Task<End> write(std::string_view bytes, Duration timeout) { return write(bytes, {}, timeout); }

    // Bytes that read() would give without waiting for the socket.
    [[nodiscard]] bool has_pending() const { return tls_ && tls_->has_pending(); }

    // none: bytes are there; timeout: nothing has happened. Takes nothing, and asks the kernel only
    // when the reactor has reported a change.
    End peek();

    // Asks the kernel whether the peer has said nothing since the last read: neither a byte nor an
    // end. For a connection that is about to carry a request, whose response an earlier byte would
    // become; what TLS says for itself (a session ticket) is none of that.
    bool arrived_nothing();

    // Whether the peer's machine acknowledges nothing of what was sent last, though it was repeated
    // for 3 s or more. One that only reads slowly does acknowledge.
    [[nodiscard]] bool unheard() const;

    // Says that we will send no more (close_notify and FIN). Does not wait for the peer.
    void shutdown_write();
    // Closing will send RST and drop what the peer has not taken: for one that does not read, whose
    // megabytes the kernel would otherwise keep for minutes.
    void abandon();
    // shutdown_write(), then takes and drops what the peer still sends, until it closes, for a
    // bounded time: closing with unread bytes would make the kernel send RST, and our last words
    // would be lost (RFC 9112, 9.6).
    Task<> linger();

    [[nodiscard]] Socket& socket() { return socket_; }

    [[nodiscard]] const Socket& socket() const { return socket_; }

  private:
    void note_tried();
    Io try_read_tcp(std::span<char> into);
    Task<End> write_later(std::string_view first, std::string_view second, Duration timeout);
    std::optional<End> try_write(std::string_view& first, std::string_view& second);
    Task<End> write_rest(std::string_view first, std::string_view second, Duration timeout);
    Task<End> flush_rest(Duration timeout);
    Socket::Wait wait(tls::Want want, Deadline deadline);

    [[nodiscard]] Deadline in(Duration timeout) const { return socket_.loop().in(timeout); }

    Socket socket_;
    std::unique_ptr<tls::Session> tls_;  // null on plain TCP
    TurnBudget reading_;
    TurnBudget writing_;
    tls::Want want_ = tls::Want::nothing;  // what the last try asked for
};

// Connects, without blocking. Nodelay is set: heads and bodies are written in whole pieces. So is
// keepalive: a connection on which nothing moves ends after 11 s when the peer's machine is gone.
struct Connected {
    Fd fd;
    int error = 0;  // errno of an immediate failure; 0 when connected or in progress
    bool in_progress = false;
};

Connected start_connect(const SocketAddress& address);

}  // namespace portcullis::stream
