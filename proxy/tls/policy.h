// What every TLS connection of ours has in common, whichever side of it we are.
#pragma once

#include "base/result.h"
#include "config/model.h"

#include <openssl/ssl.h>

#include <string>

namespace portcullis::tls {

// TLS 1.2 or 1.3, Mozilla's intermediate ciphers, no renegotiation, no compression, no buffer while
// nothing is read or written. False when OpenSSL refuses.
bool set_policy(SSL_CTX* context, TlsVersion minimum_version);

// What this side shows: nothing when it is null.
bool set_certificate(SSL_CTX* context, const Certificate* certificate);

// "tls: REASON" from OpenSSL's error queue, which is empty afterwards.
Error openssl_error(std::string what);

}  // namespace portcullis::tls
