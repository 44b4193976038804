// Header fields that a route sets, removes or copies.
#pragma once

#include "base/result.h"

#include <string_view>

namespace portcullis {

// A token (RFC 9110, 5.6.2) of at most 256 bytes.
Result<void> check_field_name(std::string_view name);
// Visible characters, spaces and tabs between them (RFC 9110, 5.5), so that no value can end its
// line.
Result<void> check_field_value(std::string_view value);

// A value for Host: a name or an address, and a port if need be (RFC 9110, 7.2).
Result<void> check_host_value(std::string_view value);

// Why a route must not touch this field, or empty: fields that frame a message, that end at the
// next hop, or that say who the client is are written by the proxy alone. Hyphens and underscores
// are the same here, as they are for origins that turn both into HTTP_X_FORWARDED_FOR.
std::string_view reserved_field(std::string_view name);

// The same name, for HTTP: letter case does not count.
bool same_field(std::string_view a, std::string_view b);

}  // namespace portcullis
