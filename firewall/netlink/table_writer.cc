#include "firewall/netlink/table_writer.h"

#include "firewall/netlink/elements.h"
#include "firewall/netlink/limits.h"
#include "firewall/netlink/lower.h"
#include "firewall/netlink/objects.h"
#include "firewall/program/print.h"

#include <linux/netfilter/nf_tables.h>

#include <chrono>
#include <fmt/format.h>
#include <string>
#include <utility>

namespace portcullis::firewall {
namespace {

using Now = std::chrono::system_clock::time_point;

// The messages of one table, in the order in which the kernel needs them.
class TableWriter {
  public:
    TableWriter(Batch& batch, const Table& table, Now now)
        : batch_{batch}, table_{table}, family_{protocol_of(table.family)}, now_{now} {}

    Answer<void> write(Ownership ownership) {
        // EXCL: had anybody made it meanwhile, this would change theirs instead of making ours.
        add(NFT_MSG_NEWTABLE, NLM_F_CREATE | NLM_F_EXCL, "add table " + table_.name,
            [&](nlmsghdr& message) { put_table(message, table_.name, flags_of(ownership)); });
        return write_parts();
    }

    Answer<void> write_around_ban_sets() {
        keeps_ban_sets_ = true;
        return write_parts();
    }

  private:
    Answer<void> write_parts() {
        if (Result<void> written = add_parts(); !written) {
            return refused_unasked(written.error().text);
        }
        return {};
    }

    Result<void> add_parts() {
        for (const std::string& counter : table_.counters) {
            if (Result<void> named = check_name("counter", counter); !named) {
                return named;
            }
            add(NFT_MSG_NEWOBJ, NLM_F_CREATE, "add counter " + counter,
                [&](nlmsghdr& message) { put_counter(message, table_.name, counter); });
        }
        for (const Set& set : table_.sets) {
            if (keeps_ban_sets_ && is_ban_set(set.name)) {
                continue;
            }
            if (Result<void> written = write_set(set); !written) {
                return written;
            }
        }
        for (const Chain& chain : table_.chains) {
            if (Result<void> written = write_chain(chain); !written) {
                return written;
            }
        }
        // Behind all chains, because they jump to each other.
        for (const Chain& chain : table_.chains) {
            for (std::size_t i = 0; i < chain.rules.size(); ++i) {
                if (Result<void> written = write_rule(chain, i); !written) {
                    return written;
                }
            }
        }
        return {};
    }

    Result<void> write_set(const Set& set) {
        if (Result<void> named = check_set(set); !named) {
            return named;
        }
        add(NFT_MSG_NEWSET, NLM_F_CREATE, "add set " + set.name,
            [&](nlmsghdr& message) { put_set(message, table_.name, set, next_set_++); });
        if (!set.dynamic) {
            add_marks(batch_, NFT_MSG_NEWSETELEM, family_, table_.name, set.name,
                      marks_of(merged(set.elements, set.interval), set.interval, now_),
                      key_facts(set));
        }
        return {};
    }

    Result<void> write_chain(const Chain& chain) {
        if (Result<void> named = check_name("chain", chain.name); !named) {
            return named;
        }
        if (chain.base) {
            for (const std::string& device : chain.base->devices) {
                if (Result<void> named = check_name("device", device, kDeviceMax); !named) {
                    return named;
                }
            }
        }
        add(NFT_MSG_NEWCHAIN, NLM_F_CREATE, "add chain " + chain.name,
            [&](nlmsghdr& message) { put_chain(message, table_.family, table_.name, chain); });
        return {};
    }

    Result<void> write_rule(const Chain& chain, std::size_t index) {
        const Rule& rule = chain.rules[index];
        const std::string place =
            fmt::format("rule {} of chain {} ({})", index + 1, chain.name, print(rule));
        if (!rule.comment.empty()) {
            if (Result<void> fits = check_name("comment", rule.comment, kCommentMax); !fits) {
                return failure(fmt::format("{}: {}", place, fits.error().text));
            }
        }
        const Result<Lowered> lowered = lower(rule.statements, table_.family, next_literal_);
        if (!lowered) {
            return failure(fmt::format("{}: {}", place, lowered.error().text));
        }
        next_literal_ += lowered->literals.size();
        for (const Literal& literal : lowered->literals) {
            write_literal(literal, place);
        }
        add(NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND, "add " + place, [&](nlmsghdr& message) {
            put_rule(message, table_.family, table_.name, chain.name, lowered->expressions,
                     rule.comment);
        });
        return {};
    }

    void write_literal(const Literal& literal, const std::string& place) {
        add(NFT_MSG_NEWSET, NLM_F_CREATE, "add a set of " + place,
            [&](nlmsghdr& message) { put_literal(message, table_.name, literal, next_set_++); });
        const FieldFacts& facts = facts_of(literal.field);
        const bool interval = has_ranges(literal.values);
        std::vector<Element> elements;
        for (const Interval& value : literal.values) {
            elements.push_back({value.first, value.last, std::nullopt});
        }
        add_marks(batch_, NFT_MSG_NEWSETELEM, family_, table_.name, literal.name,
                  marks_of(elements, interval, now_),
                  {interval, false, facts.order == ByteOrder::host, facts.width});
    }

    void add(std::uint16_t type, int flags, std::string subject, const Build& build) {
        batch_.add(type, family_, static_cast<std::uint16_t>(flags), std::move(subject), build);
    }

    Batch& batch_;
    const Table& table_;
    std::uint8_t family_;
    Now now_;
    bool keeps_ban_sets_ = false;
    std::uint32_t next_set_ = 1;
    std::size_t next_literal_ = 0;
};

}  // namespace

Answer<void> write_table(Batch& batch, const Table& table, Ownership ownership) {
    return TableWriter{batch, table, std::chrono::system_clock::now()}.write(ownership);
}

Answer<void> write_around_ban_sets(Batch& batch, const Table& table) {
    return TableWriter{batch, table, std::chrono::system_clock::now()}.write_around_ban_sets();
}

}  // namespace portcullis::firewall
