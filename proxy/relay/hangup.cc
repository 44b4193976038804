#include "proxy/relay/hangup.h"

namespace portcullis::relay {

void HangupWatch::begin() {
    stream::Stream& client = x_.client.stream;
    if (watching_ || enough_ || !x_.in.empty() || client.has_pending() ||
        client.socket().announced()) {
        return;
    }
    watching_ = true;
    client.socket().watch_readable(*this, stream::kForever);
}

void HangupWatch::end() {
    if (watching_) {
        watching_ = false;
        x_.client.stream.socket().unwatch_readable();
    }
}

// A client that said close_notify only will not ask again, but may still read its answer (RFC
// 8446, 6.1). One whose connection ended without it reads nothing any more.
void HangupWatch::on_wake(stream::Wake wake) noexcept {
    watching_ = false;
    const stream::End end =
        wake == stream::Wake::ready ? x_.client.stream.peek() : stream::End::reset;
    if (end == stream::End::timeout) {
        begin();
    } else if (end == stream::End::reset) {
        enough_ = true;
        x_.abort(Fault::client_gone);  // may destroy this object
    } else {
        enough_ = true;
    }
}

}  // namespace portcullis::relay
