// Hashes as an operator would put them into a users file, as cheap as they may be.
#pragma once

#include <crypt.h>
#include <memory>
#include <string>

namespace portcullis::test {

// prefix: "$2b$", "$6$" or "$y$".
inline std::string hashed(const std::string& password, const char* prefix, unsigned long cost) {
    const auto data = std::make_unique<crypt_data>();
    std::string setting(CRYPT_GENSALT_OUTPUT_SIZE, '\0');
    ::crypt_gensalt_rn(prefix, cost, nullptr, 0, setting.data(), static_cast<int>(setting.size()));
    return ::crypt_r(password.c_str(), setting.c_str(), data.get());
}

}  // namespace portcullis::test
