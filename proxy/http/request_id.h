// Names for exchanges, to find one again in every log it passed through.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace portcullis::http {

// 32 hexadecimal digits, different each time and, without the key, unpredictable from those seen
// before: a counter under a keyed pseudorandom function (SipHash-2-4 with 128 bits), so that no id
// costs a system call.
class RequestIds {
  public:
    static constexpr std::size_t kBytes = 32;
    using Key = std::array<std::uint64_t, 2>;

    struct Id {
        std::array<char, kBytes> digits;

        // Views into this very Id.
        operator std::string_view() const { return {digits.data(), digits.size()}; }
    };

    RequestIds();  // with a key from getrandom(2)

    explicit RequestIds(const Key& key) : key_{key} {}

    Id next();

  private:
    Key key_;
    std::uint64_t count_ = 0;
};

}  // namespace portcullis::http
