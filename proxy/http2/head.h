// One header or trailer section as HPACK gives it, field by field, and what it means as a message
// (RFC 9113, 8.2 and 8.3). Strict where the RFC lets a recipient choose: a malformed section is
// refused by name, like one of HTTP/1.
#pragma once

#include "proxy/http/head.h"
#include "proxy/http/refusal.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis::http2 {

// Counted as HTTP/1 counts them: a field is its name, its value and four bytes.
struct HeadLimits {
    std::size_t header_bytes = 32U << 10U;
    std::size_t fields = 100;  // pseudo-header fields are none
    std::size_t path_bytes =
        8U << 10U;  // of :path, as the request line of HTTP/1 is; and of each other pseudo-header
};

// Holds the bytes of one section; views of what is made of it live as long as it stays where it is.
class Head {
  public:
    Head() = default;
    Head(const Head&) = delete;
    Head& operator=(const Head&) = delete;

    // Takes the next field. Beyond a limit nothing more is kept, and the section is refused.
    void add(std::string_view name, std::string_view value, const HeadLimits& limits);

    // What the section says, once complete. refusal() is set when it must not be acted on; then
    // the request holds what there was of method, path and host, for the log.
    void finish_request();
    void finish_response();
    void finish_trailers();

    [[nodiscard]] const http::RequestHead& request() const { return request_; }

    // For whoever owns the head, to say the same in other words.
    [[nodiscard]] http::RequestHead& request() { return request_; }

    [[nodiscard]] const http::ResponseHead& response() const { return response_; }

    // Fields that a trailer section must not carry (RFC 9110, 6.5.1) are left out.
    [[nodiscard]] const std::vector<http::Field>& trailers() const { return trailers_; }

    [[nodiscard]] http::Refusal refusal() const { return refusal_; }

    // For whoever finds out later that the message is malformed.
    void note_refusal(http::Refusal why) { refuse(why); }

    // Content-Length; nothing when there was none.
    [[nodiscard]] std::optional<std::uint64_t> length() const { return length_; }

    // Bytes of all fields given to add(), kept or not.
    [[nodiscard]] std::size_t bytes() const { return bytes_; }

  private:
    struct Place {
        std::size_t name;
        std::size_t name_bytes;
        std::size_t value_bytes;  // the value follows the name
    };

    enum class Pseudo : std::uint8_t { method, scheme, authority, path, protocol, status };
    static constexpr std::size_t kPseudos = 6;

    void refuse(http::Refusal why);
    void add_pseudo(std::string_view name, std::string_view value);
    [[nodiscard]] http::Refusal check_field(std::string_view name, std::string_view value) const;
    [[nodiscard]] http::Refusal check_request();
    [[nodiscard]] http::Refusal check_host();
    [[nodiscard]] std::optional<std::string_view> pseudo(Pseudo which) const;
    http::Field field_at(const Place& place) const;
    void take_fields(std::vector<http::Field>& fields);
    void join_cookies(std::vector<http::Field>& fields);

    std::string text_;  // names and values, one after the other
    std::vector<Place> places_;
    std::optional<Place> pseudo_[kPseudos];
    std::size_t bytes_ = 0;        // of everything
    std::size_t field_bytes_ = 0;  // without pseudo-header fields
    std::size_t fields_ = 0;
    bool has_cookie_ = false;
    std::string cookies_;    // the crumbs, joined
    std::string authority_;  // in plain form, where that is not how it was written
    http::Refusal refusal_ = http::Refusal::none;
    std::optional<std::uint64_t> length_;
    http::RequestHead request_;
    http::ResponseHead response_;
    std::vector<http::Field> trailers_;
};

}  // namespace portcullis::http2
