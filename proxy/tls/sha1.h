// SHA-1 in base64, for the one thing that still asks for it: the answer to a WebSocket's key (RFC
// 6455, 4.2.2), which protects nothing.
#pragma once

#include <string>
#include <string_view>

namespace portcullis::tls {

std::string sha1_base64(std::string_view text);

}  // namespace portcullis::tls
