#include "proxy/http/request_id.h"

#include "base/check.h"

#include <sys/random.h>

#include <bit>
#include <cstddef>

namespace portcullis::http {
namespace {

struct State {
    std::uint64_t a;
    std::uint64_t b;
    std::uint64_t c;
    std::uint64_t d;

    void round() {
        a += b;
        c += d;
        b = std::rotl(b, 13) ^ a;
        d = std::rotl(d, 16) ^ c;
        a = std::rotl(a, 32);
        c += b;
        a += d;
        b = std::rotl(b, 17) ^ c;
        d = std::rotl(d, 21) ^ a;
        c = std::rotl(c, 32);
    }

    void absorb(std::uint64_t word) {
        d ^= word;
        round();
        round();
        a ^= word;
    }

    std::uint64_t squeeze() {
        for (int i = 0; i < 4; ++i) {
            round();
        }
        return a ^ b ^ c ^ d;
    }
};

// SipHash-2-4 with 128 bits of output, of one little-endian 8-byte message.
std::array<std::uint64_t, 2> siphash(const RequestIds::Key& key, std::uint64_t message) {
    State state{
        key[0] ^ 0x736f6d6570736575U,
        key[1] ^ 0x646f72616e646f6dU ^ 0xeeU,
        key[0] ^ 0x6c7967656e657261U,
        key[1] ^ 0x7465646279746573U,
    };
    state.absorb(message);
    state.absorb(std::uint64_t{8} << 56U);  // the message's length ends it
    state.c ^= 0xeeU;
    const std::uint64_t first = state.squeeze();
    state.b ^= 0xddU;
    return {first, state.squeeze()};
}

}  // namespace

RequestIds::RequestIds() : key_{} {
    CHECK(getrandom(key_.data(), sizeof(key_), 0) == static_cast<ssize_t>(sizeof(key_)) &&
          "the kernel has randomness");
}

RequestIds::Id RequestIds::next() {
    constexpr std::string_view kHex = "0123456789abcdef";
    Id id;
    std::size_t at = 0;
    for (const std::uint64_t word : siphash(key_, count_++)) {
        // First byte first, as the reference implementation writes its output.
        for (unsigned shift = 0; shift < 64; shift += 8) {
            id.digits[at++] = kHex[(word >> (shift + 4)) & 0xfU];
            id.digits[at++] = kHex[(word >> shift) & 0xfU];
        }
    }
    return id;
}

}  // namespace portcullis::http
