// Cookies that a request brings (RFC 6265, 4.2).
#pragma once

#include "proxy/http/fields.h"
#include "proxy/http/head.h"

#include <string_view>

namespace portcullis::http {

// The value of the first cookie of that name, without quotes around it; empty when there is none.
// Names are compared to the letter.
std::string_view cookie(const RequestHead& head, std::string_view name);

// Takes every cookie of that name out of the Cookie fields, and a field that held no other with it.
// What is left stays as it was sent.
void remove_cookie(FieldList& fields, std::string_view name);

}  // namespace portcullis::http
