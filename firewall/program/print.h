// A program as people and nft read it.
#pragma once

#include "firewall/program/program.h"

#include <string>
#include <vector>

namespace portcullis::firewall {

// A script for nft -f that makes these tables where there are none of their names. Interfaces that
// are told by index are written as numbers. Expiries become what remains of them at this moment.
std::string print(const Program& program, Expiry now);

// One rule as a line, without its end.
std::string print(const Rule& rule);

// One element, without its expiry: "10.0.0.0/24", "\"docker0\"", "2".
std::string print_element(const Element& element, KeyType type);

// "type ipv4_addr; flags interval;": a set without its elements; and "type filter hook ...;".
std::string print_header(const Set& set);
std::string print_header(const Base& base);

}  // namespace portcullis::firewall
