#include "proxy/sticky_key.h"

#include "base/check.h"
#include "base/file.h"
#include "base/log.h"

#include <openssl/rand.h>
#include <openssl/sha.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

namespace portcullis {
namespace {

constexpr std::size_t kFileBytesMin = 32;
constexpr std::size_t kFileBytesMax = 4096;

// A file may hold text, such as hexadecimal digits: each of its bytes counts.
origin::StickyKey key_of(std::string_view secret) {
    origin::StickyKey key{};
    SHA256(reinterpret_cast<const unsigned char*>(secret.data()), secret.size(), key.data());
    return key;
}

Result<origin::StickyKey> read_named(const std::filesystem::path& file) {
    const auto secret = read_file(file, kFileBytesMax);
    if (!secret) {
        return failure("sticky_key_file: " + secret.error().text);
    }
    if (secret->size() < kFileBytesMin) {
        return failure("sticky_key_file: " + file.string() +
                       " holds less than 32 bytes; write one with: openssl rand -hex 32");
    }
    return key_of(*secret);
}

std::string random_secret() {
    std::string secret(kFileBytesMin, '\0');
    CHECK(RAND_bytes(reinterpret_cast<unsigned char*>(secret.data()),
                     static_cast<int>(secret.size())) == 1 &&
          "no random numbers");
    return secret;
}

// Of the state folder. One that is damaged is replaced: it is worth a cookie, not a start.
origin::StickyKey kept_key(const std::filesystem::path& state) {
    const std::filesystem::path file = state / "sticky.key";
    const auto kept = read_file(file, kFileBytesMax);
    if (kept && kept->size() == kFileBytesMin) {
        return key_of(*kept);
    }
    const std::string secret = random_secret();
    if (const auto written = replace_file(file, secret); !written) {
        log_warning("server", "the key of sticky cookies cannot be kept: " + written.error().text +
                                  "; after a restart clients are sent to other endpoints");
    }
    return key_of(secret);
}

// systemd separates several by colons; the unit names one. Empty without it.
std::filesystem::path state_folder() {
    const char* const folders = std::getenv("STATE_DIRECTORY");
    const std::string_view all = folders != nullptr ? folders : "";
    return std::filesystem::path{all.substr(0, all.find(':'))};
}

}  // namespace

Result<origin::StickyKey> sticky_key(const Config& config, const origin::StickyKey* inherited,
                                     const std::filesystem::path& state) {
    if (!config.sticky_key_file.empty()) {
        return read_named(config.sticky_key_file);
    }
    if (inherited != nullptr) {
        return *inherited;
    }
    return state.empty() ? key_of(random_secret()) : kept_key(state);
}

Result<void> set_sticky_key(const Config& config, const origin::StickyKey* inherited) {
    const auto key = sticky_key(config, inherited, state_folder());
    if (!key) {
        return key.error();
    }
    origin::use_sticky_key(*key);
    return {};
}

}  // namespace portcullis
