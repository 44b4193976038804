#include "firewall/netlink/lower.h"

#include "firewall/netlink/field_load.h"
#include "firewall/netlink/limits.h"

#include <linux/netfilter.h>
#include <linux/netfilter/nf_synproxy.h>
#include <linux/netfilter/nf_tables.h>

#include <algorithm>
#include <fmt/format.h>

namespace portcullis::firewall {

bool has_ranges(const Values& values) {
    return std::any_of(values.begin(), values.end(),
                       [](const Interval& one) { return one.first != one.last; });
}

namespace {

// Bytes of a mask that is ones and then zeros, and changes only between bytes; nothing for others.
std::optional<std::size_t> whole_bytes(const Bytes& mask) {
    const auto ones = static_cast<std::size_t>(
        std::find_if(mask.begin(), mask.end(), [](std::uint8_t b) { return b != 0xff; }) -
        mask.begin());
    return ones > 0 && mask == Bytes::prefix_mask(ones * 8, mask.size()) ? std::optional{ones}
                                                                         : std::nullopt;
}

bool is_address(Field field) {
    return field == Field::ip_saddr || field == Field::ip_daddr || field == Field::ip6_saddr ||
           field == Field::ip6_daddr;
}

bool fits(const Bytes& value, const Bytes& mask) {
    for (std::size_t i = 0; i < value.size(); ++i) {
        if ((value[i] & ~mask[i]) != 0) {
            return false;
        }
    }
    return true;
}

Bytes first_bytes(const Bytes& bytes, std::size_t count) {
    Bytes result{0, count};
    std::copy_n(bytes.begin(), count, &result[0]);
    return result;
}

constexpr std::uint32_t kBurstOfNone = 5;  // what the kernel makes of a burst of 0

class Lowering {
  public:
    Lowering(Family family, std::size_t first_literal)
        : known_{family}, next_literal_{first_literal} {}

    Result<void> operator()(const Match& match) {
        if (Result<void> checked = check(match); !checked) {
            return checked;
        }
        presuppose(match.field);
        if (const auto* set = std::get_if<InSet>(&match.operand)) {
            load(match);
            put(Lookup{set->set, match.negated});
        } else {
            compare(match, std::get<Values>(match.operand));
        }
        known_.learn(match);
        return {};
    }

    Result<void> operator()(const Count& count) {
        put(CountNamed{count.counter});
        return check_name("counter", count.counter);
    }

    Result<void> operator()(const Limit& limit) {
        put(bucket(limit.per_second, limit.burst, limit.over));
        return {};
    }

    Result<void> operator()(const Log& log) {
        put(LogGroup{log.group, log.snaplen, log.prefix});
        return log.prefix.empty() ? Result<void>{}
                                  : check_name("log prefix", log.prefix, kLogPrefixMax);
    }

    Result<void> operator()(const Notrack&) {
        put(Untrack{});
        return {};
    }

    Result<void> operator()(const Sketch& sketch) {
        if (!is_source(sketch.source)) {
            return failure("a sketch counts source addresses only");
        }
        presuppose(sketch.source);
        Expression source = load_of(sketch.source);
        set_target(source, kRegister2);
        put(source);
        const std::uint32_t width = facts_of(sketch.source).width;
        if (sketch.source == Field::ip6_saddr) {
            put(Bitwise{Bytes::prefix_mask(64, width), Bytes{0, width}, kRegister2});
        }
        put(Hash{kRegister2, width, sketch.seed, kSketchCells, kRegister1});
        put(Dynamic{Dynamic::Op::update, sketch.set,
                    bucket(sketch.per_second, sketch.burst, true)});
        return check_name("set", sketch.set);
    }

    Result<void> operator()(const ConnectionCount& count) {
        if (!is_source(count.source)) {
            return failure("connections are counted by source address only");
        }
        presuppose(count.source);
        put(load_of(count.source));
        put(Dynamic{Dynamic::Op::add, count.set, CountConnections{count.over, true}});
        return check_name("set", count.set);
    }

    Result<void> operator()(const Synproxy& synproxy) {
        put(AnswerSyn{synproxy.mss, synproxy.wscale,
                      NF_SYNPROXY_OPT_MSS | flag_if(synproxy.wscale != 0, NF_SYNPROXY_OPT_WSCALE) |
                          flag_if(synproxy.sack, NF_SYNPROXY_OPT_SACK_PERM) |
                          flag_if(synproxy.timestamp, NF_SYNPROXY_OPT_TIMESTAMP)});
        return {};
    }

    Result<void> operator()(const Verdict& verdict) {
        switch (verdict.kind) {
            case Verdict::Kind::accept:
                put(Decide{NF_ACCEPT, {}});
                return {};
            case Verdict::Kind::drop:
                put(Decide{NF_DROP, {}});
                return {};
            case Verdict::Kind::back:
                put(Decide{NFT_RETURN, {}});
                return {};
            case Verdict::Kind::jump:
                put(Decide{NFT_JUMP, verdict.chain});
                break;
            case Verdict::Kind::go:
                put(Decide{NFT_GOTO, verdict.chain});
                break;
        }
        return check_name("chain", verdict.chain);
    }

    Result<void> operator()(const Foreign& foreign) {
        return failure(
            fmt::format("'{}' was read from the kernel and cannot be installed", foreign.bytecode));
    }

    Lowered take() { return std::move(lowered_); }

  private:
    static bool is_source(Field field) {
        return field == Field::ip_saddr || field == Field::ip6_saddr;
    }

    static Bucket bucket(std::uint64_t per_second, std::uint32_t burst, bool over) {
        return {per_second, 1, burst == 0 ? kBurstOfNone : burst, over};
    }

    static Result<void> check(const Match& match) {
        const FieldFacts& facts = facts_of(match.field);
        const auto wrong = [&](std::string_view what) {
            return failure(fmt::format("{}: {}", facts.nft, what));
        };
        if (!match.mask.empty() && match.mask.size() != facts.width) {
            return wrong("a mask of another width");
        }
        if (const auto* set = std::get_if<InSet>(&match.operand)) {
            return check_name("set", set->set);
        }
        const auto& values = std::get<Values>(match.operand);
        if (values.empty()) {
            return wrong("nothing to compare with");
        }
        for (const Interval& value : values) {
            if (value.first.size() != facts.width || value.last.size() != facts.width ||
                value.last < value.first) {
                return wrong("a value of another width, or a range that ends before it begins");
            }
        }
        if (has_ranges(values) && facts.order != ByteOrder::network && facts.width > 1) {
            return wrong("a range of values that the kernel does not keep in network order");
        }
        return {};
    }

    void put(Expression expression) { lowered_.expressions.push_back(std::move(expression)); }

    void presuppose(Field field) {
        for (const Match& test : known_.missing(field)) {
            compare(test, std::get<Values>(test.operand));
            known_.learn(test);
        }
    }

    void load(const Match& match) {
        put(load_of(match.field));
        if (!match.mask.empty()) {
            const Bytes mask = register_bytes(match.field, match.mask);
            put(Bitwise{mask, Bytes{0, mask.size()}});
        }
    }

    void compare(const Match& match, const Values& values) {
        const auto in_register = [&](const Bytes& b) { return register_bytes(match.field, b); };
        if (values.size() > 1) {
            load(match);
            const std::string name = fmt::format("{}{}", kLiteralPrefix, next_literal_++);
            lowered_.literals.push_back({name, match.field, values});
            put(Lookup{name, match.negated});
            return;
        }
        const Interval& value = values.front();
        if (value.first == value.last) {
            compare_one(match, value.first);
            return;
        }
        load(match);
        if (match.negated) {
            put(Range{true, in_register(value.first), in_register(value.last)});
        } else {
            put(Compare{Comparison::gte, in_register(value.first)});
            put(Compare{Comparison::lte, in_register(value.last)});
        }
    }

    void compare_one(const Match& match, const Bytes& value) {
        const Comparison op = match.negated ? Comparison::neq : Comparison::eq;
        const std::optional<std::size_t> bytes =
            match.mask.empty() || !fits(value, match.mask) ? std::nullopt : whole_bytes(match.mask);
        if (bytes && is_address(match.field)) {
            auto shorter = std::get<LoadPayload>(load_of(match.field));
            shorter.length = static_cast<std::uint32_t>(*bytes);
            put(shorter);
            put(Compare{op, first_bytes(value, *bytes)});
        } else if (bytes && facts_of(match.field).order == ByteOrder::text) {
            put(load_of(match.field));
            put(Compare{op, first_bytes(value, *bytes)});
        } else {
            load(match);
            put(Compare{op, register_bytes(match.field, value)});
        }
    }

    Known known_;
    std::size_t next_literal_;
    Lowered lowered_;
};

}  // namespace

Result<Lowered> lower(const std::vector<Statement>& statements, Family family,
                      std::size_t first_literal) {
    if (statements.size() > kStatementsMax) {
        return failure(fmt::format("a rule of {} statements; {} are the most", statements.size(),
                                   kStatementsMax));
    }
    Lowering lowering{family, first_literal};
    for (const Statement& statement : statements) {
        if (Result<void> one = std::visit(lowering, statement); !one) {
            return one.error();
        }
    }
    return lowering.take();
}

}  // namespace portcullis::firewall
