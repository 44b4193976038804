#include "firewall/agent/lockout.h"

#include <algorithm>
#include <fmt/format.h>

namespace portcullis::firewall {
namespace {

bool is_loopback(const IpAddress& address) {
    return Cidr{IpAddress::v4(0x7f000000), 8}.contains(address) ||
           address == IpAddress::v6({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
}

}  // namespace

std::string why_locked_out(const FirewallConfig& policy, const BanTable& bans,
                           const SshConnection& ssh) {
    const IpAddress& client = ssh.client.address;
    if (is_loopback(client)) {
        return {};
    }
    if (const auto ban = bans.covering(client)) {
        return fmt::format("you are logged in from {}, which is banned as {}", client.text(),
                           ban->prefix.text());
    }
    const auto& from = policy.management.from;
    if (std::none_of(from.begin(), from.end(),
                     [&](const Cidr& prefix) { return prefix.contains(client); })) {
        return fmt::format("you are logged in from {}, which is not in firewall.management.from",
                           client.text());
    }
    if (ssh.server.port != policy.management.port) {
        return fmt::format("you are logged in on port {}, and firewall.management.port is {}",
                           ssh.server.port, policy.management.port);
    }
    return {};
}

}  // namespace portcullis::firewall
