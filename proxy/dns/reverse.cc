#include "proxy/dns/reverse.h"

#include <arpa/nameser.h>
#include <netinet/in.h>

#include <array>
#include <cstring>
#include <resolv.h>
#include <strings.h>

namespace portcullis::dns {
namespace {

void append_u16(std::string& out, unsigned value) {
    out += static_cast<char>(value >> 8U);
    out += static_cast<char>(value & 0xFFU);
}

bool same_name(const char* left, const std::string& right) {
    return ::strcasecmp(left, right.c_str()) == 0;
}

// Of the question section, which a response repeats.
bool repeats_question(ns_msg& message, const std::string& name) {
    ns_rr question{};
    return ns_msg_count(message, ns_s_qd) == 1 &&
           ::ns_parserr(&message, ns_s_qd, 0, &question) == 0 && ns_rr_type(question) == ns_t_ptr &&
           ns_rr_class(question) == ns_c_in && same_name(ns_rr_name(question), name);
}

// The names of the PTR records of that name. Nothing when a record is malformed.
std::optional<std::string> only_name(ns_msg& message, const std::string& name) {
    std::string found;
    for (int i = 0; i < ns_msg_count(message, ns_s_an); ++i) {
        ns_rr record{};
        if (::ns_parserr(&message, ns_s_an, i, &record) != 0) {
            return std::nullopt;
        }
        if (ns_rr_type(record) != ns_t_ptr || ns_rr_class(record) != ns_c_in ||
            !same_name(ns_rr_name(record), name)) {
            continue;
        }
        std::array<char, NS_MAXDNAME> text{};
        if (::dn_expand(ns_msg_base(message), ns_msg_end(message), ns_rr_rdata(record), text.data(),
                        text.size()) < 0) {
            return std::nullopt;
        }
        if (!found.empty()) {
            return std::string{};
        }
        found = text.data();
    }
    return found;
}

}  // namespace

std::string reverse_name(const IpAddress& address) {
    std::string name;
    if (address.is_v4()) {
        const std::uint32_t bits = address.v4_host_order();
        for (unsigned shift = 0; shift < 32; shift += 8) {
            name += std::to_string(bits >> shift & 0xFFU) + ".";
        }
        return name + "in-addr.arpa";
    }
    constexpr std::string_view kHex = "0123456789abcdef";
    const auto& bytes = address.bytes();
    for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte) {
        name += {kHex[*byte & 0xFU], '.', kHex[*byte >> 4U], '.'};
    }
    return name + "ip6.arpa";
}

std::string make_question(std::uint16_t id, const std::string& name) {
    constexpr unsigned kRecursionDesired = 0x0100;
    std::string message;
    append_u16(message, id);
    append_u16(message, kRecursionDesired);
    append_u16(message, 1);  // one question; no other records
    message.append(6, '\0');
    for (std::size_t at = 0; at < name.size();) {
        const std::size_t dot = std::min(name.find('.', at), name.size());
        message += static_cast<char>(dot - at);
        message += name.substr(at, dot - at);
        at = dot + 1;
    }
    message += '\0';
    append_u16(message, ns_t_ptr);
    append_u16(message, ns_c_in);
    return message;
}

std::optional<std::string> read_response(std::string_view message, std::uint16_t id,
                                         const std::string& name) {
    ns_msg parsed{};
    const auto* bytes = reinterpret_cast<const unsigned char*>(message.data());
    if (message.size() > kMessageMax ||
        ::ns_initparse(bytes, static_cast<int>(message.size()), &parsed) != 0 ||
        ns_msg_id(parsed) != id || ns_msg_getflag(parsed, ns_f_qr) != 1 ||
        ns_msg_getflag(parsed, ns_f_opcode) != ns_o_query || !repeats_question(parsed, name)) {
        return std::nullopt;
    }
    // Cut short, refused, or no such name: nobody is named.
    if (ns_msg_getflag(parsed, ns_f_tc) != 0 ||
        ns_msg_getflag(parsed, ns_f_rcode) != ns_r_noerror) {
        return std::string{};
    }
    return only_name(parsed, name);
}

}  // namespace portcullis::dns
