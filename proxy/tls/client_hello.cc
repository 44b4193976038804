#include "proxy/tls/client_hello.h"

#include "proxy/tls/hello.h"

#include <optional>
#include <span>

namespace portcullis::tls {
namespace {

constexpr std::size_t kRecordHeader = 5;
constexpr std::size_t kMessageHeader = 4;
constexpr std::size_t kFragmentMax = 16U << 10U;  // RFC 8446, 5.1

std::size_t number(std::string_view bytes) {
    std::size_t value = 0;
    for (const char byte : bytes) {
        value = value << 8U | static_cast<unsigned char>(byte);
    }
    return value;
}

// Takes fields from the front; once one is not there, everything after it is empty.
class Fields {
  public:
    explicit Fields(std::string_view bytes) : rest_{bytes} {}

    [[nodiscard]] bool ok() const { return ok_; }

    [[nodiscard]] bool empty() const { return rest_.empty(); }

    std::string_view take(std::size_t size) {
        ok_ = ok_ && size <= rest_.size();
        const std::string_view field = ok_ ? rest_.substr(0, size) : std::string_view{};
        rest_.remove_prefix(field.size());
        return field;
    }

    // A field behind its length, which has so many bytes.
    std::string_view take_vector(std::size_t length_bytes) {
        return take(number(take(length_bytes)));
    }

  private:
    std::string_view rest_;
    bool ok_ = true;
};

// The handshake message that the records hold: its first fragment's bytes, and more only while it
// is incomplete.
ClientHello::State gather(std::string_view bytes, std::string& message) {
    constexpr char kHandshake = 22;
    constexpr char kMajor = 3;
    constexpr char kClientHello = 1;
    std::optional<std::size_t> size;
    while (!size || message.size() < *size) {
        if (!bytes.empty() && bytes[0] != kHandshake) {
            return ClientHello::State::unusable;
        }
        if (bytes.size() < kRecordHeader) {
            return ClientHello::State::incomplete;
        }
        const std::size_t length = number(bytes.substr(3, 2));
        if (bytes[1] != kMajor || length == 0 || length > kFragmentMax) {
            return ClientHello::State::unusable;
        }
        const std::string_view fragment = bytes.substr(kRecordHeader, length);
        message += fragment;
        if (!message.empty() && message[0] != kClientHello) {
            return ClientHello::State::unusable;
        }
        if (message.size() >= kMessageHeader) {
            size = kMessageHeader + number(std::string_view{message}.substr(1, 3));
            if (*size > kClientHelloMax) {
                return ClientHello::State::unusable;
            }
        }
        bytes.remove_prefix(kRecordHeader + fragment.size());
        if (fragment.size() < length && (!size || message.size() < *size)) {
            return ClientHello::State::incomplete;
        }
    }
    message.resize(*size);
    return ClientHello::State::whole;
}

// RFC 8446, 4.1.2. Nothing when it is malformed.
std::optional<std::string> name_in(std::string_view hello) {
    constexpr std::size_t kServerName = 0;
    Fields fields{hello};
    fields.take(2 + 32);    // legacy_version, random
    fields.take_vector(1);  // legacy_session_id
    fields.take_vector(2);  // cipher_suites
    fields.take_vector(1);  // legacy_compression_methods
    if (!fields.ok()) {
        return std::nullopt;
    }
    if (fields.empty()) {
        return std::string{};  // TLS 1.2 may do without extensions
    }
    Fields extensions{fields.take_vector(2)};
    if (!fields.ok() || !fields.empty()) {
        return std::nullopt;
    }
    std::optional<std::string> name;
    while (!extensions.empty()) {
        const std::size_t type = number(extensions.take(2));
        const std::string_view data = extensions.take_vector(2);
        if (!extensions.ok()) {
            return std::nullopt;
        }
        if (type != kServerName) {
            continue;
        }
        const auto host =
            server_name({reinterpret_cast<const unsigned char*>(data.data()), data.size()});
        if (!host || name) {
            return std::nullopt;  // malformed, or there twice
        }
        name = *host;
    }
    return name.value_or(std::string{});
}

}  // namespace

ClientHello read_client_hello(std::string_view bytes) {
    const bool full = bytes.size() >= kClientHelloMax;
    std::string message;
    ClientHello hello{gather(bytes.substr(0, kClientHelloMax), message), {}};
    if (hello.state == ClientHello::State::incomplete && full) {
        hello.state = ClientHello::State::unusable;
    }
    if (hello.state != ClientHello::State::whole) {
        return hello;
    }
    if (auto name = name_in(std::string_view{message}.substr(kMessageHeader))) {
        hello.sni = *std::move(name);
    } else {
        hello.state = ClientHello::State::unusable;
    }
    return hello;
}

}  // namespace portcullis::tls
