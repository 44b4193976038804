#include "tests/kernel/support/seen.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <ostream>
#include <sstream>
#include <vector>

namespace portcullis::test {

namespace {

constexpr std::string_view kTemplate = R"(table inet seen
delete table inet seen
table inet seen {
    counter arrived { }
    counter delivered { }
    set input_tcp4 { type inet_service; size 65536; flags dynamic; }
    set input_udp4 { type inet_service; size 65536; flags dynamic; }
    set input_tcp6 { type inet_service; size 65536; flags dynamic; }
    set input_udp6 { type inet_service; size 65536; flags dynamic; }
    set forward_tcp4 { type inet_service; size 65536; flags dynamic; }
    set forward_udp4 { type inet_service; size 65536; flags dynamic; }
    set forward_tcp6 { type inet_service; size 65536; flags dynamic; }
    set forward_udp6 { type inet_service; size 65536; flags dynamic; }
    set answer_tcp4 { type inet_service; size 65536; flags dynamic; }
    set answer_udp4 { type inet_service; size 65536; flags dynamic; }
    set answer_tcp6 { type inet_service; size 65536; flags dynamic; }
    set answer_udp6 { type inet_service; size 65536; flags dynamic; }
    set source4 { type ipv4_addr; size 65536; flags dynamic; }
    set source6 { type ipv6_addr; size 65536; flags dynamic; }
    chain arrive {
        type filter hook prerouting priority -500
        iifname != "@@" accept
        tcp flags & rst == 0 counter name arrived
        meta l4proto udp counter name arrived
        ip version 4 tcp flags & (syn|ack) == syn|ack add @answer_tcp4 { tcp sport }
        ip version 4 meta l4proto udp add @answer_udp4 { udp sport }
        ip6 version 6 tcp flags & (syn|ack) == syn|ack add @answer_tcp6 { tcp sport }
        ip6 version 6 meta l4proto udp add @answer_udp6 { udp sport }
    }
    chain input {
        type filter hook input priority 310
        iifname != "@@" accept
        meta l4proto { tcp, udp } counter name delivered
        meta nfproto ipv4 meta l4proto { tcp, udp } add @source4 { ip saddr }
        meta nfproto ipv6 meta l4proto { tcp, udp } add @source6 { ip6 saddr }
        meta nfproto ipv4 add @input_tcp4 { tcp dport }
        meta nfproto ipv4 add @input_udp4 { udp dport }
        meta nfproto ipv6 add @input_tcp6 { tcp dport }
        meta nfproto ipv6 add @input_udp6 { udp dport }
    }
    chain forward {
        type filter hook forward priority -310
        iifname != "@@" accept
        meta nfproto ipv4 add @forward_tcp4 { tcp dport }
        meta nfproto ipv4 add @forward_udp4 { udp dport }
        meta nfproto ipv6 add @forward_tcp6 { tcp dport }
        meta nfproto ipv6 add @forward_udp6 { udp dport }
    }
}
)";

std::string script(std::string_view interfaces) {
    std::string text{kTemplate};
    for (std::size_t at = 0; (at = text.find("@@")) != std::string::npos;) {
        text.replace(at, 2, interfaces);
    }
    return text;
}

std::string list(const NetNamespace& machine, const char* kind, std::string_view name) {
    return machine.must({"timeout", "60", "nft", "list", kind, "inet", "seen", std::string{name}});
}

std::vector<std::string> elements(const NetNamespace& machine, std::string_view set) {
    std::string text = list(machine, "set", set);
    constexpr std::string_view opening = "elements = {";
    const std::size_t start = text.find(opening);
    if (start == std::string::npos) {
        return {};
    }
    text = text.substr(start + opening.size());
    text.erase(text.find('}'));
    std::replace(text.begin(), text.end(), ',', ' ');
    std::istringstream words{text};
    return {std::istream_iterator<std::string>{words}, {}};
}

std::uint64_t packets(const NetNamespace& machine, std::string_view counter) {
    const std::string text = list(machine, "counter", counter);
    return std::stoull(text.substr(text.find("packets ") + 8));
}

std::string text_of(const PortSet& ports) {
    if (ports.size() > 40) {
        return fmt::format("({} ports, {} to {})", ports.size(), *ports.begin(), *ports.rbegin());
    }
    return fmt::format("({})", fmt::join(ports, " "));
}

}  // namespace

std::string text(const PortsSeen& seen) {
    return fmt::format("tcp4 {} udp4 {} tcp6 {} udp6 {}", text_of(seen.tcp4), text_of(seen.udp4),
                       text_of(seen.tcp6), text_of(seen.udp6));
}

void PrintTo(const PortsSeen& seen, std::ostream* out) {
    *out << text(seen);
}

Seen::Seen(const NetNamespace& machine, std::string_view interfaces) : machine_{machine} {
    machine_.must({"timeout", "10", "nft", "-f", "-"}, script(interfaces));
}

std::uint64_t Seen::arrived() const {
    return packets(machine_, "arrived");
}

std::uint64_t Seen::delivered() const {
    return packets(machine_, "delivered");
}

PortsSeen Seen::ports(std::string_view chain) const {
    const auto of = [&](std::string_view suffix) {
        PortSet result;
        for (const std::string& port : elements(machine_, fmt::format("{}_{}", chain, suffix))) {
            result.insert(static_cast<std::uint16_t>(std::stoul(port)));
        }
        return result;
    };
    return {of("tcp4"), of("udp4"), of("tcp6"), of("udp6")};
}

PortsSeen Seen::input() const {
    return ports("input");
}

PortsSeen Seen::forwarded() const {
    return ports("forward");
}

PortsSeen Seen::answers() const {
    return ports("answer");
}

std::set<std::string> Seen::sources() const {
    std::set<std::string> result;
    for (const char* set : {"source4", "source6"}) {
        for (std::string& source : elements(machine_, set)) {
            result.insert(std::move(source));
        }
    }
    return result;
}

void Seen::forget() {
    std::string lines = "reset counters table inet seen\n";
    for (const char* chain : {"input", "forward", "answer"}) {
        for (const char* suffix : {"tcp4", "udp4", "tcp6", "udp6"}) {
            lines += fmt::format("flush set inet seen {}_{}\n", chain, suffix);
        }
    }
    lines += "flush set inet seen source4\nflush set inet seen source6\n";
    machine_.must({"timeout", "10", "nft", "-f", "-"}, lines);
}

}  // namespace portcullis::test
