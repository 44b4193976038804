// Comma-separated lists of tokens in field values (RFC 9110, 5.6.1), as Connection, TE and Upgrade
// hold them.
#pragma once

#include "proxy/http/head.h"

#include <string_view>
#include <vector>

namespace portcullis::http {

// Takes the first element off the list, without surrounding whitespace; empty elements are skipped.
// Empty when nothing is left. Knows no quoted strings: for lists of tokens only.
std::string_view take_token(std::string_view& list);

// Whether a field of that name lists the token; both are compared without regard to case.
bool has_token(const std::vector<Field>& fields, std::string_view name, std::string_view token);

// Whether a field of that name lists anything but the token.
bool lists_other(const std::vector<Field>& fields, std::string_view name, std::string_view token);

}  // namespace portcullis::http
