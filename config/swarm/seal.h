// A snapshot on its way: one line that says who vouches for it, then the document's bytes.
//   portcullis-snapshot hmac-sha256 0123...ef\n{"nodes":...}
#pragma once

#include "base/result.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace portcullis::swarm {

constexpr std::size_t kKeyBytesMin = 32;

// What the file holds, without white space at its end. Fails if it is less than kKeyBytesMin, or
// if others than its owner and group may read it.
Result<std::string> read_key(const std::filesystem::path& file);

std::string seal(std::string_view document, std::string_view key);

// The document within sealed. Compares in constant time.
Result<std::string_view> open(std::string_view sealed, std::string_view key);

}  // namespace portcullis::swarm
