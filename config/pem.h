// What the readers of PEM files share: text for OpenSSL, and its reasons in words.
#pragma once

#include "base/handle.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <climits>
#include <string>
#include <string_view>

namespace portcullis {

using PemText = Handle<BIO, BIO_free_all>;

// text must outlive it.
inline PemText pem_text(std::string_view text) {
    return PemText{BIO_new_mem_buf(text.data(),
                                   static_cast<int>(std::min<std::size_t>(text.size(), INT_MAX)))};
}

// OpenSSL's queue of errors is per thread: what is left there would be blamed on a later TLS
// connection.
struct CleanErrorQueue {
    CleanErrorQueue() { ERR_clear_error(); }

    CleanErrorQueue(const CleanErrorQueue&) = delete;
    CleanErrorQueue& operator=(const CleanErrorQueue&) = delete;

    ~CleanErrorQueue() { ERR_clear_error(); }
};

inline std::string openssl_reason() {
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    return reason == nullptr ? "malformed" : reason;
}

// Why the last read gave nothing: there is nothing more of its kind.
inline bool at_end_of_pem() {
    const unsigned long last = ERR_peek_last_error();
    return ERR_GET_LIB(last) == ERR_LIB_PEM && ERR_GET_REASON(last) == PEM_R_NO_START_LINE;
}

inline bool holds(std::string_view pem, std::string_view marker) {
    return pem.find(marker) != std::string_view::npos;
}

// Called when a key is encrypted. Without it OpenSSL would ask for a passphrase at the terminal.
inline int note_encrypted(char*, int, int, void* encrypted) noexcept {
    *static_cast<bool*>(encrypted) = true;
    return -1;
}

}  // namespace portcullis
