// HTTP/2 on a client's TLS connection: one request after the other, by nghttp2 itself and none of
// our code, so that it can judge ours.
#pragma once

#include "base/handle.h"
#include "tests/support/tls_connection.h"

#include <nghttp2/nghttp2.h>

#include <string>
#include <utility>
#include <vector>

namespace portcullis::test {

class Http2Client {
  public:
    using Fields = std::vector<std::pair<std::string, std::string>>;

    // The connection has agreed on h2, and outlives the client.
    explicit Http2Client(TlsConnection& connection);

    Http2Client(const Http2Client&) = delete;
    Http2Client& operator=(const Http2Client&) = delete;

    // GET. fields: names in lower case.
    TlsConnection::Answer fetch(const std::string& authority, const std::string& path,
                                const Fields& fields = {});

  private:
    void flush();

    TlsConnection& connection_;
    Handle<nghttp2_session, nghttp2_session_del> session_;
    TlsConnection::Answer answer_;
    bool over_ = false;  // the answer's stream
};

}  // namespace portcullis::test
