#include "tests/firewall/netlink/sample.h"

namespace portcullis::firewall::test {

Values value(Field field, std::uint64_t number) {
    return range(field, number, number);
}

Values range(Field field, std::uint64_t first, std::uint64_t last) {
    const std::size_t width = facts_of(field).width;
    return {{Bytes{first, width}, Bytes{last, width}}};
}

Values values(Field field, const std::vector<std::uint64_t>& numbers) {
    Values all;
    for (const std::uint64_t number : numbers) {
        all.push_back(value(field, number).front());
    }
    return all;
}

Values name_value(std::string_view name) {
    return {{Bytes::name(name), Bytes::name(name)}};
}

Bytes address(std::string_view text) {
    return address_bytes(IpAddress::parse(text).value());
}

Match is(Field field, std::uint64_t number) {
    return {field, {}, false, value(field, number)};
}

Match is_in(Field field, std::string set) {
    return {field, {}, false, InSet{std::move(set)}};
}

Match in_prefix(Field field, std::string_view network, std::size_t bits) {
    const Bytes bytes = address(network);
    return {field, Bytes::prefix_mask(bits, bytes.size()), false, Values{{bytes, bytes}}};
}

Verdict accept() {
    return {Verdict::Kind::accept, {}};
}

Verdict drop() {
    return {Verdict::Kind::drop, {}};
}

namespace {

Match negated(Match match) {
    match.negated = true;
    return match;
}

Match masked(Field field, std::uint64_t mask, std::uint64_t number) {
    return {field, Bytes{mask, facts_of(field).width}, false, value(field, number)};
}

Match begins_with(Field field, std::string_view text) {
    return {field, Bytes::prefix_mask(8 * text.size(), kNameBytes), false, name_value(text)};
}

Match any_of_states(std::uint64_t states) {
    return negated(masked(Field::ct_state, states, 0));
}

const std::string kTcpTest = "[meta load l4proto => reg 1][cmp eq reg 1 0x00000006]";
const std::string kUdpTest = "[meta load l4proto => reg 1][cmp eq reg 1 0x00000011]";
const std::string kIpv4Test = "[meta load nfproto => reg 1][cmp eq reg 1 0x00000002]";
const std::string kIpv6Test = "[meta load nfproto => reg 1][cmp eq reg 1 0x0000000a]";
const std::string kAccept = "[immediate reg 0 accept]";
const std::string kDrop = "[immediate reg 0 drop]";

}  // namespace

// The bytecode's words are 32-bit numbers of a little-endian machine.
std::vector<SampleRule> sample_rules() {
    using enum Field;
    std::vector<SampleRule> rules{
        {"iif @uplinks accept",
         "[meta load iif => reg 1][lookup reg 1 set uplinks]" + kAccept,
         {is_in(iif, "uplinks"), accept()}},
        {"iifname \"br-*\" meta iifkind \"bridge\" goto other",
         "[meta load iifname => reg 1][cmp eq reg 1 0x002d7262][meta load iifkind => reg 1]"
         "[cmp eq reg 1 0x64697262 0x00006567 0x00000000 0x00000000]"
         "[immediate reg 0 goto -> other]",
         {begins_with(iifname, "br-"), Match{iifkind, {}, false, name_value("bridge")},
          Verdict{Verdict::Kind::go, "other"}}},
        {"iifname != \"br-*\" jump other",
         "[meta load iifname => reg 1][cmp neq reg 1 0x002d7262][immediate reg 0 jump -> other]",
         {negated(begins_with(iifname, "br-")), Verdict{Verdict::Kind::jump, "other"}}},
        {"oifname @inside return",
         "[meta load oifname => reg 1][lookup reg 1 set inside][immediate reg 0 return]",
         {is_in(oifname, "inside"), Verdict{Verdict::Kind::back, {}}}},
        {"meta pkttype other counter name \"c\" drop",
         "[meta load pkttype => reg 1][cmp eq reg 1 0x00000003][objref type 1 name c]" + kDrop,
         {is(pkttype, kPkttypeOther), Count{"c"}, drop()}},
        {"tcp dport 443 accept",
         kTcpTest + "[payload load 2b @ transport header + 2 => reg 1][cmp eq reg 1 0x0000bb01]" +
             kAccept,
         {is(tcp_dport, 443), accept()}},
        {"tcp flags & (fin|syn|rst|ack) == syn tcp option maxseg size 1-535 drop",
         kTcpTest +
             "[payload load 1b @ transport header + 13 => reg 1]"
             "[bitwise reg 1 = ( reg 1 & 0x00000017 ) ^ 0x00000000][cmp eq reg 1 0x00000002]"
             "[exthdr load tcpopt 2b @ 2 + 2 => reg 1][cmp gte reg 1 0x00000100]"
             "[cmp lte reg 1 0x00001702]" +
             kDrop,
         {masked(tcp_flags, kFin | kSyn | kRst | kAck, kSyn),
          Match{tcp_option_mss, {}, false, range(tcp_option_mss, 1, 535)}, drop()}},
        {"tcp flags & (fin|syn|rst|psh|ack|urg) != { syn, ack } drop",
         kTcpTest +
             "[payload load 1b @ transport header + 13 => reg 1]"
             "[bitwise reg 1 = ( reg 1 & 0x0000003f ) ^ 0x00000000]"
             "[lookup reg 1 set __set0 0x1]" +
             kDrop,
         {Match{tcp_flags, Bytes{0x3f, 1}, true, values(tcp_flags, {kSyn, kAck})}, drop()}},
        {"udp dport != 10-20 accept",
         kUdpTest +
             "[payload load 2b @ transport header + 2 => reg 1]"
             "[range neq reg 1 0x00000a00 0x00001400]" +
             kAccept,
         {Match{udp_dport, {}, true, range(udp_dport, 10, 20)}, accept()}},
        {"udp sport { 10-20, 65000-65535 } accept",
         kUdpTest + "[payload load 2b @ transport header + 0 => reg 1][lookup reg 1 set __set0]" +
             kAccept,
         {Match{udp_sport,
                {},
                false,
                Values{range(udp_sport, 10, 20).front(), range(udp_sport, 65000, 65535).front()}},
          accept()}},
        {"ip saddr @net4 tcp dport 22 ct state established,new accept",
         kIpv4Test + "[payload load 4b @ network header + 12 => reg 1][lookup reg 1 set net4]" +
             kTcpTest +
             "[payload load 2b @ transport header + 2 => reg 1]"
             "[cmp eq reg 1 0x00001600][ct load state => reg 1]"
             "[bitwise reg 1 = ( reg 1 & 0x0000000a ) ^ 0x00000000]"
             "[cmp neq reg 1 0x00000000]" +
             kAccept,
         {is_in(ip_saddr, "net4"), is(tcp_dport, 22), any_of_states(kCtEstablished | kCtNew),
          accept()}},
        {"ip daddr 127.0.0.0/8 drop",
         kIpv4Test + "[payload load 1b @ network header + 16 => reg 1][cmp eq reg 1 0x0000007f]" +
             kDrop,
         {in_prefix(ip_daddr, "127.0.0.0", 8), drop()}},
        {"ip daddr 172.16.0.0/12 drop",
         kIpv4Test +
             "[payload load 4b @ network header + 16 => reg 1]"
             "[bitwise reg 1 = ( reg 1 & 0x0000f0ff ) ^ 0x00000000]"
             "[cmp eq reg 1 0x000010ac]" +
             kDrop,
         {in_prefix(ip_daddr, "172.16.0.0", 12), drop()}},
        {"ip6 saddr != fe80::/10 ip6 saddr @net6 drop",
         kIpv6Test +
             "[payload load 16b @ network header + 8 => reg 1]"
             "[bitwise reg 1 = ( reg 1 & 0x0000c0ff 0x00000000 0x00000000 0x00000000 ) ^ "
             "0x00000000 0x00000000 0x00000000 0x00000000]"
             "[cmp neq reg 1 0x000080fe 0x00000000 0x00000000 0x00000000]"
             "[payload load 16b @ network header + 8 => reg 1][lookup reg 1 set net6]" +
             kDrop,
         {negated(in_prefix(ip6_saddr, "fe80::", 10)), is_in(ip6_saddr, "net6"), drop()}},
        {"ip6 saddr :: icmpv6 type mld2-listener-report accept",
         kIpv6Test +
             "[payload load 16b @ network header + 8 => reg 1]"
             "[cmp eq reg 1 0x00000000 0x00000000 0x00000000 0x00000000]"
             "[meta load l4proto => reg 1][cmp eq reg 1 0x0000003a]"
             "[payload load 1b @ transport header + 0 => reg 1][cmp eq reg 1 0x0000008f]" +
             kAccept,
         {Match{ip6_saddr, {}, false, Values{{address("::"), address("::")}}}, is(icmpv6_type, 143),
          accept()}},
        {"icmp type { destination-unreachable, time-exceeded } limit rate 200/second burst 200 "
         "packets accept",
         kIpv4Test +
             "[meta load l4proto => reg 1][cmp eq reg 1 0x00000001]"
             "[payload load 1b @ transport header + 0 => reg 1][lookup reg 1 set __set0]"
             "[limit rate 200/second burst 200 type packets flags 0x0]" +
             kAccept,
         {Match{icmp_type, {}, false, values(icmp_type, {3, 11})}, Limit{false, 200, 200},
          accept()}},
        {"meta l4proto { icmp, ipv6-icmp } jump other",
         "[meta load l4proto => reg 1][lookup reg 1 set __set0][immediate reg 0 jump -> other]",
         {Match{l4proto, {}, false, values(l4proto, {kIcmp, kIcmpv6})},
          Verdict{Verdict::Kind::jump, "other"}}},
        {"meta nfproto ipv4 fib saddr type != unicast drop",
         kIpv4Test + "[fib saddr type => reg 1][cmp neq reg 1 0x00000001]" + kDrop,
         {is(nfproto, kNfprotoIpv4), negated(is(fib_saddr_type, kRtnUnicast)), drop()}},
        {"fib daddr type != { local, broadcast, multicast } drop",
         "[fib daddr type => reg 1][lookup reg 1 set __set0 0x1]" + kDrop,
         {Match{fib_daddr_type,
                {},
                true,
                values(fib_daddr_type, {kRtnLocal, kRtnBroadcast, kRtnMulticast})},
          drop()}},
        {"fib saddr . iif oif missing meta ipsec missing drop",
         "[fib saddr . iif oif present => reg 1][cmp eq reg 1 0x00000000]"
         "[meta load secpath => reg 1][cmp eq reg 1 0x00000000]" +
             kDrop,
         {is(fib_saddr_iif_oif, 0), is(ipsec, 0), drop()}},
        {"ip option lsrr exists drop",
         kIpv4Test + "[exthdr load ipv4 1b @ 131 + 0 present => reg 1][cmp eq reg 1 0x00000001]" +
             kDrop,
         {is(ip_option_lsrr, 1), drop()}},
        {"exthdr frag exists rt type 0 drop",
         kIpv6Test +
             "[exthdr load ipv6 1b @ 44 + 0 present => reg 1][cmp eq reg 1 0x00000001]"
             "[exthdr load ipv6 1b @ 43 + 2 => reg 1][cmp eq reg 1 0x00000000]" +
             kDrop,
         {is(exthdr_frag, 1), is(rt_type, 0), drop()}},
        {"ip frag-off & 0x3fff != 0 ip saddr != @net4 drop",
         kIpv4Test +
             "[payload load 2b @ network header + 6 => reg 1]"
             "[bitwise reg 1 = ( reg 1 & 0x0000ff3f ) ^ 0x00000000]"
             "[cmp neq reg 1 0x00000000][payload load 4b @ network header + 12 => reg 1]"
             "[lookup reg 1 set net4 0x1]" +
             kDrop,
         {negated(masked(ip_frag_off, 0x3fff, 0)), negated(is_in(ip_saddr, "net4")), drop()}},
        {"ct direction reply ct state established,related counter name \"c\" accept",
         "[ct load direction => reg 1][cmp eq reg 1 0x00000001][ct load state => reg 1]"
         "[bitwise reg 1 = ( reg 1 & 0x00000006 ) ^ 0x00000000][cmp neq reg 1 0x00000000]"
         "[objref type 1 name c]" +
             kAccept,
         {is(ct_direction, kCtReply), any_of_states(kCtEstablished | kCtRelated), Count{"c"},
          accept()}},
        {"meta l4proto { tcp, udp } ct original proto-dst != { 443, 22 } counter name \"c\"",
         "[meta load l4proto => reg 1][lookup reg 1 set __set0]"
         "[ct load proto_dst => reg 1 , dir original][lookup reg 1 set __set1 0x1]"
         "[objref type 1 name c]",
         {Match{l4proto, {}, false, values(l4proto, {kTcp, kUdp})},
          Match{ct_original_proto_dst, {}, true, values(ct_original_proto_dst, {22, 443})},
          Count{"c"}}},
        {"ip protocol tcp tcp dport 1 drop",
         kIpv4Test +
             "[payload load 1b @ network header + 9 => reg 1][cmp eq reg 1 0x00000006]"
             "[payload load 2b @ transport header + 2 => reg 1][cmp eq reg 1 0x00000100]" +
             kDrop,
         {is(ip_protocol, kTcp), is(tcp_dport, 1), drop()}},
        {"limit rate 5/second burst 20 packets log prefix \"portcullis-drop \" group 5 snaplen 96",
         "[limit rate 5/second burst 20 type packets flags 0x0]"
         "[log prefix portcullis-drop  group 5 snaplen 96 qthreshold 0]",
         {Limit{false, 5, 20}, Log{5, 96, "portcullis-drop "}}},
        {"ip saddr 9.9.9.9 limit rate over 2000/second burst 2000 packets notrack accept",
         kIpv4Test +
             "[payload load 4b @ network header + 12 => reg 1][cmp eq reg 1 0x09090909]"
             "[limit rate 2000/second burst 2000 type packets flags 0x1][notrack]" +
             kAccept,
         {Match{ip_saddr, {}, false, Values{{address("9.9.9.9"), address("9.9.9.9")}}},
          Limit{true, 2000, 2000}, Notrack{}, accept()}},
        {"meta nfproto ipv4 update @r1 { jhash ip saddr mod 65536 seed 0x5bd1e995 limit rate over "
         "50/second burst 100 packets } drop",
         kIpv4Test +
             "[payload load 4b @ network header + 12 => reg 2]"
             "[hash reg 1 = jhash(reg 2, 4, 0x5bd1e995) % mod 65536]"
             "[dynset update reg_key 1 set r1 expr [ limit rate 50/second burst 100 type packets "
             "flags 0x1 ]]" +
             kDrop,
         {Sketch{"r1", ip_saddr, 0x5bd1e995, 50, 100}, drop()}},
        {"meta nfproto ipv6 update @r1 { jhash ip6 saddr & ffff:ffff:ffff:ffff:: mod 65536 seed "
         "0x1b873593 limit rate over 50/second burst 100 packets } drop",
         kIpv6Test +
             "[payload load 16b @ network header + 8 => reg 2]"
             "[bitwise reg 2 = ( reg 2 & 0xffffffff 0xffffffff 0x00000000 0x00000000 ) ^ "
             "0x00000000 0x00000000 0x00000000 0x00000000]"
             "[hash reg 1 = jhash(reg 2, 16, 0x1b873593) % mod 65536]"
             "[dynset update reg_key 1 set r1 expr [ limit rate 50/second burst 100 type packets "
             "flags 0x1 ]]" +
             kDrop,
         {Sketch{"r1", ip6_saddr, 0x1b873593, 50, 100}, drop()}},
        {"add @conns4 { ip saddr ct count over 400 } drop",
         kIpv4Test +
             "[payload load 4b @ network header + 12 => reg 1]"
             "[dynset add reg_key 1 set conns4 expr [ connlimit count 400 flags 1 ]]" +
             kDrop,
         {ConnectionCount{"conns4", ip_saddr, 400}, drop()}},
    };
    return rules;
}

Table sample_table() {
    Table table{Family::inet, std::string{kTable}, {"c", "unused"}, {}, {}};
    const auto set = [&](std::string name, KeyType type) -> Set& {
        Set made;
        made.name = std::move(name);
        made.type = type;
        table.sets.push_back(std::move(made));
        return table.sets.back();
    };
    const auto one = [](const Bytes& bytes) { return Element{bytes, bytes, std::nullopt}; };
    set("uplinks", KeyType::interface_index).elements = {one(Bytes{1, 4}), one(Bytes{777, 4})};
    set("inside", KeyType::interface_name).elements = {one(Bytes::name("docker0")),
                                                       one(Bytes::name("lo"))};
    Set& net4 = set("net4", KeyType::ipv4);
    net4.interval = true;
    net4.elements = {{address("10.0.0.0"), address("10.0.0.255"), std::nullopt},
                     one(address("192.0.2.7")),
                     {address("224.0.0.0"), address("255.255.255.255"), std::nullopt}};
    Set& net6 = set("net6", KeyType::ipv6);
    net6.interval = true;
    net6.elements = {one(address("::")),
                     {address("2001:db8::"), address("2001:db8::ffff"), std::nullopt}};
    Set& ban4 = set("ban4", KeyType::ipv4);
    ban4.timeout = true;
    ban4.size = 131'072;
    Set& r1 = set("r1", KeyType::mark);
    r1.timeout = r1.dynamic = true;
    r1.size = 65'536;
    r1.element_timeout = std::chrono::seconds{10};
    Set& conns4 = set("conns4", KeyType::ipv4);
    conns4.dynamic = true;
    conns4.size = 1024;

    Chain other{"other", std::nullopt, {{{drop()}, "the end"}}};
    Chain in{"in", Base{Hook::prerouting, kPriorityRaw, Policy::accept, {}}, {}};
    for (SampleRule& rule : sample_rules()) {
        in.rules.push_back({std::move(rule.statements), {}});
    }
    in.rules.front().comment = "what is outside";
    const Match untracked{Field::ct_state, Bytes{kCtInvalid | kCtUntracked, 4}, true,
                          value(Field::ct_state, 0)};
    Chain proxy{"proxy",
                Base{Hook::input, kPrioritySynproxy, Policy::drop, {}},
                {{{is(Field::tcp_dport, 443), untracked, Synproxy{1460, 10, false, true}}, {}}}};
    Chain out{"out",
              Base{Hook::output, kPriorityRaw, Policy::accept, {}},
              {{{is(Field::udp_sport, 443), Notrack{}, accept()}, {}}}};
    table.chains = {std::move(in), std::move(other), std::move(proxy), std::move(out)};
    return table;
}

Program sample_program() {
    Table layer2{Family::netdev, std::string{kLayer2Table}, {"l2"}, {}, {}};
    layer2.chains = {
        {"ingress",
         Base{Hook::ingress, kPriorityLayer2, Policy::accept, {"lo"}},
         {{{is(Field::pkttype, kPkttypeOther), Verdict{Verdict::Kind::jump, "guests"}}, {}}}},
        {"guests",
         std::nullopt,
         {{{is(Field::protocol, kEthertypeArp), accept()}, {}},
          {{Match{Field::icmpv6_type, {}, false, values(Field::icmpv6_type, {135, 136})}, accept()},
           {}},
          {{Match{Field::tcp_flags, Bytes{kSyn | kAck, 1}, true, value(Field::tcp_flags, kSyn)},
            accept()},
           {}},
          {{Match{Field::udp_sport, {}, false, values(Field::udp_sport, {53, 123, 443})},
            Match{Field::udp_dport, {}, false, range(Field::udp_dport, 32768, 65535)}, accept()},
           {}},
          {{Count{"l2"}, drop()}, {}}}}};
    return {{sample_table(), std::move(layer2)}};
}

}  // namespace portcullis::firewall::test
