// Cookies that a request brings (RFC 6265, 4.2).
#pragma once

#include "proxy/http/head.h"

#include <string_view>

namespace portcullis::http {

// The value of the first cookie of that name, without quotes around it; empty when there is none.
// Names are compared to the letter.
std::string_view cookie(const RequestHead& head, std::string_view name);

}  // namespace portcullis::http
