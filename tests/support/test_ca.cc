#include "tests/support/test_ca.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <array>
#include <stdexcept>

namespace portcullis::test {

namespace {

using Key = Handle<EVP_PKEY, EVP_PKEY_free>;
using Bio = Handle<BIO, BIO_free>;
using Extension = Handle<X509_EXTENSION, X509_EXTENSION_free>;

void require(bool done, const char* what) {
    if (!done) {
        throw std::runtime_error{std::string{what} + ": " +
                                 ERR_reason_error_string(ERR_get_error())};
    }
}

Key make_key(KeyKind kind) {
    Key key{kind == KeyKind::rsa_2048          ? EVP_RSA_gen(2048)
            : kind == KeyKind::ecdsa_secp256k1 ? EVP_EC_gen("secp256k1")
                                               : EVP_EC_gen("P-256")};
    require(key != nullptr, "cannot make a key");
    return key;
}

std::string drained(const Bio& bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

std::string pem(X509& certificate) {
    const Bio bio{BIO_new(BIO_s_mem())};
    require(PEM_write_bio_X509(bio.get(), &certificate) == 1, "cannot write a certificate");
    return drained(bio);
}

std::string pem(EVP_PKEY& key) {
    const Bio bio{BIO_new(BIO_s_mem())};
    require(PEM_write_bio_PrivateKey(bio.get(), &key, nullptr, nullptr, 0, nullptr, nullptr) == 1,
            "cannot write a key");
    return drained(bio);
}

Handle<GENERAL_NAME, GENERAL_NAME_free> general_name(const std::string& name) {
    std::array<unsigned char, 16> address{};
    const bool v4 = ::inet_pton(AF_INET, name.c_str(), address.data()) == 1;
    const bool literal = v4 || ::inet_pton(AF_INET6, name.c_str(), address.data()) == 1;
    ASN1_STRING* const text = literal ? ASN1_OCTET_STRING_new() : ASN1_IA5STRING_new();
    const bool set = literal
                         ? ASN1_STRING_set(text, address.data(), v4 ? 4 : 16) == 1
                         : ASN1_STRING_set(text, name.data(), static_cast<int>(name.size())) == 1;
    require(set, "cannot make a name");
    Handle<GENERAL_NAME, GENERAL_NAME_free> general{GENERAL_NAME_new()};
    GENERAL_NAME_set0_value(general.get(), literal ? GEN_IPADD : GEN_DNS, text);
    return general;
}

// By hand, for OpenSSL's own text ends at a zero byte, and a test may want one in a name.
void add_names(X509& certificate, const std::vector<std::string>& names) {
    const Handle<GENERAL_NAMES, GENERAL_NAMES_free> all{GENERAL_NAMES_new()};
    for (const std::string& name : names) {
        sk_GENERAL_NAME_push(all.get(), general_name(name).release());
    }
    require(X509_add1_ext_i2d(&certificate, NID_subject_alt_name, all.get(), 0, 0) == 1,
            "cannot add the names");
}

// The issuer is read for the authority key identifier (RFC 5280, 4.2.1.1).
void add_extension(X509& certificate, X509& issuer, int nid, const char* value) {
    X509V3_CTX context{};
    X509V3_set_ctx(&context, &issuer, &certificate, nullptr, nullptr, 0);
    const Extension extension{X509V3_EXT_conf_nid(nullptr, &context, nid, value)};
    require(extension && X509_add_ext(&certificate, extension.get(), -1) == 1,
            "cannot add an extension");
}

Handle<X509, X509_free> draft(EVP_PKEY& key, const std::string& common_name, const Wanted& wanted) {
    Handle<X509, X509_free> certificate{X509_new()};
    X509& x509 = *certificate;
    std::array<unsigned char, 8> serial{};
    require(RAND_bytes(serial.data(), static_cast<int>(serial.size())) == 1, "no random bytes");
    serial[0] &= 0x7f;  // positive (RFC 5280, 4.1.2.2)
    const Handle<BIGNUM, BN_free> number{
        BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr)};
    BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(&x509));
    X509_set_version(&x509, X509_VERSION_3);
    X509_gmtime_adj(X509_getm_notBefore(&x509), static_cast<long>(wanted.from.count()));
    X509_gmtime_adj(X509_getm_notAfter(&x509), static_cast<long>(wanted.until.count()));
    X509_NAME_add_entry_by_txt(X509_get_subject_name(&x509), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1,
                               0);
    X509_set_pubkey(&x509, &key);
    return certificate;
}

}  // namespace

TestCa::TestCa(KeyKind kind, const std::string& name) : key_{make_key(kind)} {
    certificate_ = draft(*key_, name, {.names = {}, .key = kind, .until = std::chrono::days{61}});
    become_authority(*certificate_, *key_);
}

TestCa::TestCa(const TestCa& issuer, const std::string& name)
    : key_{make_key(KeyKind::ecdsa_p256)} {
    certificate_ = draft(*key_, name, {.names = {}, .until = std::chrono::days{61}});
    become_authority(*issuer.certificate_, *issuer.key_);
}

void TestCa::become_authority(const X509& issuer, EVP_PKEY& issuer_key) {
    X509& self = *certificate_;
    auto& from = const_cast<X509&>(issuer);
    X509_set_issuer_name(&self, X509_get_subject_name(&from));
    add_extension(self, from, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(self, from, NID_key_usage, "critical,keyCertSign,cRLSign");
    add_extension(self, from, NID_subject_key_identifier, "hash");
    require(X509_sign(&self, &issuer_key, EVP_sha256()) > 0, "cannot sign");
    certificate_pem_ = pem(self);
}

Issued TestCa::issue(const Wanted& wanted) const {
    const Key key = make_key(wanted.key);
    const auto certificate = draft(*key, wanted.common_name, wanted);
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate_.get()));
    add_extension(*certificate, *certificate_, NID_basic_constraints, "critical,CA:FALSE");
    add_extension(*certificate, *certificate_, NID_ext_key_usage, wanted.purpose.c_str());
    add_extension(*certificate, *certificate_, NID_authority_key_identifier, "keyid:always");
    if (!wanted.names.empty()) {
        add_names(*certificate, wanted.names);
    }
    require(X509_sign(certificate.get(), key_.get(), EVP_sha256()) > 0, "cannot sign");
    return {pem(*certificate), pem(*key)};
}

std::string TestCa::revoke(const std::vector<std::string>& certificates,
                           std::chrono::seconds until) const {
    const Handle<X509_CRL, X509_CRL_free> list{X509_CRL_new()};
    const Handle<ASN1_TIME, ASN1_TIME_free> time{ASN1_TIME_new()};
    X509_CRL_set_version(list.get(), X509_CRL_VERSION_2);
    X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(certificate_.get()));
    X509_gmtime_adj(time.get(), std::chrono::seconds{std::chrono::hours{-2}}.count());
    X509_CRL_set1_lastUpdate(list.get(), time.get());
    for (const std::string& text : certificates) {
        const Bio bio{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
        const Handle<X509, X509_free> certificate{
            PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)};
        require(certificate != nullptr, "no certificate to revoke");
        Handle<X509_REVOKED, X509_REVOKED_free> entry{X509_REVOKED_new()};
        X509_REVOKED_set_serialNumber(entry.get(), X509_get_serialNumber(certificate.get()));
        X509_REVOKED_set_revocationDate(entry.get(), time.get());
        require(X509_CRL_add0_revoked(list.get(), entry.release()) == 1, "cannot revoke");
    }
    X509_gmtime_adj(time.get(), static_cast<long>(until.count()));
    X509_CRL_set1_nextUpdate(list.get(), time.get());
    X509_CRL_sort(list.get());
    require(X509_CRL_sign(list.get(), key_.get(), EVP_sha256()) > 0, "cannot sign");
    const Bio bio{BIO_new(BIO_s_mem())};
    require(PEM_write_bio_X509_CRL(bio.get(), list.get()) == 1, "cannot write a list");
    return drained(bio);
}

IssuedFiles TestCa::issue_into(const TempDir& dir, std::string_view name,
                               const Wanted& wanted) const {
    const Issued issued = issue(wanted);
    return {dir.write(std::string{name} + ".pem", issued.certificate_pem),
            dir.write(std::string{name} + ".key", issued.key_pem)};
}

std::filesystem::path TestCa::write_into(const TempDir& dir) const {
    return dir.write("ca.pem", certificate_pem_);
}

}  // namespace portcullis::test
