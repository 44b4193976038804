#include "firewall/program/prove.h"

#include "firewall/program/build.h"
#include "tests/firewall/program/sample.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace portcullis::firewall {
namespace {

using namespace build;
using namespace test;

std::string said(const std::vector<Objection>& objections) {
    std::string all;
    for (const Objection& one : objections) {
        all += text(one) + "\n";
    }
    return all;
}

Chain& chain(Program& program, std::string_view name) {
    for (Table& table : program.tables) {
        for (Chain& one : table.chains) {
            if (one.name == name) {
                return one;
            }
        }
    }
    ADD_FAILURE() << "no chain " << name;
    return program.tables.at(0).chains.at(0);
}

TEST(Prove, FindsNothingWrongWithWhatCompileMakes) {
    for (const FirewallMode mode :
         {FirewallMode::edge, FirewallMode::published, FirewallMode::closed}) {
        EXPECT_EQ(said(prove(everything_in(mode), everything(mode), everything_facts())), "");
        FirewallConfig bare;
        bare.mode = mode;
        EXPECT_EQ(said(prove(compile(bare, {}), bare, {})), "") << "a machine without interfaces";
    }
    FirewallConfig edge;
    Facts foreign = machine();
    foreign.listener_is_ours = false;
    foreign.synproxy.available = false;
    EXPECT_EQ(said(prove(compile(edge, foreign), edge, foreign)), "");
}

struct Sabotage {
    const char* what;
    std::function<void(Program&)> act;
    const char* objection;  // part of the first
};

void remove(Program& program, const char* name, std::size_t rule) {
    auto& rules = chain(program, name).rules;
    rules.erase(rules.begin() + static_cast<std::ptrdiff_t>(rule));
}

void put_first(Program& program, const char* name, Rule rule) {
    auto& rules = chain(program, name).rules;
    rules.insert(rules.begin(), std::move(rule));
}

std::vector<Sabotage> sabotages() {
    return {
        {"the gate lets what is left pass",
         [](Program& p) {
             chain(p, "gate").base->policy = Policy::accept;
             chain(p, "outside").rules.pop_back();
         },
         "hole: IPv4 "},
        {"a port is opened",
         [](Program& p) { put_first(p, "outside", rule(is(Field::tcp_dport, 8081), accept())); },
         ":8081 (local) on "},
        {"a port is opened to one address",
         [](Program& p) {
             put_first(p, "outside", rule(within(Field::ip_saddr, "1.2.3.4"), accept()));
         },
         "from 1.2.3.4"},
        {"a range of ports is opened",
         [](Program& p) {
             put_first(p, "outside", rule(between(Field::udp_dport, 60000, 60010), accept()));
         },
         "hole: IPv4 udp"},
        {"a protocol is opened",
         [](Program& p) { put_first(p, "outside", rule(is(Field::l4proto, 47), accept())); },
         "hole: IPv4 47"},
        {"an interface is opened by name",
         [](Program& p) { put_first(p, "gate", rule(named(Field::iifname, {"wan7"}), accept())); },
         "on wan7"},
        {"an uplink is opened by index",
         [](Program& p) { put_first(p, "gate", rule(is(Field::iif, 3), accept())); },
         "on eth1 (3)"},
        {"any bridge is trusted",
         [](Program& p) {
             put_first(p, "gate", rule(named(Field::iifkind, {"bridge"}), accept()));
         },
         "hole: "},
        {"names are asked before indexes", [](Program& p) { remove(p, "gate", 0); }, "hole: "},
        {"new connections count as answers",
         [](Program& p) {
             chain(p, "outside").rules[0] = rule(state(kCtEstablished | kCtRelated), accept());
         },
         "established original"},
        {"what a helper expects counts as an answer",
         [](Program& p) { put_first(p, "outside", rule(state(kCtRelated), accept())); },
         "related original"},
        {"answers are dropped", [](Program& p) { remove(p, "outside", 0); }, "cut: "},
        {"routed targets are open", [](Program& p) { remove(p, "outside", 2); }, "(unicast)"},
        {"443 is dropped",
         [](Program& p) { put_first(p, "outside", rule(is(Field::tcp_dport, 443), drop())); },
         "cut: "},
        {"everybody is a peer",
         [](Program& p) {
             for (Rule& one : chain(p, "outside").rules) {
                 if (one == rule(in(Field::ip_saddr, "cluster4"), jump("cluster"))) {
                     one = rule(jump("cluster"));
                 }
             }
         },
         "from 8.8.8.8"},
        {"a neighbour of the managers may log in",
         [](Program& p) {
             for (Set& set : p.tables[0].sets) {
                 if (set.name == "mgmt4") {
                     set.elements[0].last = Bytes{0x0a0900ff + 1, 4};
                 }
             }
         },
         "from 10.9.1.0"},
        {"managers are cut off",
         [](Program& p) {
             p.tables[0].sets[4].elements.clear();
             p.tables[0].sets[5].elements.clear();
             p.tables[0].sets[6].elements.clear();
             p.tables[0].sets[7].elements.clear();
         },
         "cut: "},
        {"unencrypted VXLAN passes",
         [](Program& p) { put_first(p, "cluster", rule(is(Field::udp_dport, 7789), accept())); },
         ":7789 (local)"},
        {"forged sources pass",
         [](Program& p) {
             auto& rules = chain(p, "early_outside").rules;
             std::erase_if(rules, [](const Rule& one) {
                 return std::any_of(
                     one.statements.begin(), one.statements.end(), [](const Statement& s) {
                         const auto* match = std::get_if<Match>(&s);
                         return match != nullptr && match->field == Field::fib_saddr_iif_oif;
                     });
             });
         },
         "source leads elsewhere"},
        {"the early checks are passed over",
         [](Program& p) { put_first(p, "early_outside", rule(accept())); }, "hole: "},
        {"redirects pass",
         [](Program& p) {
             std::erase_if(chain(p, "early_outside").rules, [](const Rule& one) {
                 return one ==
                        rule(is(Field::icmp_type, kIcmpRedirect), count("d_redirect"), drop());
             });
         },
         "icmp redirect"},
        {"bogons pass",
         [](Program& p) {
             std::erase_if(chain(p, "early_outside").rules, [](const Rule& one) {
                 return one == rule(in(Field::iif, "bogon_if"), in(Field::ip_saddr, "bogon4"),
                                    count("d_bogon4"), drop());
             });
         },
         "hole: IPv4 tcp"},
        {"flags are not checked", [](Program& p) { remove(p, "tcp_sanity", 0); }, "hole: IPv4 tcp"},
        {"SYNs to other ports are given state",
         [](Program& p) { chain(p, "syn_ports").rules.pop_back(); }, "cost: "},
        {"443 is tracked",
         [](Program& p) { chain(p, "serve_tcp").rules[1] = rule(count("a_443"), accept()); },
         "cut: "},
        {"SYNs are not limited", [](Program& p) { remove(p, "serve_syn", 0); },
         "however many come"},
        {"pings are not limited",
         [](Program& p) {
             put_first(p, "icmps", rule(is(Field::icmp_type, kIcmpEchoRequest), accept()));
         },
         "however many come"},
        {"what leaves is not tracked",
         [](Program& p) { put_first(p, "raw_out", rule(Notrack{}, accept())); }, "cut: "},
        {"a target of egress is cut",
         [](Program& p) { put_first(p, "raw_out", rule(is(Field::tcp_dport, 25), drop())); },
         ":25 "},
        {"containers are cut off",
         [](Program& p) { put_first(p, "gate", rule(named(Field::iifname, {"docker0"}), drop())); },
         "on docker0"},
        {"loopback is cut off", [](Program& p) { remove(p, "gate", 1); }, "on lo (1)"},
        {"the canary sings for nobody",
         [](Program& p) { chain(p, "canary_fwd_outside").rules.clear(); },
         "around the gate to be forwarded"},
        {"neighbours are not heard",
         [](Program& p) {
             put_first(p, "early_outside", rule(is(Field::l4proto, kIcmpv6), drop()));
         },
         "cut: IPv6 ipv6-icmp"},
        {"macvlan is open", [](Program& p) { chain(p, "others").rules.pop_back(); },
         "to a macvlan"},
        {"a jump leads nowhere", [](Program& p) { put_first(p, "raw_out", rule(jump("nowhere"))); },
         "cut: "},
        {"a chain never ends",
         [](Program& p) { put_first(p, "tcp_sanity", rule(jump("tcp_sanity"))); }, "cut: "},
        {"the gate stands behind DNAT's place and before tracking",
         [](Program& p) { chain(p, "gate").base->priority = -250; }, "cut: "},
    };
}

// The first objection names it, and one is all that a proof of a bad program needs: to go on would
// be most of the time of this test.
TEST(Prove, RefusesEverySabotageWithThePacketThatShowsIt) {
    const FirewallConfig policy = everything(FirewallMode::edge);
    const Facts facts = everything_facts();
    for (const Sabotage& sabotage : sabotages()) {
        Program program = everything_in(FirewallMode::edge);
        sabotage.act(program);
        const std::vector<Objection> objections = prove(program, policy, facts, 1);
        EXPECT_EQ(objections.size(), 1U) << sabotage.what << ":\n" << said(objections);
        EXPECT_NE(said(objections).find(sabotage.objection), std::string::npos)
            << sabotage.what << ":\n"
            << said(objections);
    }
}

TEST(Prove, AProgramForAnotherPolicyIsRefused) {
    const Facts facts = machine();
    FirewallConfig edge;
    FirewallConfig closed;
    closed.mode = FirewallMode::closed;
    EXPECT_NE(said(prove(compile(edge, facts), closed, facts)).find("hole: "), std::string::npos);
    EXPECT_NE(said(prove(compile(closed, facts), edge, facts)).find("cut: "), std::string::npos);
    EXPECT_NE(said(prove({}, edge, facts)).find("hole: "), std::string::npos);
}

TEST(Prove, SaysNoMoreThanItIsAskedFor) {
    const Program empty{{{.family = Family::inet, .name = "t"}}};
    // The first packet that it objects to gives two reasons.
    for (const std::size_t most : {1U, 2U, 3U}) {
        EXPECT_EQ(prove(empty, {}, machine(), most).size(), most);
    }
    EXPECT_LE(prove(empty, {}, machine()).size(), kObjectionsMax);
}

TEST(Prove, TextNamesKindPacketAndRule) {
    EXPECT_EQ(text({Objection::Kind::hole, "IPv4 tcp", "accepted by chain c"}),
              "hole: IPv4 tcp: accepted by chain c");
}

}  // namespace
}  // namespace portcullis::firewall
