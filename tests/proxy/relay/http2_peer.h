// An HTTP/2 client of the relay, made of the session's own client role: for what the relay does
// with well-formed frames. Frames that are not are the business of tests/proxy/http2.
#pragma once

#include "tests/proxy/http2/listener.h"
#include "tests/proxy/relay/relay_fixture.h"

#include <memory>
#include <string>
#include <vector>

namespace portcullis::test {

class Http2Peer {
  public:
    using Told = http2::test::Listener::Told;

    explicit Http2Peer(const Relay& relay)
        : client_{relay.connect({"h2"})}, session_{http2::Role::client, {}, user_} {}

    // The stream's log is what it was told so far.
    Told& open(const http2::RequestLine& line, bool ends = true,
               http2::Session::Fields fields = {}) {
        streams_.push_back(std::make_unique<Told>());
        Told& told = *streams_.back();
        told.session = &session_;
        told.stream = session_.open(line, fields, ends, told);
        say();
        return told;
    }

    void send(Told& told, std::string_view data, bool ends) {
        session_.send_data(*told.stream, data, ends);
        say();
    }

    void reset(Told& told, http2::Code code = http2::Code::cancel) {
        session_.reset(*told.stream, code);
        say();
    }

    // GOAWAY with that code.
    void end(http2::Code code) {
        session_.end(code);
        say();
    }

    // Takes frames until the stream is over, or the connection.
    const std::string& finish(Told& told) {
        while (told.stream != nullptr && take_frame()) {
        }
        return told.log;
    }

    // Takes frames until the stream has been told that.
    bool told_of(Told& told, std::string_view words) {
        while (told.log.find(words) == std::string::npos) {
            if (!take_frame()) {
                return false;
            }
        }
        return true;
    }

    // One frame, whole. False at the connection's end.
    bool take_frame() {
        constexpr std::size_t head_bytes = 9;
        std::string frame = client_.read(head_bytes);
        if (frame.size() < head_bytes) {
            return false;
        }
        std::size_t size = 0;
        for (int i = 0; i < 3; ++i) {
            size = size * 256 + static_cast<unsigned char>(frame[static_cast<std::size_t>(i)]);
        }
        frame += client_.read(size);
        session_.feed(frame, http2::Session::Clock::now());
        session_.deliver();
        say();
        return true;
    }

    [[nodiscard]] http2::Session& session() { return session_; }

    [[nodiscard]] const std::string& log() const { return user_.log; }

    [[nodiscard]] RawClient& client() { return client_; }

  private:
    void say() {
        std::string out;
        session_.output(out, 1U << 24U);
        session_.deliver();
        client_.send(out);
    }

    RawClient client_;
    http2::test::Listener user_;
    http2::Session session_;
    std::vector<std::unique_ptr<Told>> streams_;
};

inline constexpr http2::RequestLine kGet{"GET", "https", "shop.test", "/"};
inline constexpr http2::RequestLine kPost{"POST", "https", "shop.test", "/"};

}  // namespace portcullis::test
