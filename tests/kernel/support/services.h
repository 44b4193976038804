// Something to talk to: an echo on TCP and UDP ports of a machine, both families, until the end of
// the scope. On TCP it may speak first. A thread of its own serves all of them.
#pragma once

#include "tests/support/net_namespace.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace portcullis::test {

struct Ports {
    std::vector<std::uint16_t> tcp{};
    std::vector<std::uint16_t> udp{};
    std::vector<std::uint16_t> tcp_greeting{};  // says kGreeting before it hears anything
    int backlog = 128;
};

constexpr std::string_view kGreeting = "220 ready\n";

class Services {
  public:
    Services(const NetNamespace& machine, const Ports& ports);
    ~Services();
    Services(const Services&) = delete;
    Services& operator=(const Services&) = delete;

  private:
    struct Open;
    void serve(Open open) const;

    Fd stop_read_, stop_write_;
    std::thread thread_;
};

}  // namespace portcullis::test
