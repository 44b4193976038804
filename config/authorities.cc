#include "config/authorities.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <climits>
#include <string>

namespace portcullis {
namespace {

constexpr std::size_t kAuthoritiesMax = 500;  // browsers trust about 150
constexpr std::size_t kListsMax = 500;        // one for each of them

// Everything of one kind that the text holds. What OpenSSL says of it stays in this function: its
// queue of errors is per thread, and the rest would be blamed on a later TLS connection.
template <class Item>
Result<void> read_all(std::string_view pem, auto read, std::size_t items_max, const char* noun,
                      std::vector<Item>& items) {
    ERR_clear_error();
    const Handle<BIO, BIO_free_all> bio{
        BIO_new_mem_buf(pem.data(), static_cast<int>(std::min<std::size_t>(pem.size(), INT_MAX)))};
    while (Item next{read(bio.get(), nullptr, nullptr, nullptr)}) {
        if (items.size() == items_max) {
            ERR_clear_error();
            return failure("more than " + std::to_string(items_max) + " " + noun + "s");
        }
        items.push_back(std::move(next));
    }
    const unsigned long last = ERR_peek_last_error();
    const bool at_end =
        ERR_GET_LIB(last) == ERR_LIB_PEM && ERR_GET_REASON(last) == PEM_R_NO_START_LINE;
    const char* reason = ERR_reason_error_string(last);
    ERR_clear_error();
    if (!at_end) {
        return failure("a malformed " + std::string{noun} + ": " +
                       (reason == nullptr ? "not PEM" : reason));
    }
    if (items.empty()) {
        return failure("no " + std::string{noun} + " in it; write PEM");
    }
    return {};
}

}  // namespace

Result<Authorities> parse_authorities(std::string_view pem) {
    Authorities authorities;
    const auto read =
        read_all(pem, PEM_read_bio_X509, kAuthoritiesMax, "certificate", authorities.certificates);
    if (!read) {
        return read.error();
    }
    return authorities;
}

Result<Revocations> parse_revocations(std::string_view pem) {
    Revocations revocations;
    const auto read =
        read_all(pem, PEM_read_bio_X509_CRL, kListsMax, "revocation list", revocations.lists);
    if (!read) {
        return read.error();
    }
    return revocations;
}

}  // namespace portcullis
