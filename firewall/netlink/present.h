// Which of our tables there are.
#pragma once

#include "firewall/netlink/kernel.h"

#include <array>
#include <optional>
#include <string_view>
#include <vector>

namespace portcullis::firewall {

struct OurTable {
    Family family{};
    std::string_view name;

    bool operator==(const OurTable&) const = default;
};

constexpr std::array<OurTable, 2> kOurTables{
    {{Family::inet, kTable}, {Family::netdev, kLayer2Table}}};

using Present = std::vector<OurTable>;

// Nothing when it is not there.
Answer<std::optional<InstalledTable>> find_installed(Socket& socket, const OurTable& table);

Answer<Present> tables_present(Socket& socket);

}  // namespace portcullis::firewall
