// A resolver's response is read without harm, whatever it is; what names somebody is a response to
// the question that was asked, and to no other.
#include "base/check.h"
#include "proxy/dns/reverse.h"

#include <cstdint>
#include <string>

namespace portcullis::dns {
namespace {

// The first two bytes are the id that was asked with, as in the corpus.
void check(std::string_view bytes) {
    if (bytes.size() < 2) {
        return;
    }
    const auto id = static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[0]) << 8U |
                                               static_cast<unsigned char>(bytes[1]));
    const std::string name = reverse_name(IpAddress::parse("10.10.0.7").value());
    const auto read = read_response(bytes, id, name);
    CHECK((bytes.size() <= kMessageMax || !read) && "longer than any response");
    if (!read) {
        return;
    }
    CHECK(read->size() < 1025 && "a name is short");
    CHECK(bytes.size() >= make_question(id, name).size() && "the question is repeated");
    CHECK(!read_response(bytes, static_cast<std::uint16_t>(id + 1), name) && "another id");
    const std::string other = reverse_name(IpAddress::parse("10.10.0.8").value());
    CHECK(!read_response(bytes, id, other) && "another question");
}

}  // namespace
}  // namespace portcullis::dns

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    portcullis::dns::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
