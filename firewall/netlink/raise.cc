#include "firewall/netlink/raise.h"

#include "firewall/netlink/field_load.h"
#include "firewall/netlink/lower.h"

#include <linux/netfilter.h>
#include <linux/netfilter/nf_synproxy.h>
#include <linux/netfilter/nf_tables.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>

namespace portcullis::firewall {
namespace {

using Rest = std::span<const Expression>;

// A statement, and how many instructions say it.
struct Raised {
    Statement statement;
    std::size_t used = 0;
};

template <class T>
const T* at(Rest rest, std::size_t index) {
    return index < rest.size() ? std::get_if<T>(&rest[index]) : nullptr;
}

bool is_zero(const Bytes& bytes) {
    return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
}

Bytes widened(const Bytes& bytes, std::size_t width) {
    Bytes result{0, width};
    std::copy(bytes.begin(), bytes.end(), &result[0]);
    return result;
}

Values one(const Bytes& first, const Bytes& last) {
    return {{first, last}};
}

// A load of the first bytes of an address, and the comparison of just these: a prefix.
std::optional<Raised> raise_prefix(Rest rest, const Known& known) {
    const auto* load = at<LoadPayload>(rest, 0);
    const auto* compare = at<Compare>(rest, 1);
    if (load == nullptr || compare == nullptr || compare->data.size() != load->length ||
        compare->source != load->target || compare->op > Comparison::neq) {
        return std::nullopt;
    }
    for (const Field field :
         {Field::ip_saddr, Field::ip_daddr, Field::ip6_saddr, Field::ip6_daddr}) {
        const std::size_t width = facts_of(field).width;
        auto whole = *load;
        whole.length = static_cast<std::uint32_t>(width);
        if (load->length < width && field_of(whole, known) == field) {
            const Bytes value = widened(compare->data, width);
            return Raised{Match{field, Bytes::prefix_mask(8 * compare->data.size(), width),
                                compare->op == Comparison::neq, one(value, value)},
                          2};
        }
    }
    return std::nullopt;
}

// What follows a load, and perhaps a mask, of this field: the test itself, from rest[0] on.
class Tests {
  public:
    Tests(Field field, Bytes mask, Register source, const LiteralValues& literals)
        : field_{field},
          mask_{mask},
          width_{facts_of(field).width},
          source_{source},
          literals_{literals} {}

    [[nodiscard]] std::optional<Raised> raise(Rest rest) const {
        if (const auto* lookup = at<Lookup>(rest, 0); lookup != nullptr) {
            return lookup->source == source_ ? look(*lookup) : std::nullopt;
        }
        if (const auto* range = at<Range>(rest, 0); range != nullptr) {
            return match(range->source, range->negated, value(range->first), value(range->last), 1);
        }
        const auto* compare = at<Compare>(rest, 0);
        return compare != nullptr ? raise(*compare, rest) : std::nullopt;
    }

  private:
    [[nodiscard]] std::optional<Raised> raise(const Compare& compare, Rest rest) const {
        const std::optional<Bytes> data = value(compare.data);
        switch (compare.op) {
            case Comparison::eq:
            case Comparison::neq:
                return equal(compare);
            case Comparison::lte:
                return match(compare.source, false, Bytes{0, width_}, data, 1);
            case Comparison::gte:
                break;
            default:
                return std::nullopt;
        }
        const auto* upper = at<Compare>(rest, 1);
        if (upper != nullptr && upper->op == Comparison::lte && upper->source == compare.source) {
            return match(compare.source, false, data, value(upper->data), 2);
        }
        return match(compare.source, false, data, Bytes::prefix_mask(width_ * 8, width_), 1);
    }

    // Of text the first bytes may be compared alone.
    [[nodiscard]] std::optional<Raised> equal(const Compare& compare) const {
        const bool negated = compare.op == Comparison::neq;
        if (facts_of(field_).order == ByteOrder::text && mask_.empty() &&
            compare.source == source_ && compare.data.size() < width_) {
            const Bytes text = widened(compare.data, width_);
            return Raised{Match{field_, Bytes::prefix_mask(8 * compare.data.size(), width_),
                                negated, one(text, text)},
                          1};
        }
        const std::optional<Bytes> data = value(compare.data);
        return match(compare.source, negated, data, data, 1);
    }

    [[nodiscard]] std::optional<Raised> look(const Lookup& lookup) const {
        const auto literal = literals_.find(lookup.set);
        if (literal == literals_.end()) {
            return Raised{Match{field_, mask_, lookup.negated, InSet{lookup.set}}, 1};
        }
        Values values;
        for (const Interval& kept : literal->second) {
            const std::optional<Bytes> first = value(kept.first);
            const std::optional<Bytes> last = value(kept.last);
            if (!first || !last) {
                return std::nullopt;
            }
            values.push_back({*first, *last});
        }
        std::sort(values.begin(), values.end());
        return values.empty() ? std::nullopt
                              : std::optional{Raised{
                                    Match{field_, mask_, lookup.negated, std::move(values)}, 1}};
    }

    [[nodiscard]] std::optional<Raised> match(Register source, bool negated,
                                              const std::optional<Bytes>& first,
                                              const std::optional<Bytes>& last,
                                              std::size_t used) const {
        if (source != source_ || !first || !last) {
            return std::nullopt;
        }
        return Raised{Match{field_, mask_, negated, one(*first, *last)}, used};
    }

    [[nodiscard]] std::optional<Bytes> value(const Bytes& bytes) const {
        return field_bytes(field_, bytes);
    }

    Field field_;
    Bytes mask_;
    std::size_t width_;
    Register source_;
    const LiteralValues& literals_;
};

std::optional<Raised> raise_match(Rest rest, const Known& known, const LiteralValues& literals) {
    const std::optional<Field> field = field_of(rest[0], known);
    const std::optional<Register> target = target_of(rest[0]);
    if (!field || !target) {
        return std::nullopt;
    }
    const auto* mask = at<Bitwise>(rest, 1);
    Bytes kept;
    if (mask != nullptr) {
        const std::optional<Bytes> bytes = field_bytes(*field, mask->mask);
        if (mask->target != *target || !is_zero(mask->flip) || !bytes) {
            return std::nullopt;
        }
        kept = *bytes;
    }
    const std::size_t loads = mask != nullptr ? 2 : 1;
    const Tests tests{*field, kept, *target, literals};
    std::optional<Raised> raised = tests.raise(rest.subspan(loads));
    if (raised) {
        raised->used += loads;
    }
    return raised;
}

// payload => 2; of IPv6: & /64; hash 2 => 1; dynset update 1 with a bucket.
std::optional<Raised> raise_sketch(Rest rest, const Known& known) {
    const std::optional<Field> source = field_of(rest[0], known);
    if (target_of(rest[0]) != kRegister2 ||
        (source != Field::ip_saddr && source != Field::ip6_saddr)) {
        return std::nullopt;
    }
    const std::uint32_t width = facts_of(*source).width;
    std::size_t next = 1;
    if (*source == Field::ip6_saddr) {
        const Bitwise network{Bytes::prefix_mask(64, width), Bytes{0, width}, kRegister2};
        const auto* mask = at<Bitwise>(rest, next++);
        if (mask == nullptr || *mask != network) {
            return std::nullopt;
        }
    }
    const auto* hash = at<Hash>(rest, next);
    const auto* dynamic = at<Dynamic>(rest, next + 1);
    if (hash == nullptr || dynamic == nullptr ||
        *hash != Hash{kRegister2, width, hash->seed, kSketchCells, kRegister1}) {
        return std::nullopt;
    }
    const auto* bucket = std::get_if<Bucket>(&dynamic->kept);
    if (bucket == nullptr || dynamic->op != Dynamic::Op::update || dynamic->key != kRegister1 ||
        bucket->unit != 1 || !bucket->over) {
        return std::nullopt;
    }
    return Raised{Sketch{dynamic->set, *source, hash->seed, bucket->rate, bucket->burst}, next + 2};
}

std::optional<Raised> raise_connections(Rest rest, const Known& known) {
    const std::optional<Field> source = field_of(rest[0], known);
    const auto* dynamic = at<Dynamic>(rest, 1);
    if ((source != Field::ip_saddr && source != Field::ip6_saddr) || dynamic == nullptr ||
        dynamic->op != Dynamic::Op::add || dynamic->key != target_of(rest[0])) {
        return std::nullopt;
    }
    const auto* count = std::get_if<CountConnections>(&dynamic->kept);
    if (count == nullptr || !count->over) {
        return std::nullopt;
    }
    return Raised{ConnectionCount{dynamic->set, *source, count->count}, 2};
}

std::optional<Statement> raise_verdict(const Decide& decide) {
    using Kind = Verdict::Kind;
    switch (decide.code) {
        case NF_ACCEPT:
            return Verdict{Kind::accept, {}};
        case NF_DROP:
            return Verdict{Kind::drop, {}};
        case NFT_RETURN:
            return Verdict{Kind::back, {}};
        case NFT_JUMP:
            return Verdict{Kind::jump, decide.chain};
        case NFT_GOTO:
            return Verdict{Kind::go, decide.chain};
        default:
            return std::nullopt;
    }
}

std::optional<Statement> raise_synproxy(const AnswerSyn& answer) {
    const auto has = [&](std::uint32_t flag) { return (answer.flags & flag) != 0; };
    constexpr std::uint32_t known = NF_SYNPROXY_OPT_MSS | NF_SYNPROXY_OPT_WSCALE |
                                    NF_SYNPROXY_OPT_SACK_PERM | NF_SYNPROXY_OPT_TIMESTAMP;
    if (!has(NF_SYNPROXY_OPT_MSS) || has(~known) ||
        has(NF_SYNPROXY_OPT_WSCALE) != (answer.wscale != 0)) {
        return std::nullopt;
    }
    return Synproxy{answer.mss, answer.wscale, has(NF_SYNPROXY_OPT_TIMESTAMP),
                    has(NF_SYNPROXY_OPT_SACK_PERM)};
}

// Statements of one instruction.
std::optional<Statement> raise_single(const Expression& expression) {
    if (const auto* count = std::get_if<CountNamed>(&expression)) {
        return Count{count->counter};
    }
    if (const auto* bucket = std::get_if<Bucket>(&expression); bucket && bucket->unit == 1) {
        return Limit{bucket->over, bucket->rate, bucket->burst};
    }
    if (const auto* log = std::get_if<LogGroup>(&expression)) {
        return Log{log->group, log->snaplen, log->prefix};
    }
    if (std::holds_alternative<Untrack>(expression)) {
        return Notrack{};
    }
    if (const auto* answer = std::get_if<AnswerSyn>(&expression)) {
        return raise_synproxy(*answer);
    }
    const auto* decide = std::get_if<Decide>(&expression);
    return decide != nullptr ? raise_verdict(*decide) : std::nullopt;
}

Raised raise_next(Rest rest, const Known& known, const LiteralValues& literals) {
    if (const std::optional<Statement> single = raise_single(rest[0])) {
        return {*single, 1};
    }
    for (const auto attempt : {raise_sketch, raise_connections, raise_prefix}) {
        if (const std::optional<Raised> raised = attempt(rest, known)) {
            return *raised;
        }
    }
    if (const std::optional<Raised> raised = raise_match(rest, known, literals)) {
        return *raised;
    }
    return {Foreign{text_of(rest[0])}, 1};
}

// The field that such a load reads first, when it reads more than that one.
std::optional<LoadPayload> first_of(const LoadPayload& joined, const Known& known) {
    LoadPayload first = joined;
    for (first.length = 1; first.length < joined.length; ++first.length) {
        if (field_of(first, known)) {
            return first;
        }
    }
    return std::nullopt;
}

// nft reads fields that lie side by side with one load, and compares them with one comparison.
// Makes two of each, at the beginning of rest; what is not such a pair stays.
void part(std::vector<Expression>& rest, const Known& known) {
    const auto* load = std::get_if<LoadPayload>(&rest.front());
    const auto* compare = rest.size() > 1 ? std::get_if<Compare>(&rest[1]) : nullptr;
    if (load == nullptr || compare == nullptr || compare->op != Comparison::eq ||
        compare->source != load->target || compare->data.size() != load->length ||
        field_of(*load, known)) {
        return;
    }
    const std::optional<LoadPayload> first = first_of(*load, known);
    if (!first) {
        return;
    }
    LoadPayload second = *load;
    second.offset += first->length;
    second.length -= first->length;
    Compare one{Comparison::eq, Bytes{0, first->length}, load->target};
    Compare other{Comparison::eq, Bytes{0, second.length}, load->target};
    std::copy_n(compare->data.begin(), first->length, &one.data[0]);
    std::copy_n(compare->data.begin() + first->length, second.length, &other.data[0]);
    rest[0] = *first;
    rest[1] = one;
    rest.insert(rest.begin() + 2, {Expression{second}, Expression{other}});
}

bool is_test_of_protocol(const Statement& statement) {
    const auto* match = std::get_if<Match>(&statement);
    return match != nullptr && (match->field == Field::nfproto || match->field == Field::l4proto ||
                                match->field == Field::protocol);
}

bool is_foreign(const Statement& statement) {
    return std::holds_alternative<Foreign>(statement);
}

// Without the statements that lower writes by itself. From the end, because a later test may be
// what makes an earlier one implied.
std::vector<Statement> without_implied(std::vector<Statement> statements, Family family) {
    if (std::any_of(statements.begin(), statements.end(), is_foreign)) {
        return statements;
    }
    const Result<Lowered> whole = lower(statements, family);
    if (!whole) {
        return statements;
    }
    for (std::size_t i = statements.size(); i-- > 0;) {
        if (!is_test_of_protocol(statements[i])) {
            continue;
        }
        std::vector<Statement> fewer = statements;
        fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
        if (lower(fewer, family) == whole) {
            statements = std::move(fewer);
        }
    }
    return statements;
}

}  // namespace

LiteralValues in_registers(const std::vector<Literal>& literals) {
    LiteralValues values;
    for (const Literal& literal : literals) {
        Values& there = values[literal.name];
        for (const Interval& value : literal.values) {
            there.push_back({register_bytes(literal.field, value.first),
                             register_bytes(literal.field, value.last)});
        }
    }
    return values;
}

std::vector<Statement> raise(const std::vector<Expression>& expressions, Family family,
                             const LiteralValues& literals) {
    std::vector<Statement> statements;
    Known known{family};
    std::vector<Expression> rest = expressions;
    while (!rest.empty()) {
        part(rest, known);
        Raised next = raise_next(rest, known, literals);
        if (const auto* match = std::get_if<Match>(&next.statement)) {
            known.learn(*match);
        }
        rest.erase(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(next.used));
        statements.push_back(std::move(next.statement));
    }
    return without_implied(std::move(statements), family);
}

}  // namespace portcullis::firewall
