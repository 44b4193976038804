// Short words to write rules with, so that a rule of compile reads as its nft line.
#pragma once

#include "firewall/program/program.h"

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace portcullis::firewall::build {

inline Bytes value(Field field, std::uint64_t number) {
    return {number, facts_of(field).width};
}

// The numbers in ascending order.
inline Values values(Field field, std::initializer_list<std::uint64_t> numbers) {
    Values result;
    for (const std::uint64_t number : numbers) {
        result.push_back({value(field, number), value(field, number)});
    }
    return result;
}

inline Match is(Field field, std::uint64_t number) {
    return {field, {}, false, values(field, {number})};
}

inline Match is_not(Field field, std::uint64_t number) {
    return {field, {}, true, values(field, {number})};
}

inline Match one_of(Field field, std::initializer_list<std::uint64_t> numbers) {
    return {field, {}, false, values(field, numbers)};
}

inline Match none_of(Field field, std::initializer_list<std::uint64_t> numbers) {
    return {field, {}, true, values(field, numbers)};
}

inline Match between(Field field, std::uint64_t first, std::uint64_t last) {
    return {field, {}, false, Values{{value(field, first), value(field, last)}}};
}

inline Match in(Field field, std::string_view set) {
    return {field, {}, false, InSet{std::string{set}}};
}

inline Match not_in(Field field, std::string_view set) {
    return {field, {}, true, InSet{std::string{set}}};
}

inline Match masked(Field field, std::uint64_t mask, std::uint64_t number) {
    return {field, value(field, mask), false, values(field, {number})};
}

inline Match any_bit(Field field, std::uint64_t mask) {
    return {field, value(field, mask), true, values(field, {0})};
}

inline Match state(std::uint64_t states) {
    return any_bit(Field::ct_state, states);
}

// An interface's or a kind's name; names in ascending order.
inline Match named(Field field, std::initializer_list<std::string_view> names) {
    Values all;
    for (const std::string_view name : names) {
        all.push_back({Bytes::name(name), Bytes::name(name)});
    }
    return {field, {}, false, std::move(all)};
}

inline Match begins(Field field, std::string_view beginning) {
    return {field, Bytes::prefix_mask(beginning.size() * 8, kNameBytes), false,
            Values{{Bytes::name(beginning), Bytes::name(beginning)}}};
}

// An address field and a prefix of its family.
inline Match within(Field field, std::string_view prefix, bool negated = false) {
    const Cidr cidr = Cidr::parse(prefix).value();
    const Bytes first = address_bytes(cidr.network);
    const auto bits = static_cast<std::size_t>(cidr.bits);
    return {field, bits == first.size() * 8 ? Bytes{} : Bytes::prefix_mask(bits, first.size()),
            negated, Values{{first, first}}};
}

inline Match v4() {
    return is(Field::nfproto, kNfprotoIpv4);
}

inline Match v6() {
    return is(Field::nfproto, kNfprotoIpv6);
}

inline Match syn() {
    return masked(Field::tcp_flags, kFin | kSyn | kRst | kAck, kSyn);
}

inline Count count(std::string_view counter) {
    return {std::string{counter}};
}

inline Limit within_rate(std::size_t per_second, std::size_t burst) {
    return {false, per_second, static_cast<std::uint32_t>(burst)};
}

inline Limit over_rate(std::size_t per_second, std::size_t burst) {
    return {true, per_second, static_cast<std::uint32_t>(burst)};
}

inline Verdict accept() {
    return {Verdict::Kind::accept};
}

inline Verdict drop() {
    return {Verdict::Kind::drop};
}

inline Verdict back() {
    return {Verdict::Kind::back};
}

inline Verdict jump(std::string_view chain) {
    return {Verdict::Kind::jump, std::string{chain}};
}

inline Verdict go(std::string_view chain) {
    return {Verdict::Kind::go, std::string{chain}};
}

template <class... Statements>
Rule rule(Statements... statements) {
    return {{Statement{std::move(statements)}...}, {}};
}

inline Rule commented(std::string_view comment, Rule rule) {
    rule.comment = comment;
    return rule;
}

}  // namespace portcullis::firewall::build
