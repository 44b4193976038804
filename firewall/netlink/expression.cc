#include "firewall/netlink/expression.h"

#include "base/check.h"
#include "firewall/netlink/expression_code.h"

#include <array>

namespace portcullis::firewall {

NftExpr make(const char* name) {
    NftExpr expression{nftnl_expr_alloc(name)};
    CHECK(expression != nullptr && "libnftnl has the expression");
    return expression;
}

void set_bytes(nftnl_expr& expression, std::uint16_t attribute, const Bytes& bytes) {
    nftnl_expr_set(&expression, attribute, bytes.data(), static_cast<std::uint32_t>(bytes.size()));
}

std::optional<Bytes> bytes_of(const nftnl_expr& expression, std::uint16_t attribute) {
    std::uint32_t size = 0;
    const auto* data =
        static_cast<const std::uint8_t*>(nftnl_expr_get(&expression, attribute, &size));
    if (data == nullptr || size == 0 || size > Bytes::kSizeMax) {
        return std::nullopt;
    }
    Bytes bytes{0, size};
    for (std::size_t i = 0; i < size; ++i) {
        bytes[i] = data[i];
    }
    return bytes;
}

NftExpr encode(const Expression& expression) {
    return std::visit(
        [](const auto& one) -> NftExpr {
            if constexpr (std::is_same_v<std::decay_t<decltype(one)>, Unknown>) {
                return nullptr;
            } else {
                return encode_one(one);
            }
        },
        expression);
}

Expression decode(const nftnl_expr& expression) {
    const char* name = nftnl_expr_get_str(&expression, NFTNL_EXPR_NAME);
    if (name != nullptr) {
        for (const auto decode : {decode_load, decode_test, decode_state, decode_action}) {
            if (std::optional<Expression> known = decode(name, expression)) {
                return *known;
            }
        }
    }
    return Unknown{text_of(expression)};
}

std::string text_of(const nftnl_expr& expression) {
    std::array<char, 1024> text{};
    nftnl_expr_snprintf(text.data(), text.size(), &expression, NFTNL_OUTPUT_DEFAULT, 0);
    std::string result{text.data()};
    const char* name = nftnl_expr_get_str(&expression, NFTNL_EXPR_NAME);
    result = (name != nullptr ? std::string{name} + " " : "") + result;
    while (result.ends_with(' ')) {
        result.pop_back();
    }
    return result;
}

std::string text_of(const Expression& expression) {
    if (const auto* unknown = std::get_if<Unknown>(&expression)) {
        return unknown->text;
    }
    return text_of(*encode(expression));
}

}  // namespace portcullis::firewall
