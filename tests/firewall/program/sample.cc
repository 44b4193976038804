#include "tests/firewall/program/sample.h"

#include "firewall/program/print.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace portcullis::firewall::test {
namespace {

Cidr cidr(const char* text) {
    return Cidr::parse(text).value();
}

}  // namespace

Facts machine() {
    Facts facts;
    facts.interfaces = {{.index = 1, .name = "lo", .loopback = true},
                        {.index = 2, .name = "eth0", .default_route = true},
                        {.index = 3, .name = "eth1"},
                        {.index = 5, .name = "docker0", .kind = "bridge"}};
    facts.synproxy = {.available = true, .timestamps = true, .wscale4 = 10, .wscale6 = 9};
    return facts;
}

FirewallConfig everything(FirewallMode mode) {
    FirewallConfig policy;
    policy.mode = mode;
    policy.http3 = mode == FirewallMode::closed ? Switch::off : Switch::on;
    policy.uplinks = {{{"eth0"}, ReversePath::strict, Switch::on},
                      {{"eth1"}, ReversePath::loose, Switch::off}};
    policy.cluster = {{cidr("10.8.0.0/24"), cidr("2620:99::/64")}, 7789, Switch::on};
    policy.management = {{cidr("10.9.0.0/24"), cidr("2001:db8:9::/48")}, 2222};
    return policy;
}

Program compiled(FirewallMode mode) {
    FirewallConfig policy;
    policy.mode = mode;
    policy.cluster.peers = {cidr("9.9.9.2"), cidr("2620:99::2")};
    return compile(policy, machine());
}

Facts everything_facts() {
    Facts facts = machine();
    const Expiry soon{std::chrono::seconds{3600}};
    facts.bans = {
        {cidr("7.7.7.7"), soon}, {cidr("7.8.0.0/16"), soon}, {cidr("2001:4860::/32"), soon}};
    facts.feed = {cidr("6.0.0.0/9"), cidr("6.128.0.0/9"), cidr("2a00:6::/32")};
    return facts;
}

Program everything_in(FirewallMode mode) {
    return compile(everything(mode), everything_facts());
}

std::vector<std::string> lines(const Program& program, std::string_view chain) {
    for (const Table& table : program.tables) {
        if (const Chain* found = find_chain(table, chain)) {
            std::vector<std::string> result;
            for (const Rule& rule : found->rules) {
                result.push_back(print(rule));
            }
            return result;
        }
    }
    ADD_FAILURE() << "no chain " << chain;
    return {};
}

bool has_line(const Program& program, std::string_view chain, std::string_view line) {
    const auto all = lines(program, chain);
    return std::find(all.begin(), all.end(), line) != all.end();
}

}  // namespace portcullis::firewall::test
