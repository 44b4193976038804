// An origin of HTTP/2 over plain TCP, as a script for RawOrigin: the session's own server role, and
// a function that answers each request once it is whole.
#pragma once

#include "tests/proxy/http2/listener.h"
#include "tests/support/raw_origin.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace portcullis::test {

struct H2cRequest {
    std::string method;
    std::string path;
    std::vector<std::pair<std::string, std::string>> fields;
    std::string body;
};

struct H2cResponse {
    int status = 200;
    std::vector<http::Field> fields = {};  // of static texts
    std::string body = {};
    bool ends_with_head = false;  // no DATA at all: a body that is empty says so by an empty one
    std::vector<http::Field> trailers = {};
    bool interim = false;  // a 103 comes first
};

class H2cOrigin {
  public:
    using Answer = std::function<H2cResponse(const H2cRequest&)>;

    static RawOrigin::Script serves(Answer answer) {
        return [answer = std::move(answer)](RawOrigin::Connection& connection) {
            H2cOrigin{connection, answer}.serve();
        };
    }

  private:
    H2cOrigin(RawOrigin::Connection& connection, const Answer& answer)
        : connection_{connection}, answer_{answer} {
        listener_.session = &session_;
    }

    void serve() {
        constexpr std::size_t preface_bytes = 24;
        std::string bytes = connection_.read(preface_bytes);
        while (!bytes.empty() && session_.feed(bytes, http2::Session::Clock::now())) {
            session_.deliver();
            answer_whole_requests();
            say();
            bytes = read_frame();
        }
    }

    std::string read_frame() {
        constexpr std::size_t head_bytes = 9;
        std::string frame = connection_.read(head_bytes);
        if (frame.size() < head_bytes) {
            return {};
        }
        std::size_t size = 0;
        for (int i = 0; i < 3; ++i) {
            size = size * 256 + static_cast<unsigned char>(frame[static_cast<std::size_t>(i)]);
        }
        return frame + connection_.read(size);
    }

    void say() {
        std::string out;
        session_.output(out, 1U << 24U);
        session_.deliver();
        connection_.send(out);
    }

    void answer_whole_requests() {
        for (; answered_ < listener_.told.size(); ++answered_) {
            http2::test::Listener::Told& told = *listener_.told[answered_];
            if (told.stream == nullptr) {
                continue;  // reset
            }
            if (!told.ended_with_head && told.log.find("end ") == std::string::npos) {
                return;
            }
            respond(told, answer_(request(answered_)));
        }
    }

    [[nodiscard]] H2cRequest request(std::size_t index) const {
        const http::RequestHead& head = std::as_const(*listener_.heads[index]).request();
        H2cRequest request{
            std::string{head.method}, std::string{head.target}, {}, listener_.told[index]->body};
        for (const http::Field& field : head.fields) {
            request.fields.emplace_back(field.name, field.value);
        }
        return request;
    }

    void respond(http2::test::Listener::Told& told, const H2cResponse& response) {
        if (response.interim) {
            session_.answer_interim(*told.stream, 103, {});
        }
        session_.answer(*told.stream, response.status, response.fields, response.ends_with_head);
        if (response.ends_with_head) {
            return;
        }
        session_.send_data(*told.stream, response.body, response.trailers.empty());
        say();
        if (!response.trailers.empty() && told.stream != nullptr) {
            session_.send_trailers(*told.stream, response.trailers);
            say();
        }
    }

    RawOrigin::Connection& connection_;
    const Answer& answer_;
    http2::test::Listener listener_;
    http2::Session session_{http2::Role::server, {}, listener_};
    std::size_t answered_ = 0;
};

}  // namespace portcullis::test
