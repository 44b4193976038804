// The kernel's instructions as values: a rule is a list of them, run in order over 16-byte
// registers until one does not match. Encoded to and decoded from libnftnl, which aborts the
// process on an attribute that an expression does not have; so each kind has one encoder and one
// decoder, side by side, and nothing else sets attributes.
#pragma once

#include "firewall/netlink/handles.h"
#include "firewall/program/field.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace portcullis::firewall {

using Register = std::uint32_t;

constexpr Register kVerdictRegister = 0, kRegister1 = 1, kRegister2 = 2;

// Bytes here are as the register holds them: network order for packets, host order for the rest.

// register = length bytes of the packet.
struct LoadPayload {
    enum class Base : std::uint32_t { link, network, transport };
    Base base{};
    std::uint32_t offset = 0;
    std::uint32_t length = 0;
    Register target = kRegister1;

    bool operator==(const LoadPayload&) const = default;
};

struct LoadMeta {
    std::uint32_t key = 0;  // NFT_META_*
    Register target = kRegister1;

    bool operator==(const LoadMeta&) const = default;
};

struct LoadConntrack {
    std::uint32_t key = 0;                  // NFT_CT_*
    std::optional<std::uint8_t> direction;  // of keys that both directions have
    Register target = kRegister1;

    bool operator==(const LoadConntrack&) const = default;
};

struct LoadFib {
    std::uint32_t result = 0;  // NFT_FIB_RESULT_*
    std::uint32_t flags = 0;   // NFTA_FIB_F_*
    Register target = kRegister1;

    bool operator==(const LoadFib&) const = default;
};

struct LoadExtension {
    std::uint32_t op = 0;   // NFT_EXTHDR_OP_*: IPv6 header, TCP or IPv4 option
    std::uint8_t type = 0;  // of the header or option
    std::uint32_t offset = 0;
    std::uint32_t length = 0;
    bool present = false;  // load 1 or 0: whether it is there
    Register target = kRegister1;

    bool operator==(const LoadExtension&) const = default;
};

// target = jhash(source, seed) mod modulus.
struct Hash {
    Register source = kRegister2;
    std::uint32_t length = 0;  // bytes of the source
    std::uint32_t seed = 0;
    std::uint32_t modulus = 0;
    Register target = kRegister1;

    bool operator==(const Hash&) const = default;
};

enum class Comparison : std::uint32_t { eq, neq, lt, lte, gt, gte };  // as NFT_CMP_*

struct Compare {
    Comparison op{};
    Bytes data;
    Register source = kRegister1;

    bool operator==(const Compare&) const = default;
};

// Matches between first and last, both included, or with negated outside of them.
struct Range {
    bool negated = false;
    Bytes first;
    Bytes last;
    Register source = kRegister1;

    bool operator==(const Range&) const = default;
};

// register = (register & mask) ^ flip; both as long as what was loaded.
struct Bitwise {
    Bytes mask;
    Bytes flip;
    Register target = kRegister1;

    bool operator==(const Bitwise&) const = default;
};

struct Lookup {
    std::string set;
    bool negated = false;
    Register source = kRegister1;

    bool operator==(const Lookup&) const = default;
};

// A token bucket of packets per unit seconds.
struct Bucket {
    std::uint64_t rate = 0;
    std::uint64_t unit = 1;
    std::uint32_t burst = 0;
    bool over = false;  // matches when it is empty

    bool operator==(const Bucket&) const = default;
};

struct CountConnections {
    std::uint32_t count = 0;
    bool over = false;

    bool operator==(const CountConnections&) const = default;
};

// Adds the key to the set, or finds it there, and runs the instruction that is kept with it.
struct Dynamic {
    enum class Op : std::uint32_t {
        add,
        update
    };  // as NFT_DYNSET_OP_*; update restarts the timeout
    Op op{};
    std::string set;
    std::variant<Bucket, CountConnections> kept;
    Register key = kRegister1;

    bool operator==(const Dynamic&) const = default;
};

struct CountNamed {
    std::string counter;

    bool operator==(const CountNamed&) const = default;
};

struct LogGroup {
    std::uint16_t group = 0;
    std::uint32_t snaplen = 0;
    std::string prefix;

    bool operator==(const LogGroup&) const = default;
};

struct Untrack {
    bool operator==(const Untrack&) const = default;
};

struct AnswerSyn {
    std::uint16_t mss = 0;
    std::uint8_t wscale = 0;
    std::uint32_t flags = 0;  // NF_SYNPROXY_OPT_*

    bool operator==(const AnswerSyn&) const = default;
};

struct Decide {
    std::int32_t code = 0;  // NF_ACCEPT, NF_DROP, NFT_RETURN, NFT_JUMP, NFT_GOTO
    std::string chain;      // of the last two

    bool operator==(const Decide&) const = default;
};

// Whatever else a rule of somebody else may hold, as libnftnl writes it. Never encoded.
struct Unknown {
    std::string text;

    bool operator==(const Unknown&) const = default;
};

using Expression = std::variant<LoadPayload, LoadMeta, LoadConntrack, LoadFib, LoadExtension, Hash,
                                Compare, Range, Bitwise, Lookup, Bucket, Dynamic, CountNamed,
                                LogGroup, Untrack, AnswerSyn, Decide, Unknown>;

// Null for an Unknown.
NftExpr encode(const Expression& expression);

// Total: what is not exactly one of the above is Unknown.
Expression decode(const nftnl_expr& expression);

// As nft --debug=netlink shows it, without the brackets: "cmp eq reg 1 0x0000bb01".
std::string text_of(const Expression& expression);
std::string text_of(const nftnl_expr& expression);

}  // namespace portcullis::firewall
