#include "proxy/relay/http2_origin.h"

#include "proxy/http/content_length.h"
#include "proxy/http/status.h"
#include "proxy/relay/answer.h"
#include "proxy/relay/websocket.h"

#include <algorithm>

namespace portcullis::relay {
namespace {

using http2::Code;

constexpr std::string_view kWebSocket = "websocket";
constexpr std::string_view kWebSocketKey = "Sec-WebSocket-Key";
constexpr int kSwitchingProtocols = 101;

}  // namespace

Http2Origin::Http2Origin(origin::Http2Connection& connection, Duration timeout)
    : Http2Flow{connection.link(), kOriginFaults, timeout}, connection_{connection} {}

void Http2Origin::begin_request(const http::OutgoingRequest& request) {
    const std::string_view scheme = connection_.stream().tls() != nullptr ? "https" : "http";
    http2::RequestLine line{.method = request.method,
                            .scheme = scheme,
                            .authority = request.authority,
                            .path = request.target,
                            .length = http::sent_length(request).value_or(0)};
    std::span<const http::Field> fields = request.fields;
    std::vector<http::Field> kept;
    http::Body body = request.body;
    to_head_ = request.method == "HEAD";
    if (!request.upgrade.empty()) {
        // RFC 8441, 4 and 5: the key is what HTTP/1 needs, and whoever gave it is owed the answer.
        upgrade_ = request.upgrade;
        line.method = "CONNECT";
        line.protocol = kWebSocket;  // no other tunnel is asked for here, in whatever letter case
        body.kind = http::Body::Kind::open;
        kept.assign(fields.begin(), fields.end());
        std::erase_if(kept, [this](const http::Field& field) {
            const bool is_key = http::same_name(field.name, kWebSocketKey);
            websocket_key_ = is_key ? field.value : std::string_view{websocket_key_};
            return is_key;
        });
        fields = kept;
    }
    const bool possible = upgrade_.empty() || link_.session().peer_connects();
    const bool ends = body.kind == http::Body::Kind::none;
    http2::Stream* const stream =
        possible ? link_.session().open(line, fields, ends, *this) : nullptr;
    if (stream == nullptr) {
        refused_ = possible;
        return;
    }
    begin_body(body);
    use(*stream);
    link_.say();
}

// The request for a tunnel has no body, and what follows it does not end with it.
Task<Fault> Http2Origin::end(Trailers trailers) {
    if (!upgrade_.empty() && !answered_) {
        return flush();
    }
    return Http2Flow::end(trailers);
}

Task<Fault> Http2Origin::read_head(Duration timeout) {
    while (heads_.empty()) {
        if (cancelled_) {
            co_return Fault::shutdown_deadline;
        }
        if (stream_ == nullptr) {
            co_return without_head();
        }
        const Fault fault = co_await wait(timeout);
        if (fault != Fault::none) {
            co_return fault == Fault::origin_slow_body ? Fault::origin_timeout : fault;
        }
    }
    co_return judge();
}

Fault Http2Origin::without_head() const {
    return closed_with_ == Code::protocol_error ? Fault::origin_bad_answer
                                                : gone(Fault::origin_reset);
}

Fault Http2Origin::judge() {
    ArrivedHead arrived = std::move(heads_.front());
    heads_.pop_front();
    head_ = std::move(arrived.head);
    answer_ = head_->response();
    answer_.reason = http::reason(answer_.status);
    if (answer_.status < 200) {
        return Fault::none;
    }
    const std::uint64_t length = head_->length().value_or(0);
    if (arrived.ends || to_head_ || answer_.status == 204 || answer_.status == 304) {
        body_ = {};
    } else if (!upgrade_.empty() && answer_.status < 300) {
        switch_protocols();
    } else if (head_->length()) {
        body_ = {length == 0 ? http::Body::Kind::none : http::Body::Kind::length, length};
    } else {
        body_ = {http::Body::Kind::open, 0};
    }
    return Fault::none;
}

// In the form that it has in HTTP/1.
void Http2Origin::switch_protocols() {
    answer_.status = kSwitchingProtocols;
    answer_.reason = http::reason(answer_.status);
    answer_.fields.push_back({"Upgrade", upgrade_});
    if (!websocket_key_.empty()) {
        websocket_accept_ = websocket_accept(websocket_key_);
        answer_.fields.push_back({"Sec-WebSocket-Accept", websocket_accept_});
    }
}

void Http2Origin::on_answer(std::unique_ptr<http2::Head> head, bool ends) noexcept {
    answered_ = true;
    if (heads_.size() > static_cast<std::size_t>(kInterimAnswersMax)) {
        return leave(Code::enhance_your_calm);
    }
    note_end(ends);
    heads_.push_back({std::move(head), ends});
    read_.wake(stream::Wake::ready);
}

}  // namespace portcullis::relay
