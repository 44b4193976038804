#include "config/swarm/verify_keys.h"

#include "base/file.h"
#include "base/hex.h"
#include "config/pem.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <algorithm>
#include <utility>

namespace portcullis::swarm {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kFileBytesMax = 16U << 10U;
constexpr const char* kMake = "; portcullis-discovery keygen makes a pair of keys";

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

using Key = Handle<EVP_PKEY, EVP_PKEY_free>;

// One block of a PEM file after the other. OpenSSL's own reader of public keys does not tell a
// file's end from what it cannot read.
class PemBlock {
  public:
    PemBlock() = default;
    PemBlock(const PemBlock&) = delete;
    PemBlock& operator=(const PemBlock&) = delete;

    ~PemBlock() { clear(); }

    bool read(BIO* text) {
        clear();
        return PEM_read_bio(text, &name_, &header_, &data_, &size_) == 1;
    }

    // Null when it is something else.
    [[nodiscard]] Key public_key() const {
        const unsigned char* at = data_;
        Key key{std::string_view{name_} == PEM_STRING_PUBLIC ? d2i_PUBKEY(nullptr, &at, size_)
                                                             : nullptr};
        return at == data_ + size_ ? std::move(key) : Key{};
    }

  private:
    void clear() {
        OPENSSL_free(std::exchange(name_, nullptr));
        OPENSSL_free(std::exchange(header_, nullptr));
        OPENSSL_free(std::exchange(data_, nullptr));
    }

    char* name_ = nullptr;
    char* header_ = nullptr;
    unsigned char* data_ = nullptr;
    long size_ = 0;
};

bool is_signature(const std::string& key, std::string_view document, std::string_view signature) {
    const Key loaded{
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(key), key.size())};
    const Handle<EVP_MD_CTX, EVP_MD_CTX_free> context{EVP_MD_CTX_new()};
    return loaded && context &&
           EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, loaded.get()) == 1 &&
           EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(),
                            bytes_of(document), document.size()) == 1;
}

}  // namespace

Result<VerifyKeys> VerifyKeys::read(const std::filesystem::path& file) {
    const auto pem = read_file(file, kFileBytesMax);
    if (!pem) {
        return pem.error();
    }
    auto keys = parse(*pem);
    return keys ? keys : failure(file.string() + " " + keys.error().text);
}

Result<VerifyKeys> VerifyKeys::parse(std::string_view pem) {
    if (holds(pem, "PRIVATE KEY-----")) {
        return failure(
            "holds a private key; name the public one, NAME.pub, and keep the private one "
            "from this program");
    }
    const CleanErrorQueue clean;
    const PemText text = pem_text(pem);
    VerifyKeys keys;
    for (PemBlock block; block.read(text.get());) {
        const auto key = block.public_key();
        if (!key) {
            return failure(std::string{"holds no public key in PEM"} + kMake);
        }
        std::string raw(kKeyBytes, '\0');
        std::size_t size = raw.size();
        if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_ED25519 ||
            EVP_PKEY_get_raw_public_key(key.get(), reinterpret_cast<unsigned char*>(raw.data()),
                                        &size) != 1) {
            return failure(std::string{"holds a public key that is not Ed25519"} + kMake);
        }
        keys.keys_.push_back(std::move(raw));
    }
    if (!at_end_of_pem() || keys.keys_.empty()) {
        return failure(std::string{"holds no public key in PEM"} + kMake);
    }
    if (keys.keys_.size() > kMax) {
        return failure(
            "holds more than two public keys; keep the one in use and the one that "
            "replaces it");
    }
    return keys;
}

std::string VerifyKeys::signer(std::string_view document, std::string_view signature) const {
    const CleanErrorQueue clean;
    const auto found = std::find_if(keys_.begin(), keys_.end(), [&](const std::string& key) {
        return is_signature(key, document, signature);
    });
    return found == keys_.end() ? std::string{} : to_hex(*found);
}

bool VerifyKeys::has(std::string_view name) const {
    return std::any_of(keys_.begin(), keys_.end(),
                       [&](const std::string& key) { return to_hex(key) == name; });
}

}  // namespace portcullis::swarm
