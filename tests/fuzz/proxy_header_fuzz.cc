// A PROXY header ends where it ends, is incomplete before, and what it says can be said again.
#include "base/check.h"
#include "proxy/proxy_protocol/header.h"

#include <cstdint>
#include <string>

namespace portcullis::proxy_protocol {
namespace {

void check(std::string_view bytes) {
    using State = Header::State;
    const Header header = read_header(bytes);
    if (header.state != State::whole) {
        return;
    }
    CHECK(header.bytes > 0 && header.bytes <= bytes.size() && "it is among what was given");
    const Header cut = read_header(bytes.substr(0, header.bytes - 1));
    CHECK(cut.state == State::incomplete && "it is whole with its last byte only");
    const Header exact = read_header(bytes.substr(0, header.bytes));
    CHECK(exact.state == State::whole && exact.ends == header.ends && "what follows is not its");
    if (!header.ends) {
        return;
    }
    std::string two;
    append_v2(two, *header.ends);
    CHECK(read_header(two).ends == header.ends && "version 2 says the same");
    std::string one;
    append_v1(one, *header.ends);
    const Header again = read_header(one);
    CHECK(again.state == State::whole && "version 1 says something");
    CHECK((!again.ends || again.ends == header.ends) && "and nothing else");
}

}  // namespace
}  // namespace portcullis::proxy_protocol

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    portcullis::proxy_protocol::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
