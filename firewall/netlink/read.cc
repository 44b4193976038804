// Programs out of the kernel.
#include "firewall/netlink/attributes.h"
#include "firewall/netlink/elements.h"
#include "firewall/netlink/kernel.h"
#include "firewall/netlink/message.h"
#include "firewall/netlink/objects.h"
#include "firewall/netlink/present.h"
#include "firewall/netlink/raise.h"

#include <arpa/inet.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include <algorithm>
#include <cerrno>
#include <fmt/format.h>
#include <utility>

namespace portcullis::firewall {
namespace {

constexpr int kAttempts = 3;

Answer<InstalledElements> dump_elements(Socket& socket, const OurTable& table,
                                        const std::string& set, const KeyFacts& facts) {
    std::vector<Mark> marks;
    InstalledElements installed;
    const Answer<void> dumped = ask(
        socket, "read our sets", NFT_MSG_GETSETELEM, protocol_of(table.family), NLM_F_DUMP,
        [&](nlmsghdr& message) {
            mnl_attr_put_strz(&message, NFTA_SET_ELEM_LIST_TABLE, std::string{table.name}.c_str());
            mnl_attr_put_strz(&message, NFTA_SET_ELEM_LIST_SET, set.c_str());
        },
        [&](const nlmsghdr& message) {
            installed.foreign = !take_marks(message, facts, marks) || installed.foreign;
        });
    if (!dumped) {
        return dumped.error();
    }
    installed.elements =
        elements_of(std::move(marks), facts.interval, std::chrono::system_clock::now());
    return installed;
}

enum class BanSets : std::uint8_t { read, left_out };

// All that one table holds, from dumps that follow one another.
class TableReader {
  public:
    TableReader(Socket& socket, const OurTable& table, BanSets ban_sets)
        : socket_{socket},
          our_{table},
          ban_sets_{ban_sets},
          table_{table.family, std::string{table.name}, {}, {}, {}},
          name_{table.name} {}

    Answer<void> read() {
        for (const auto step : {&TableReader::read_counters, &TableReader::read_sets,
                                &TableReader::read_chains, &TableReader::read_rules}) {
            if (Answer<void> done = (this->*step)(); !done) {
                return done;
            }
        }
        return {};
    }

    Table take() { return std::move(table_); }

    std::vector<std::string> take_foreign() { return std::move(foreign_); }

  private:
    // attribute: the one that names the table, by which the kernel chooses what to give.
    Answer<void> dump(std::uint16_t type, std::uint16_t attribute, const Each& each) {
        return ask(
            socket_, "read our tables", type, protocol_of(table_.family), NLM_F_DUMP,
            [&](nlmsghdr& message) { mnl_attr_put_strz(&message, attribute, name_.c_str()); },
            each);
    }

    Answer<void> read_counters() {
        return dump(NFT_MSG_GETOBJ, NFTA_OBJ_TABLE, [&](const nlmsghdr& message) {
            const std::optional<NamedCounter> counter = take_counter(message);
            if (counter && counter->table == name_ && counter->is_counter) {
                table_.counters.push_back(counter->name);
            } else if (counter && counter->table == name_) {
                foreign_.push_back(fmt::format("object {} is not a counter", counter->name));
            }
        });
    }

    Answer<void> read_sets() {
        std::vector<InstalledSet> sets;
        Answer<void> dumped = dump(NFT_MSG_GETSET, NFTA_SET_TABLE, [&](const nlmsghdr& message) {
            if (std::optional<InstalledSet> set = take_set(message); set && set->table == name_) {
                sets.push_back(std::move(*set));
            }
        });
        for (InstalledSet& set : sets) {
            if (dumped) {
                dumped = read_elements(set);
            }
        }
        return dumped;
    }

    Answer<void> read_elements(InstalledSet& installed) {
        Set& set = installed.set;
        InstalledElements held;
        held.foreign = !installed.known;
        const bool left_out = ban_sets_ == BanSets::left_out && is_ban_set(set.name);
        if (installed.known && !set.dynamic && !left_out) {
            // A literal's values stay as in a register: only its rule knows which field they are
            // of.
            const KeyFacts facts = installed.literal
                                       ? KeyFacts{set.interval, false, false, installed.key_bytes}
                                       : key_facts(set);
            Answer<InstalledElements> dumped = dump_elements(socket_, our_, set.name, facts);
            if (!dumped) {
                return dumped.error();
            }
            held = std::move(*dumped);
        }
        if (held.foreign) {
            foreign_.push_back(fmt::format("set {} is of a kind that no program has", set.name));
        }
        if (installed.literal) {
            Values& values = literals_[set.name];
            for (const Element& element : held.elements) {
                values.push_back({element.first, element.last});
            }
        } else {
            set.elements = std::move(held.elements);
            table_.sets.push_back(std::move(set));
        }
        return {};
    }

    Answer<void> read_chains() {
        return dump(NFT_MSG_GETCHAIN, NFTA_CHAIN_TABLE, [&](const nlmsghdr& message) {
            std::optional<InstalledChain> chain = take_chain(message);
            if (!chain || chain->table != name_) {
                return;
            }
            if (!chain->known) {
                foreign_.push_back(
                    fmt::format("chain {} is of a kind that no program has", chain->chain.name));
            }
            table_.chains.push_back(std::move(chain->chain));
        });
    }

    Answer<void> read_rules() {
        return dump(NFT_MSG_GETRULE, NFTA_RULE_TABLE, [&](const nlmsghdr& message) {
            std::optional<InstalledRule> rule = take_rule(message);
            if (!rule || rule->table != name_) {
                return;
            }
            const auto chain =
                std::find_if(table_.chains.begin(), table_.chains.end(),
                             [&](const Chain& one) { return one.name == rule->chain; });
            if (chain != table_.chains.end()) {
                chain->rules.push_back(
                    {raise(rule->expressions, table_.family, literals_), std::move(rule->comment)});
            }
        });
    }

    Socket& socket_;
    OurTable our_;
    BanSets ban_sets_;
    Table table_;
    std::string name_;
    LiteralValues literals_;
    std::vector<std::string> foreign_;
};

KernelError overtaken_error() {
    return {KernelFault::restless, EINTR,
            "cannot read our tables: they change while they are read"};
}

Answer<Installed> read_once(Socket& socket, BanSets ban_sets) {
    const Answer<Generation> before = generation(socket);
    if (!before) {
        return before.error();
    }
    Installed installed;
    installed.generation = *before;
    for (const OurTable& table : kOurTables) {
        const Answer<std::optional<InstalledTable>> found = find_installed(socket, table);
        if (!found) {
            return found.error();
        }
        if (!*found) {
            continue;
        }
        TableReader reader{socket, table, ban_sets};
        if (const Answer<void> done = reader.read(); !done) {
            return done.error();
        }
        installed.tables.push_back(**found);
        installed.program.tables.push_back(reader.take());
        const std::vector<std::string> foreign = reader.take_foreign();
        installed.foreign.insert(installed.foreign.end(), foreign.begin(), foreign.end());
    }
    const Answer<Generation> after = generation(socket);
    if (!after) {
        return after.error();
    }
    if (*after != *before) {
        return overtaken_error();
    }
    return installed;
}

Answer<Installed> read_at_rest(Socket& socket, BanSets ban_sets) {
    for (int attempt = 1;; ++attempt) {
        Answer<Installed> installed = read_once(socket, ban_sets);
        // What went away between two dumps is a change like any other.
        const bool overtaken = !installed && (installed.error().fault == KernelFault::restless ||
                                              installed.error().number == ENOENT);
        if (!overtaken) {
            return installed;
        }
        if (attempt == kAttempts) {
            return overtaken_error();
        }
    }
}

}  // namespace

Answer<Installed> read(Socket& socket) {
    return read_at_rest(socket, BanSets::read);
}

Answer<Installed> read_rules(Socket& socket) {
    return read_at_rest(socket, BanSets::left_out);
}

Answer<InstalledElements> read_elements(Socket& socket, const Set& set) {
    return dump_elements(socket, {Family::inet, kTable}, set.name, key_facts(set));
}

Answer<Generation> generation(Socket& socket) {
    Generation current = 0;
    const Answer<void> asked = ask(
        socket, "ask for the ruleset's generation", NFT_MSG_GETGEN, AF_UNSPEC, 0, [](nlmsghdr&) {},
        [&](const nlmsghdr& message) {
            for_each_attribute(message, sizeof(nfgenmsg), [&](const nlattr& attribute) {
                if (mnl_attr_get_type(&attribute) == NFTA_GEN_ID) {
                    current = ntohl(number_of<std::uint32_t>(attribute));
                }
            });
        });
    if (!asked) {
        return asked.error();
    }
    return current;
}

Program as_installed(const Program& program) {
    Program installed = program;
    for (Table& table : installed.tables) {
        for (Set& set : table.sets) {
            set.elements = set.dynamic ? std::vector<Element>{}
                                       : merged(std::move(set.elements), set.interval);
        }
        for (Chain& chain : table.chains) {
            if (chain.base) {
                std::sort(chain.base->devices.begin(), chain.base->devices.end());
            }
            for (Rule& rule : chain.rules) {
                if (const Result<Lowered> lowered = lower(rule.statements, table.family)) {
                    rule.statements =
                        raise(lowered->expressions, table.family, in_registers(lowered->literals));
                }
            }
        }
    }
    return installed;
}

Answer<Counters> counters(Socket& socket) {
    Counters counters;
    for (const OurTable& table : kOurTables) {
        const Answer<void> asked = ask(
            socket, "read our counters", NFT_MSG_GETOBJ, protocol_of(table.family), NLM_F_DUMP,
            [&](nlmsghdr& message) {
                mnl_attr_put_strz(&message, NFTA_OBJ_TABLE, std::string{table.name}.c_str());
            },
            [&](const nlmsghdr& message) {
                const std::optional<NamedCounter> counter = take_counter(message);
                if (counter && counter->table == table.name && counter->is_counter) {
                    Counted& sum = counters[counter->name];
                    sum.packets += counter->counted.packets;
                    sum.bytes += counter->counted.bytes;
                }
            });
        if (!asked && asked.error().number != ENOENT) {
            return asked.error();
        }
    }
    return counters;
}

}  // namespace portcullis::firewall
