// A machine and its policies, for tests of programs.
#pragma once

#include "firewall/program/compile.h"

#include <string>
#include <string_view>
#include <vector>

namespace portcullis::firewall::test {

// Two devices (eth0, with the default route, and eth1), loopback, and a Docker bridge.
Facts machine();

// The wire's side of it: eth0 has a public address, eth1 is loose; peers, management, HTTP/3,
// encrypted overlays.
FirewallConfig everything(FirewallMode mode);

// machine(), with bans and a feed.
Facts everything_facts();

Program compiled(FirewallMode mode);       // all at its default, two peers
Program everything_in(FirewallMode mode);  // everything(), bans and a feed

// The rules of a chain as lines; fails the test when there is no such chain.
std::vector<std::string> lines(const Program& program, std::string_view chain);
bool has_line(const Program& program, std::string_view chain, std::string_view line);

}  // namespace portcullis::firewall::test
