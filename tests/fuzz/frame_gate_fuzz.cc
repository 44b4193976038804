// Whatever a client of HTTP/2 sends, in whatever pieces: the gate says what a plain model says,
// which has all frames before it and forgets nothing.
//
// The first byte says how the rest, the frames after the preface, is cut.
#include "base/check.h"
#include "proxy/http2/frame_gate.h"

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

namespace portcullis::http2 {
namespace {

constexpr std::size_t kPreface = 24;
constexpr std::size_t kHead = 9;

enum Type : std::uint8_t { data = 0, headers = 1, priority = 2, reset = 3 };

std::uint32_t number(std::string_view bytes) {
    std::uint32_t all = 0;
    for (const char byte : bytes) {
        all = all << 8U | static_cast<std::uint8_t>(byte);
    }
    return all;
}

class Model {
  public:
    // The first error in a whole connection, and where its frame begins.
    FrameGate::GateVerdict judge(std::string_view frames) {
        std::size_t at = 0;
        while (at + kHead <= frames.size()) {
            const std::string_view rest = frames.substr(at);
            const Code error = judge_frame(rest);
            if (error != Code::no_error) {
                return {at, error};
            }
            at += kHead + number(rest.substr(0, 3));
        }
        return {frames.size()};
    }

    // The gate may have forgotten an end that the model knows.
    [[nodiscard]] bool is_large() const { return ended_.size() > StreamIds::kRangesMax; }

  private:
    Code judge_frame(std::string_view frame) {
        const std::size_t length = number(frame.substr(0, 3));
        const auto type = static_cast<std::uint8_t>(frame[3]);
        const auto flags = static_cast<std::uint8_t>(frame[4]);
        const std::uint32_t stream = number(frame.substr(5, 4)) & 0x7fffffffU;
        const bool of_client = stream % 2 == 1;
        const bool ends = (flags & 1U) != 0;
        if (in_section_) {
            in_section_ = (flags & 4U) == 0;
            return Code::no_error;
        }
        if (type == priority) {
            const std::string_view payload = frame.substr(kHead);
            const bool itself = length == 5 && payload.size() >= 4 &&
                                (number(payload.substr(0, 4)) & 0x7fffffffU) == stream;
            return stream == 0 || itself ? Code::protocol_error : Code::no_error;
        }
        if (type == headers) {
            in_section_ = (flags & 4U) == 0;
            if (of_client && ended_.contains(stream)) {
                return Code::stream_closed;
            }
            if (of_client && stream < highest_ && !opened_.contains(stream)) {
                return Code::protocol_error;
            }
            if (of_client) {
                opened_.insert(stream);
                highest_ = std::max(highest_, stream);
            }
        }
        if (type == data && of_client && stream <= highest_ &&
            (ended_.contains(stream) || !opened_.contains(stream))) {
            return Code::stream_closed;
        }
        if ((type == reset || (ends && (type == data || type == headers))) &&
            opened_.contains(stream)) {
            ended_.insert(stream);
        }
        return Code::no_error;
    }

    std::set<std::uint32_t> opened_;
    std::set<std::uint32_t> ended_;
    std::uint32_t highest_ = 0;
    bool in_section_ = false;
};

void compare(std::string_view frames, std::size_t piece) {
    Model model;
    const FrameGate::GateVerdict wanted = model.judge(frames);
    FrameGate gate;
    CHECK(gate.feed(std::string(kPreface, 'p')).error == Code::no_error && "the preface");
    for (std::size_t at = 0; at < frames.size(); at += piece) {
        const std::string copy{frames.substr(at, piece)};  // of exactly its size
        const FrameGate::GateVerdict verdict = gate.feed(copy);
        CHECK(verdict.passed <= copy.size() && "more than there was");
        if (verdict.error != Code::no_error) {
            CHECK(verdict.error == wanted.error && "another error");
            CHECK(at + verdict.passed >= wanted.passed && "a frame before it is held back");
            CHECK((verdict.passed == 0 || at + verdict.passed == wanted.passed) &&
                  "a part of the frame is let through with what came before it");
            return;
        }
    }
    CHECK((wanted.error == Code::no_error || model.is_large()) && "an error is not seen");
}

}  // namespace
}  // namespace portcullis::http2

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    if (size < 2) {
        return 0;
    }
    const std::string_view frames{reinterpret_cast<const char*>(bytes + 1), size - 1};
    portcullis::http2::compare(frames, bytes[0] == 0 ? frames.size() : bytes[0]);
    return 0;
}
