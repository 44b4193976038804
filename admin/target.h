// The URL that explain is asked about, in the spelling that the proxy compares.
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>

namespace portcullis::admin {

struct Target {
    std::string host;      // canonical, an IPv6 address without brackets
    std::string path;      // normalised, without query; "/" at least
    std::string written;   // the path as it was given; "/" at least
    bool address = false;  // the host is an IP literal, which clients never send as SNI
};

// "https://shop.example.com/api?x=1" or the same without "https://". Fails with a sentence for
// another scheme or port, which nothing could answer, and for what is no URL.
Result<Target> parse_target(std::string_view url);

}  // namespace portcullis::admin
