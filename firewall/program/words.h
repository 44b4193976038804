// nft's words for numbers, and values as nft writes them.
#pragma once

#include "firewall/program/statement.h"

#include <string>
#include <string_view>

namespace portcullis::firewall {

// One value of a field: "443", "syn|ack", "10.0.0.1", "\"eth0\"", "echo-request", "exists".
std::string value_text(Field field, const Bytes& value);

// First to last: one value, a prefix of addresses ("10.0.0.0/8"), or a range ("1-535").
std::string interval_text(Field field, const Interval& interval);

// "tcp dport 443", "ip saddr != @cluster4", "ct state established,related", "iifname \"br-*\"".
std::string match_text(const Match& match);

// The length of a contiguous mask of leading bits; -1 for any other.
int prefix_bits(const Bytes& mask);

// Text as a word in quotes, without what quotes cannot hold.
std::string quoted(std::string_view text);

}  // namespace portcullis::firewall
