// Whatever a peer of HTTP/2 sends, in whatever pieces: the session neither crashes nor grows, and
// what it takes for a request nghttp2's own checks take for one too.
//
// The first byte says the role, and how the rest is cut. A server is sent the preface first.
#include "base/check.h"
#include "proxy/http2/fields.h"
#include "proxy/http2/session.h"

#include <nghttp2/nghttp2.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis::http2 {
namespace {

constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
constexpr std::string_view kBody = "an answer's body";

SessionLimits small_limits() {
    SessionLimits limits;
    limits.streams = 8;
    limits.head = {.header_bytes = 512, .fields = 10, .path_bytes = 64};
    limits.window = 1'000;
    limits.window_max = 4'000;
    limits.extra_window = 4'000;
    limits.resets_per_minute = 20;
    limits.control_frames_per_minute = 50;
    return limits;
}

using RawSession = Handle<nghttp2_session, nghttp2_session_del>;

ssize_t read_later(nghttp2_session*, std::int32_t, std::uint8_t*, std::size_t, std::uint32_t*,
                   nghttp2_data_source*, void*) {
    return NGHTTP2_ERR_DEFERRED;
}

int note_head(nghttp2_session*, const nghttp2_frame* frame, void* seen) {
    if (frame->hd.type == NGHTTP2_HEADERS) {
        *static_cast<bool*>(seen) = true;
    }
    return 0;
}

void pass(nghttp2_session* from, nghttp2_session* to) {
    const std::uint8_t* bytes = nullptr;
    for (ssize_t size; (size = nghttp2_session_mem_send(from, &bytes)) > 0;) {
        nghttp2_session_mem_recv(to, bytes, static_cast<std::size_t>(size));
    }
}

// Whether nghttp2, with its checks of messages, takes the same words for a request.
bool is_request_for_nghttp2(const http::RequestHead& request) {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, note_head);
    bool seen = false;
    nghttp2_session* made = nullptr;
    nghttp2_session_client_new(&made, callbacks, &seen);
    const RawSession client{made};
    nghttp2_session_server_new(&made, callbacks, &seen);
    const RawSession server{made};
    nghttp2_session_callbacks_del(callbacks);
    const nghttp2_settings_entry connect{NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL, 1};
    nghttp2_submit_settings(server.get(), NGHTTP2_FLAG_NONE, &connect, 1);
    nghttp2_submit_settings(client.get(), NGHTTP2_FLAG_NONE, nullptr, 0);
    pass(server.get(), client.get());
    pass(client.get(), server.get());
    FieldArray fields;
    fields.add(":method", request.method);
    fields.add(":scheme", "https");
    fields.add(":authority", request.authority);
    fields.add(":path", request.target);
    if (!request.protocol.empty()) {
        fields.add(":protocol", request.protocol);
    }
    fields.add(request.fields);
    nghttp2_data_provider body{};
    body.read_callback = read_later;
    nghttp2_submit_request(client.get(), nullptr, fields.data(), fields.size(), &body, nullptr);
    pass(client.get(), server.get());
    return seen;
}

// Answers what can be answered, and consumes every second piece.
class User final : public SessionUser {
  public:
    struct OfStream final : StreamUser {
        explicit OfStream(User& owner) : user{owner} {}

        void on_answer(std::unique_ptr<Head> head, bool) noexcept override {
            CHECK(head->refusal() == http::Refusal::none && "a malformed answer is told of");
            CHECK(head->response().status >= 100 && "an answer without a status");
        }

        void on_data(std::string_view bytes) noexcept override {
            CHECK(!ended && "a body goes on after its end");
            held += bytes.size();
            if (++pieces % 2 == 0) {
                user.session->consume(*stream, held);
                held = 0;
            }
        }

        void on_end(std::span<const http::Field>) noexcept override {
            CHECK(!ended && "a body ends twice");
            ended = true;
        }

        void on_sent() noexcept override {}

        void on_closed(Code) noexcept override { stream = nullptr; }

        User& user;
        Stream* stream = nullptr;
        std::size_t held = 0;
        std::size_t pieces = 0;
        bool ended = false;
    };

    void on_request(Stream& stream, std::unique_ptr<Head> head, bool ends) noexcept override {
        streams.push_back(std::make_unique<OfStream>(*this));
        OfStream& of_stream = *streams.back();
        of_stream.stream = &stream;
        of_stream.ended = ends;
        session->use(stream, &of_stream);
        if (head->refusal() == http::Refusal::none) {
            const http::RequestHead& request = head->request();
            CHECK(is_request_for_nghttp2(request) && "we accept what nghttp2 does not");
        }
        const http::Field field{"Content-Type", "text/plain"};
        session->answer(stream, 200, {&field, 1}, streams.size() % 3 == 0);
        if (streams.size() % 3 != 0) {
            session->send_data(stream, kBody, true);
        }
        if (streams.size() % 5 == 0) {
            session->use(stream, nullptr);
            of_stream.stream = nullptr;
        }
        heads.push_back(std::move(head));
    }

    void on_goaway(Code) noexcept override {}

    Session* session = nullptr;
    std::vector<std::unique_ptr<OfStream>> streams;
    std::vector<std::unique_ptr<Head>> heads;
};

void feed_in_pieces(Session& session, std::string_view bytes, std::size_t piece) {
    std::string out;
    while (!bytes.empty()) {
        const std::string copy{bytes.substr(0, piece)};  // of exactly its size
        bytes.remove_prefix(copy.size());
        const bool alive = session.feed(copy, Session::Clock::time_point{});
        session.deliver();
        out.clear();
        session.output(out, 1U << 16U);
        session.deliver();
        CHECK(out.size() < (1U << 18U) && "a peer makes us say too much");
        CHECK(session.streams() <= 64 && "a peer makes us keep too many streams");
        if (!alive) {
            break;
        }
    }
}

void be_server(std::string_view bytes, std::size_t piece) {
    User user;
    Session session{Role::server, small_limits(), user};
    user.session = &session;
    feed_in_pieces(session, kPreface, kPreface.size());
    feed_in_pieces(session, bytes, piece);
}

void be_client(std::string_view bytes, std::size_t piece) {
    User user;
    Session session{Role::client, small_limits(), user};
    user.session = &session;
    std::vector<std::unique_ptr<User::OfStream>> streams;
    for (const char* method : {"GET", "HEAD", "POST"}) {
        streams.push_back(std::make_unique<User::OfStream>(user));
        const bool ends = std::string_view{method} != "POST";
        streams.back()->stream =
            session.open({method, "https", "a.example", "/"}, {}, ends, *streams.back());
    }
    session.send_data(*streams.back()->stream, kBody, false);
    feed_in_pieces(session, bytes, piece);
    session.lose(Code::cancel);
    session.deliver();
    CHECK(session.streams() == 0 && "a stream outlives its connection");
}

}  // namespace
}  // namespace portcullis::http2

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace portcullis::http2;
    if (size < 2) {
        return 0;
    }
    const std::string_view bytes{reinterpret_cast<const char*>(data + 1), size - 1};
    const std::size_t piece = (data[0] >> 1U) == 0 ? bytes.size() : data[0] >> 1U;
    if ((data[0] & 1U) == 0) {
        be_server(bytes, piece);
    } else {
        be_client(bytes, piece);
    }
    return 0;
}
