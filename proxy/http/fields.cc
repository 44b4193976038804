#include "proxy/http/fields.h"

#include <array>
#include <charconv>

namespace portcullis::http {
namespace {

constexpr std::size_t kKeptTexts = 8;
constexpr std::size_t kKeptBytes = 1U << 10U;  // of each

}  // namespace

void FieldList::add(std::string_view name, std::uint64_t number) {
    std::array<char, 20> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    std::string& value = text();
    value.append(digits.data(), end);
    add(name, value);
}

std::string& FieldList::text() {
    if (texts_used_ == texts_.size()) {
        texts_.emplace_back();
    }
    return texts_[texts_used_++];
}

void FieldList::clear() {
    fields_.clear();
    if (texts_.size() > kKeptTexts) {
        texts_.resize(kKeptTexts);
    }
    for (std::string& text : texts_) {
        text.clear();
        if (text.capacity() > kKeptBytes) {
            text.shrink_to_fit();
        }
    }
    texts_used_ = 0;
}

}  // namespace portcullis::http
