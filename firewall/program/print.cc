#include "firewall/program/print.h"

#include "firewall/program/words.h"

namespace portcullis::firewall {
namespace {

template <class... Cases>
struct Overloaded : Cases... {
    using Cases::operator()...;
};

std::string_view type_name(KeyType type) {
    constexpr std::array<std::string_view, 5> kNames{"iface_index", "ifname", "ipv4_addr",
                                                     "ipv6_addr", "mark"};
    return kNames.at(static_cast<std::size_t>(type));
}

// A field whose values look like the keys of this type.
Field field_like(KeyType type) {
    constexpr std::array kFieldsLike{Field::iif, Field::iifname, Field::ip_saddr, Field::ip6_saddr,
                                     Field::iif};
    return kFieldsLike.at(static_cast<std::size_t>(type));
}

std::string_view hook_name(Hook hook) {
    constexpr std::array<std::string_view, 5> kNames{"ingress", "prerouting", "input", "forward",
                                                     "output"};
    return kNames.at(static_cast<std::size_t>(hook));
}

std::string rate_text(bool over, std::uint64_t per_second, std::uint32_t burst) {
    return std::string{"limit rate "} + (over ? "over " : "") + std::to_string(per_second) +
           "/second burst " + std::to_string(burst) + " packets";
}

std::string source_text(Field source, bool network_only) {
    return std::string{facts_of(source).nft} +
           (network_only && source == Field::ip6_saddr ? " & ffff:ffff:ffff:ffff::" : "");
}

std::string hexadecimal(std::uint32_t number) {
    std::array<char, 11> text{};
    std::snprintf(text.data(), text.size(), "0x%08x", static_cast<unsigned>(number));
    return text.data();
}

std::string verdict_text(const Verdict& verdict) {
    switch (verdict.kind) {
        case Verdict::Kind::accept:
            return "accept";
        case Verdict::Kind::drop:
            return "drop";
        case Verdict::Kind::back:
            return "return";
        case Verdict::Kind::jump:
            return "jump " + verdict.chain;
        case Verdict::Kind::go:
            return "goto " + verdict.chain;
    }
    return {};
}

std::string statement_text(const Statement& statement) {
    return std::visit(
        Overloaded{
            [](const Match& match) { return match_text(match); },
            [](const Count& count) { return "counter name " + count.counter; },
            [](const Limit& limit) { return rate_text(limit.over, limit.per_second, limit.burst); },
            [](const Log& log) {
                return "log prefix " + quoted(log.prefix) + " group " + std::to_string(log.group) +
                       " snaplen " + std::to_string(log.snaplen);
            },
            [](const Notrack&) { return std::string{"notrack"}; },
            [](const Sketch& row) {
                return "update @" + row.set + " { jhash " + source_text(row.source, true) +
                       " mod " + std::to_string(kSketchCells) + " seed " + hexadecimal(row.seed) +
                       " " + rate_text(true, row.per_second, row.burst) + " }";
            },
            [](const ConnectionCount& count) {
                return "add @" + count.set + " { " + source_text(count.source, false) +
                       " ct count over " + std::to_string(count.over) + " }";
            },
            [](const Synproxy& proxy) {
                return "synproxy mss " + std::to_string(proxy.mss) +
                       (proxy.wscale == 0 ? "" : " wscale " + std::to_string(proxy.wscale)) +
                       (proxy.timestamp ? " timestamp" : "") + (proxy.sack ? " sack-perm" : "");
            },
            [](const Verdict& verdict) { return verdict_text(verdict); },
            [](const Foreign& foreign) { return "[ " + foreign.bytecode + " ]"; }},
        statement);
}

std::string elements_text(const Set& set, Expiry now) {
    std::string text;
    for (const Element& element : set.elements) {
        if (element.expires && *element.expires <= now) {
            continue;
        }
        text +=
            (text.empty() ? "\t\telements = { " : ",\n\t\t\t") + print_element(element, set.type);
        if (element.expires) {
            text += " timeout " + std::to_string((*element.expires - now).count()) + "s";
        }
    }
    return text.empty() ? text : text + " }\n";
}

void print_table(const Table& table, Expiry now, std::string& text) {
    text += std::string{"table "} + (table.family == Family::inet ? "inet " : "netdev ") +
            table.name + " {\n";
    for (const std::string& counter : table.counters) {
        text += "\tcounter " + counter + " { }\n";
    }
    for (const Set& set : table.sets) {
        text += "\tset " + set.name + " {\n\t\t" + print_header(set) + "\n" +
                elements_text(set, now) + "\t}\n";
    }
    for (const Chain& chain : table.chains) {
        text += "\tchain " + chain.name + " {\n";
        if (chain.base) {
            text += "\t\t" + print_header(*chain.base) + "\n";
        }
        for (const Rule& rule : chain.rules) {
            text += "\t\t" + print(rule) + "\n";
        }
        text += "\t}\n";
    }
    text += "}\n";
}

}  // namespace

std::string print_header(const Set& set) {
    std::string text = "type " + std::string{type_name(set.type)} + ";";
    if (set.size != 0) {
        text += " size " + std::to_string(set.size) + ";";
    }
    std::string flags;
    const auto flag = [&](bool is_set, std::string_view name) {
        if (is_set) {
            flags += (flags.empty() ? "" : ",") + std::string{name};
        }
    };
    flag(set.interval, "interval");
    flag(set.dynamic, "dynamic");
    flag(set.timeout, "timeout");
    if (!flags.empty()) {
        text += " flags " + flags + ";";
    }
    if (set.element_timeout.count() != 0) {
        text += " timeout " + std::to_string(set.element_timeout.count()) + "s;";
    }
    return text;
}

std::string print_header(const Base& base) {
    std::string text = "type filter hook " + std::string{hook_name(base.hook)};
    if (!base.devices.empty()) {
        text += " devices = { ";
        for (std::size_t i = 0; i < base.devices.size(); ++i) {
            text += (i == 0 ? "" : ", ") + quoted(base.devices[i]);
        }
        text += " }";
    }
    return text + " priority " + std::to_string(base.priority) + "; policy " +
           (base.policy == Policy::accept ? "accept;" : "drop;");
}

std::string print_element(const Element& element, KeyType type) {
    return interval_text(field_like(type), {element.first, element.last});
}

std::string print(const Rule& rule) {
    std::string text;
    for (const Statement& statement : rule.statements) {
        text += (text.empty() ? "" : " ") + statement_text(statement);
    }
    return rule.comment.empty() ? text : text + " comment " + quoted(rule.comment);
}

std::string print(const Program& program, Expiry now) {
    std::string text;
    for (const Table& table : program.tables) {
        print_table(table, now, text);
    }
    return text;
}

}  // namespace portcullis::firewall
