#include "config/read.h"
#include "config/validate.h"
#include "tests/config/sandbox.h"

#include <gtest/gtest.h>

namespace portcullis {
namespace {

// What is said about the section; one line each, without the file's name.
std::string said(std::string_view firewall) {
    const std::string yaml = "firewall: { " + std::string{firewall} + " }\n";
    const Draft draft = read_config(yaml, "p.yaml");
    EXPECT_EQ(render(draft.diagnostics, yaml), "");
    Findings findings{draft.config, draft.positions};
    validate_firewall(draft.config, findings);
    std::string text;
    for (const Diagnostic& one : findings.take()) {
        EXPECT_EQ(one.line, 1) << one.path;
        EXPECT_GT(one.column, 0) << one.path;
        text += std::string{one.severity == Severity::error ? "error " : "warning "} + one.path +
                ": " + one.wrong + "; " + one.right + "\n";
    }
    return text;
}

TEST(ValidateFirewall, HasNothingToSayAboutWhatFits) {
    for (const char* fine : {
             "mode: edge",
             "mode: closed",
             "mode: published, http3: on",
             "cluster: { peers: [ 10.0.0.0/16, 192.0.2.7, '2001:db8::/32' ], data_path_port: 7789 "
             "}",
             "management: { from: [ 10.9.0.0/16, '2001:db8::/32' ], port: 2222 }",
             "uplinks: [ { interface: eth0, bogons: on }, { interface: eth1, reverse_path: loose } "
             "]",
             "inside: [ lo, wg0 ], macvlan_parents: [ eth0 ], feeds: [ a.txt, b.txt ], socket: off",
             "limits: { syns_per_client: 10, syn_burst: 10 }",
         }) {
        EXPECT_EQ(said(fine), "") << fine;
    }
}

struct Case {
    const char* part;
    const char* want;
};

TEST(ValidateFirewall, RefusesWhatWouldOpenOrCutTooMuch) {
    const Case cases[] = {
        {"management: { from: [ 0.0.0.0/0 ] }",
         "error firewall.management.from[0]: '0.0.0.0/0' is too many addresses to log in from; "
         "name a "
         "prefix of at least /16\n"},
        {"management: { from: [ 10.0.0.0/15 ] }",
         "error firewall.management.from[0]: '10.0.0.0/15' is too many addresses to log in from; "
         "name a "
         "prefix of at least /16\n"},
        {"management: { from: [ '2000::/31' ] }",
         "error firewall.management.from[0]: '2000::/31' is too many addresses to log in from; "
         "name a "
         "prefix of at least /32\n"},
        {"management: { port: 443 }",
         "error firewall.management.port: 443 is open to everybody; write the port that sshd "
         "listens "
         "on\n"},
        {"management: { port: 2377 }",
         "error firewall.management.port: 2377 is a port of the swarm; write the port that sshd "
         "listens "
         "on\n"},
        {"cluster: { data_path_port: 7946 }",
         "error firewall.cluster.data_path_port: 7946 is the port nodes gossip on; write what "
         "'docker "
         "info' shows, 4789 if nothing else was chosen\n"},
        {"cluster: { peers: [ 8.0.0.0/7 ] }",
         "error firewall.cluster.peers[0]: '8.0.0.0/7' lets strangers inject packets into the "
         "cluster; "
         "name the other nodes, or their network\n"},
        {"cluster: { peers: [ 10.0.0.0/15 ] }",
         "warning firewall.cluster.peers[0]: '10.0.0.0/15' is more than a network of nodes; "
         "whoever has "
         "an address in it may inject packets; name the nodes\n"},
        {"cluster: { peers: [ 127.0.0.0/8 ] }",
         "error firewall.cluster.peers[0]: '127.0.0.0/8' is not an address of another machine; "
         "name "
         "those that are\n"
         "warning firewall.cluster.peers[0]: '127.0.0.0/8' is more than a network of nodes; "
         "whoever has "
         "an address in it may inject packets; name the nodes\n"},
        {"cluster: { peers: [ '::1' ] }",
         "error firewall.cluster.peers[0]: '::1/128' is not an address of another machine; name "
         "those "
         "that "
         "are\n"},
        {"mode: closed, http3: on",
         "error firewall.http3: nothing is served here: the mode is closed; write off, or another "
         "mode\n"},
        {"inside: [ docker0 ]",
         "error firewall.inside: without 'lo' this machine cannot talk to itself; add it to the "
         "list\n"},
        {"inside: [ lo, eth0 ], uplinks: [ { interface: eth0 } ]",
         "error firewall.uplinks[0].interface: 'eth0' is inside; an interface is inside or "
         "outside\n"},
        {"macvlan_parents: [ docker0 ]",
         "error firewall.macvlan_parents[0]: 'docker0' is inside; an interface is inside or "
         "outside\n"},
    };
    for (const Case& one : cases) {
        EXPECT_EQ(said(one.part), one.want) << one.part;
    }
}

TEST(ValidateFirewall, FindsWhatIsThereTwice) {
    const Case cases[] = {
        {"cluster: { peers: [ 10.0.0.1, 10.0.0.1 ] }",
         "error firewall.cluster.peers[1]: '10.0.0.1/32' is there twice; keep one of them\n"},
        {"management: { from: [ 10.0.0.1, 10.0.0.0/24 ] }",
         "error firewall.management.from[0]: '10.0.0.1/32' is part of '10.0.0.0/24'; keep one of "
         "them\n"},
        {"inside: [ lo, lo ]", "error firewall.inside[1]: 'lo' is there twice; keep one of them\n"},
        {"uplinks: [ { interface: eth0 }, { interface: eth0 } ]",
         "error firewall.uplinks[1].interface: 'eth0' is there twice; keep one of them\n"},
        {"macvlan_parents: [ eth0, eth0 ]",
         "error firewall.macvlan_parents[1]: 'eth0' is there twice; keep one of them\n"},
        {"feeds: [ /a, /b, /a ]",
         "error firewall.feeds[2]: '/a' is there twice; keep one of them\n"},
        {"state: /s, audit: /s",
         "error firewall.audit: '/s' is used for something else; write a file of its own\n"},
        {"socket: /s, state: /s",
         "error firewall.socket: '/s' is the state's folder; write a path of its own, or off\n"},
    };
    for (const Case& one : cases) {
        EXPECT_EQ(said(one.part), one.want) << one.part;
    }
}

TEST(ValidateFirewall, WarnsOfABurstBelowItsRate) {
    EXPECT_EQ(
        said("limits: { syns_per_client: 300 }"),
        "warning firewall.limits.syn_burst: 200 is less than one second's worth; write at least "
        "300, which is syns_per_client\n");
    EXPECT_EQ(
        said("limits: { datagrams_per_client: 20, datagram_burst: 19 }"),
        "warning firewall.limits.datagram_burst: 19 is less than one second's worth; write at "
        "least 20, which is datagrams_per_client\n");
}

TEST(ValidateFirewall, IsPartOfWhatTheProxyIsTold) {
    const test::Sandbox sandbox;
    EXPECT_NE(sandbox.say_about("firewall: { inside: [] }\n").find("firewall.inside: without 'lo'"),
              std::string::npos);
}

TEST(ValidateFirewall, NoRateMayBeNothing) {
    for (const char* key : {"syns_per_client", "syn_burst", "datagrams_per_client",
                            "datagram_burst", "fragments", "icmp_errors", "echo_requests",
                            "logged_drops", "tracked_syns", "connections_per_client"}) {
        const std::string yaml = "firewall: { limits: { " + std::string{key} + ": 0 } }\n";
        const Draft draft = read_config(yaml, "p.yaml");
        ASSERT_EQ(draft.diagnostics.size(), 1U) << key;
        EXPECT_EQ(draft.diagnostics[0].wrong, "'0' is too little") << key;
    }
}

}  // namespace
}  // namespace portcullis
