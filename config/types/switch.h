// On or off, for options that have no third choice.
#pragma once

#include <cstdint>

namespace portcullis {

enum class Switch : std::uint8_t { off, on };

}  // namespace portcullis
