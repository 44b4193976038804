#include "config/swarm/signing_key.h"

#include "base/check.h"
#include "base/file.h"
#include "base/hex.h"
#include "config/pem.h"
#include "config/swarm/seal.h"

#include <openssl/crypto.h>

namespace portcullis::swarm {
namespace {

constexpr std::size_t kFileBytesMax = 16U << 10U;

std::string text_of(const PemText& memory) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

bool is_for_its_owner_only(const std::filesystem::path& file) {
    using std::filesystem::perms;
    std::error_code error;
    const auto permissions = std::filesystem::status(file, error).permissions();
    return !error && (permissions & (perms::group_all | perms::others_all)) == perms::none;
}

}  // namespace

SigningKey SigningKey::generate() {
    EVP_PKEY* key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    CHECK(key != nullptr && "OpenSSL makes Ed25519 keys");
    return SigningKey{key};
}

Result<SigningKey> SigningKey::read(const std::filesystem::path& file) {
    auto pem = read_file(file, kFileBytesMax);
    if (!pem) {
        return pem.error();
    }
    const CleanErrorQueue clean;
    bool encrypted = false;
    EVP_PKEY* key =
        PEM_read_bio_PrivateKey(pem_text(*pem).get(), nullptr, note_encrypted, &encrypted);
    OPENSSL_cleanse(pem->data(), pem->size());
    if (key == nullptr) {
        return failure(file.string() + (encrypted ? " is encrypted; keep it without a passphrase"
                                                  : " holds no private key in PEM; "
                                                    "portcullis-discovery keygen makes a pair"));
    }
    SigningKey read{key};
    if (EVP_PKEY_get_base_id(key) != EVP_PKEY_ED25519) {
        return failure(file.string() +
                       " is no Ed25519 key; portcullis-discovery keygen makes a pair");
    }
    if (!is_for_its_owner_only(file)) {
        return failure(file.string() +
                       " is open to others than its owner, who could sign with it; chmod 0600 it");
    }
    return read;
}

std::string SigningKey::private_pem() const {
    const PemText memory{BIO_new(BIO_s_secmem())};
    CHECK(PEM_write_bio_PrivateKey(memory.get(), key_.get(), nullptr, nullptr, 0, nullptr,
                                   nullptr) == 1);
    return text_of(memory);
}

std::string SigningKey::public_pem() const {
    const PemText memory{BIO_new(BIO_s_mem())};
    CHECK(PEM_write_bio_PUBKEY(memory.get(), key_.get()) == 1);
    return text_of(memory);
}

VerifyKeys SigningKey::verify_keys() const {
    return VerifyKeys::parse(public_pem()).value();
}

std::string SigningKey::sign(std::string_view document) const {
    const CleanErrorQueue clean;
    const Handle<EVP_MD_CTX, EVP_MD_CTX_free> context{EVP_MD_CTX_new()};
    std::string signature(kSignatureBytes, '\0');
    std::size_t size = signature.size();
    CHECK(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1);
    CHECK(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                         reinterpret_cast<const unsigned char*>(document.data()),
                         document.size()) == 1);
    return signature;
}

std::string seal(std::string_view document, const SigningKey& key) {
    std::string sealed{kSealBegins};
    sealed += to_hex(key.sign(document));
    sealed += '\n';
    sealed += document;
    return sealed;
}

}  // namespace portcullis::swarm
