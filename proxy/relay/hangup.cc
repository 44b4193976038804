#include "proxy/relay/hangup.h"

namespace portcullis::relay {

// A client that said close_notify only will not ask again, but may still read its answer (RFC
// 8446, 6.1). One whose connection ended without it reads nothing any more.
void HangupWatch::begin() {
    if (watching_ || enough_ || !x_.in.empty()) {
        return;
    }
    stream::Stream& client = x_.client.stream;
    const stream::End end = client.peek();
    if (end == stream::End::timeout) {
        watching_ = true;
        client.socket().watch_readable(*this, stream::kForever);
        return;
    }
    enough_ = true;
    if (end == stream::End::reset) {
        x_.abort(Fault::client_gone);  // may destroy this object
    }
}

void HangupWatch::end() {
    if (watching_) {
        watching_ = false;
        x_.client.stream.socket().unwatch_readable();
    }
}

void HangupWatch::on_wake(stream::Wake wake) noexcept {
    watching_ = false;
    if (wake == stream::Wake::ready) {
        begin();
    } else {
        enough_ = true;
        x_.abort(Fault::client_gone);  // may destroy this object
    }
}

}  // namespace portcullis::relay
