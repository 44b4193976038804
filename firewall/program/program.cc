#include "firewall/program/program.h"

#include "base/check.h"

#include <algorithm>
#include <array>

namespace portcullis::firewall {
namespace {

template <class Named>
const Named* find(const std::vector<Named>& all, std::string_view name) {
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const Named& one) { return one.name == name; });
    return found == all.end() ? nullptr : &*found;
}

}  // namespace

bool is_ban_set(std::string_view name) {
    constexpr std::array kBanSets{kBannedAddresses4, kBannedAddresses6, kBannedPrefixes4,
                                  kBannedPrefixes6};
    return std::find(kBanSets.begin(), kBanSets.end(), name) != kBanSets.end() ||
           (name.starts_with(kFeed) && name.size() == kFeed.size() + 1);
}

const Table* find_table(const Program& program, std::string_view name) {
    return find(program.tables, name);
}

const Chain* find_chain(const Table& table, std::string_view name) {
    return find(table.chains, name);
}

const Set* find_set(const Table& table, std::string_view name) {
    return find(table.sets, name);
}

std::size_t width_of(KeyType type) {
    constexpr std::array<std::size_t, 5> kWidths{4, kNameBytes, 4, 16, 4};
    const auto index = static_cast<std::size_t>(type);
    CHECK(index < kWidths.size() && "no such type of key");
    return kWidths[index];
}

Bytes address_bytes(const IpAddress& address) {
    return address.is_v4() ? Bytes{address.v4_host_order(), 4} : Bytes{address.bytes()};
}

Interval interval(const Cidr& prefix) {
    const Bytes first = address_bytes(prefix.network);
    const Bytes mask = Bytes::prefix_mask(static_cast<std::size_t>(prefix.bits), first.size());
    Bytes last = first;
    for (std::size_t i = 0; i < last.size(); ++i) {
        last[i] = static_cast<std::uint8_t>(last[i] | (~mask[i] & 0xff));
    }
    return {first, last};
}

}  // namespace portcullis::firewall
