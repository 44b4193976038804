#include "proxy/origin/balance.h"

namespace portcullis::origin {

// Marsaglia's xorshift64: two picks need speed and spread, not secrecy.
std::uint64_t Rotation::draw() {
    random ^= random << 13U;
    random ^= random >> 7U;
    random ^= random << 17U;
    return random;
}

}  // namespace portcullis::origin
