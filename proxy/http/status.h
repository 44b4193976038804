// The reason phrases of status codes (RFC 9110, 15, and the IANA registry).
#pragma once

#include <string_view>

namespace portcullis::http {

// "Not Found"; for a code without a phrase that of its class ("Client Error"), "Unknown" outside
// 100 to 599.
std::string_view reason(int status);

}  // namespace portcullis::http
