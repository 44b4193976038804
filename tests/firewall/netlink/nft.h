// The nft program, as the judge of what is in the kernel, and as somebody else who changes it.
#pragma once

#include <string>

namespace portcullis::firewall::test {

struct Nft {
    int exit_code = -1;
    std::string out;  // with standard error behind it
};

// In this process's network namespace, within ten seconds.
Nft nft(const std::string& script);

// "table inet portcullis", as nft lists it, without handles.
std::string listed(const std::string& table = "inet portcullis");

}  // namespace portcullis::firewall::test
