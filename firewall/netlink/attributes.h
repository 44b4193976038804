// The attributes of a message, or those inside another: libmnl's macros, in C++.
#pragma once

#include <libmnl/libmnl.h>
#include <linux/netlink.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

namespace portcullis::firewall {

namespace attributes_detail {

template <class F>
void for_each(const nlattr* attribute, const std::uint8_t* end, F&& each) {
    while (mnl_attr_ok(attribute,
                       static_cast<int>(end - reinterpret_cast<const std::uint8_t*>(attribute)))) {
        each(*attribute);
        attribute = mnl_attr_next(attribute);
    }
}

}  // namespace attributes_detail

// Behind the message's own header, of header_bytes; nothing when it is shorter.
template <class F>
void for_each_attribute(const nlmsghdr& message, std::size_t header_bytes, F&& each) {
    if (mnl_nlmsg_get_payload_len(&message) >= header_bytes) {
        attributes_detail::for_each(
            static_cast<const nlattr*>(mnl_nlmsg_get_payload_offset(&message, header_bytes)),
            static_cast<const std::uint8_t*>(mnl_nlmsg_get_payload_tail(&message)), each);
    }
}

template <class F>
void for_each_nested(const nlattr& nest, F&& each) {
    const auto* first = static_cast<const std::uint8_t*>(mnl_attr_get_payload(&nest));
    attributes_detail::for_each(reinterpret_cast<const nlattr*>(first),
                                first + mnl_attr_get_payload_len(&nest), each);
}

// A text attribute, with or without its zero.
inline std::string text_of(const nlattr& attribute) {
    const auto* text = static_cast<const char*>(mnl_attr_get_payload(&attribute));
    return {text, ::strnlen(text, mnl_attr_get_payload_len(&attribute))};
}

// A number attribute in the sender's order; 0 when it is shorter than that.
template <class Number>
Number number_of(const nlattr& attribute) {
    Number number = 0;
    if (mnl_attr_get_payload_len(&attribute) >= sizeof(number)) {
        std::memcpy(&number, mnl_attr_get_payload(&attribute), sizeof(number));
    }
    return number;
}

}  // namespace portcullis::firewall
