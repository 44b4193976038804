// The real curl: what a request gets, seen by the client most people use.
#pragma once

#include "tests/support/eventually.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace portcullis::test {

struct Fetched {
    int exit_code = -1;  // curl's own; -1 when it ran out of time. 0 says nothing about the status
    int status = 0;      // of the last answer; 0 when there was none
    std::vector<std::pair<std::string, std::string>>
        headers;  // of the last answer; names in lower case
    std::string body;
    std::string error;  // what curl wrote to standard error

    // The first value of that name (in lower case), or an empty one.
    [[nodiscard]] std::string_view header(std::string_view name) const;
};

class Curl {
  public:
    // Every host name is connected to address:port ("127.0.0.1", "[::1]"), as if the DNS said so.
    explicit Curl(std::filesystem::path ca, std::string address = "127.0.0.1", int port = 443);

    // By HTTP/1.1, unless the arguments say "--http2". arguments: any of curl's own, after the ones
    // that this adds.
    [[nodiscard]] Fetched operator()(const std::string& url,
                                     const std::vector<std::string>& arguments = {},
                                     Timeout timeout = kPatience) const;

  private:
    std::filesystem::path ca_;
    std::string connect_to_;
};

}  // namespace portcullis::test
