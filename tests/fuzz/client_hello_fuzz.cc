// A ClientHello is read the same in one record and in many, and what is whole stays so whatever
// comes behind it.
#include "base/check.h"
#include "proxy/tls/client_hello.h"

#include <cstdint>
#include <string>

namespace portcullis::tls {
namespace {

using State = ClientHello::State;

// Each record of up to 0xffff bytes as records of one byte.
std::string shredded(std::string_view bytes) {
    std::string out;
    while (bytes.size() >= 5) {
        const std::size_t length = static_cast<std::size_t>(static_cast<unsigned char>(bytes[3]))
                                       << 8U |
                                   static_cast<unsigned char>(bytes[4]);
        for (const char byte : bytes.substr(5, length)) {
            out.append(bytes.substr(0, 3)).append({'\0', '\1', byte});
        }
        bytes.remove_prefix(5 + std::min(length, bytes.size() - 5));
    }
    return out;
}

void check(std::string_view bytes) {
    const ClientHello hello = read_client_hello(bytes);
    CHECK((hello.state == State::whole || hello.sni.empty()) && "only a whole one has a name");
    if (hello.state != State::whole) {
        return;
    }
    const ClientHello longer = read_client_hello(std::string{bytes} + "\x17\x03\x03");
    CHECK(longer.state == State::whole && longer.sni == hello.sni && "its end is its end");
    const ClientHello cut = read_client_hello(shredded(bytes));
    // Six bytes for each one may be more than the limit.
    CHECK((cut.state == State::unusable || cut.sni == hello.sni) && "records change nothing");
}

}  // namespace
}  // namespace portcullis::tls

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    portcullis::tls::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
