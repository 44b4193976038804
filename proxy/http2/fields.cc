#include "proxy/http2/fields.h"

namespace portcullis::http2 {
namespace {

// Another value in each message: it would only push what repeats out of the peer's table.
bool differs_each_time(std::string_view name) {
    return http::same_name(name, "X-Request-ID");
}

// nghttp2 promises not to write to what it is given.
std::uint8_t* bytes(std::string_view text) {
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
}

}  // namespace

void FieldArray::add(std::string_view name, std::string_view value) {
    const auto flags = differs_each_time(name) ? NGHTTP2_NV_FLAG_NO_INDEX : NGHTTP2_NV_FLAG_NONE;
    fields_.push_back(
        {bytes(name), bytes(value), name.size(), value.size(), static_cast<std::uint8_t>(flags)});
}

}  // namespace portcullis::http2
