// The head of a request, as far as this backend looks at it. Its peers are proxies that write
// HTTP/1.1 as it should be; what it cannot read is nothing.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace backend {

struct Request {
    std::string method;
    std::string target;
    std::string forwarded_for;  // empty: there was none
    std::size_t body_bytes = 0;
    bool chunked = false;
    bool keep_alive = true;
    bool upgrade = false;
    bool expects_continue = false;
};

// head: up to and with the empty line.
std::optional<Request> parse(std::string_view head);

// Of "/slow?ms=N" the N; else 0.
unsigned milliseconds_of(std::string_view target);

}  // namespace backend
