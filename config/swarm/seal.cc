#include "config/swarm/seal.h"

#include "base/file.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <filesystem>

namespace portcullis::swarm {
namespace {

constexpr std::string_view kFirstWords = "portcullis-snapshot hmac-sha256 ";
constexpr std::size_t kMacBytes = 32;
constexpr std::size_t kHeadBytes = kFirstWords.size() + 2 * kMacBytes + 1;
constexpr std::size_t kKeyBytesMax = 4096;

std::string mac_of(std::string_view document, std::string_view key) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
    unsigned int size = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char*>(document.data()), document.size(), mac.data(),
         &size);
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (std::size_t i = 0; i < kMacBytes; ++i) {
        text += kDigits[mac.at(i) >> 4U];
        text += kDigits[mac.at(i) & 15U];
    }
    return text;
}

}  // namespace

Result<std::string> read_key(const std::filesystem::path& file) {
    auto key = read_file(file, kKeyBytesMax);
    if (!key) {
        return key.error();
    }
    std::error_code error;
    const auto permissions = std::filesystem::status(file, error).permissions();
    using std::filesystem::perms;
    if (!error && (permissions & (perms::others_read | perms::others_write)) != perms::none) {
        return failure(file.string() + " is open to everybody; chmod o= it");
    }
    while (!key->empty() && std::string_view{" \t\r\n"}.find(key->back()) != std::string::npos) {
        key->pop_back();
    }
    if (key->size() < kKeyBytesMin) {
        return failure(file.string() +
                       " holds less than 32 bytes; openssl rand -hex 32 makes some");
    }
    return key;
}

std::string seal(std::string_view document, std::string_view key) {
    std::string sealed{kFirstWords};
    sealed += mac_of(document, key);
    sealed += '\n';
    sealed += document;
    return sealed;
}

Result<std::string_view> open(std::string_view sealed, std::string_view key) {
    if (!sealed.starts_with(kFirstWords) || sealed.size() < kHeadBytes ||
        sealed[kHeadBytes - 1] != '\n') {
        return failure("it is no signed snapshot");
    }
    const std::string_view document = sealed.substr(kHeadBytes);
    const std::string_view told = sealed.substr(kFirstWords.size(), 2 * kMacBytes);
    const std::string right = mac_of(document, key);
    if (CRYPTO_memcmp(told.data(), right.data(), right.size()) != 0) {
        return failure("its signature is not by this key");
    }
    return document;
}

}  // namespace portcullis::swarm
