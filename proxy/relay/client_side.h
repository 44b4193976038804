// The client as one exchange sees it: a request comes from it, an answer goes to it. HTTP/1 has one
// at a time on a connection, HTTP/2 one for each stream.
//
// In this order: read_head(), then the body by next() and more(), and beside that,
// as soon as there is an answer: interim() any number of times, begin_answer(), send(), end().
// Instead of any of these: give_up(). Lives as long as its exchange.
#pragma once

#include "config/types/duration.h"
#include "proxy/http/message.h"
#include "proxy/http/refusal.h"
#include "proxy/relay/body_flow.h"
#include "proxy/relay/client.h"
#include "proxy/relay/context.h"

#include <memory>

namespace portcullis::relay {

// Told once that the client has gone, or that its connection was cut: client_gone,
// client_slow_reader or shutdown_deadline. May end the exchange.
class HangupListener {
  public:
    virtual void on_hangup(Fault why) noexcept = 0;

  protected:
    ~HangupListener() = default;
};

// Whether a client must keep to body_bytes_per_second while its body is waited for. One that has
// announced a length has it to send. One that has not is paced as well, or it could last for ever,
// but only until the answer begins: from then on the two may be talking, and whoever listens has
// nothing to say. Where they may be talking from the start, begin_stream() says so: what the client
// calls its body does not.
inline bool is_paced(const http::Body& body, bool answered) {
    return body.kind == http::Body::Kind::length ||
           (body.kind == http::Body::Kind::open && !answered);
}

class ClientSide : public Source, public Sink {
  public:
    ClientSide(Client& connection, Context& context)
        : connection_{connection}, context_{context}, site_{context.site} {}

    ClientSide(const ClientSide&) = delete;
    ClientSide& operator=(const ClientSide&) = delete;

    [[nodiscard]] Client& connection() const { return connection_; }

    [[nodiscard]] Context& context() const { return context_; }

    // The configuration that the exchange is served by, from begin to end.
    [[nodiscard]] const std::shared_ptr<Site>& site() const { return site_; }

    // The request's head, complete, within its limits and its time; its framing is judged, too.
    // bad_request: refusal() says why.
    virtual Task<Fault> read_head() = 0;
    // Whether anything of a request has come. When not, a client that has gone is no event.
    [[nodiscard]] virtual bool began() const = 0;
    // After read_head(), also when it refused: empty as far as nothing was understood. Views end
    // with the first more().
    [[nodiscard]] virtual const http::RequestHead& request() const = 0;
    [[nodiscard]] virtual http::Body body() const = 0;
    // The protocol of the tunnel that is asked for (Upgrade, or :protocol); else empty.
    [[nodiscard]] virtual std::string_view upgrade() const = 0;

    // The Sec-WebSocket-Key that was added to the request, because its version has none.
    [[nodiscard]] virtual std::string_view made_key() const { return {}; }

    // Why read_head() or next() failed.
    [[nodiscard]] virtual http::Refusal refusal() const = 0;
    // In place of timeouts.body of the configuration, because the route has one of its own.
    virtual void use_body_timeout(Duration timeout) = 0;
    // What passes is a stream, which may be silent: each wait may last for timeout, at any pace.
    virtual void begin_stream(Duration timeout) = 0;
    // Ends a pending more(), if there is one, as cancelled: nobody wants the rest of the body.
    virtual void interrupt_read() = 0;

    // Ends the pending waits of this side as cancelled, and each later one at once.
    virtual void cancel() = 0;

    // From here on, until the exchange ends or becomes a tunnel: does the client still wait for its
    // response? Once, after read_head(), whatever else is waited for. The listener is not told
    // before this returns.
    //
    // A client has left when its connection ends (FIN or RST, with bytes before it or without),
    // when it says close_notify after its whole request, when it resets its stream, and when it
    // says GOAWAY with an error. One that has said GOAWAY without an error waits for its responses
    // (RFC 9113, 6.8). Half-closed TLS is legal (RFC 8446, 6.1) but nobody's way to ask for
    // something: whoever wants to read goes on listening with its whole connection.
    virtual void watch_hangup(HangupListener& listener) = 0;
    virtual void unwatch_hangup() = 0;

    // A 1xx, but not 101. What cannot be passed on to this client is dropped.
    virtual Task<Fault> interim(const http::OutgoingAnswer& answer) = 0;
    // The answer's head, which leaves with what follows. last: the connection shall carry no
    // further request. What was begun before is forgotten, if nothing of it has left.
    virtual void begin_answer(const http::OutgoingAnswer& answer, bool last) = 0;
    // Whether bytes of an answer are on their way.
    [[nodiscard]] virtual bool answer_begun() const = 0;
    // After the head of a 101 was begun: send() and next() are the tunnel's, and each wait may last
    // for timeout.
    virtual void begin_tunnel(Duration timeout) = 0;
    // No (further) answer: the fault has no status, or came when an answer had begun, which the
    // client must not take for whole. Does not wait.
    virtual void give_up(Fault fault) = 0;

  protected:
    ~ClientSide() = default;

    // Until the client has taken what is being sent. So many bytes are held for it meanwhile, and
    // count as its own (limits.connection_memory and client_memory); beyond these the exchange
    // ends.
    Task<Fault> send_held(Task<Fault> sending, std::size_t bytes) {
        if (!context_.try_hold(connection_, bytes)) {
            unwatch_hangup();  // it is we who end it
            cancel();
            co_await std::move(sending);
            co_return Fault::client_memory;
        }
        const Fault fault = co_await std::move(sending);
        context_.release(connection_, bytes);
        co_return fault;
    }

  private:
    Client& connection_;
    Context& context_;
    const std::shared_ptr<Site> site_;
};

}  // namespace portcullis::relay
