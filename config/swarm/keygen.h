// portcullis-discovery keygen: a pair of keys as two files.
#pragma once

#include "base/result.h"

#include <filesystem>

namespace portcullis::swarm {

struct KeyFiles {
    std::filesystem::path signing;  // BASE.key, mode 0600
    std::filesystem::path verify;   // BASE.pub, mode 0644
};

// Makes both. Never writes over a file: a key that is in use would be gone.
Result<KeyFiles> keygen(const std::filesystem::path& base);

}  // namespace portcullis::swarm
