// The fields of a message that is being put together. Names and values are views: of the message
// that was received, of constants, or of texts that the list itself keeps.
#pragma once

#include "proxy/http/head.h"

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis::http {

class FieldList {
  public:
    FieldList() = default;
    FieldList(const FieldList&) = delete;
    FieldList& operator=(const FieldList&) = delete;

    // Both must live as long as the list's content.
    void add(std::string_view name, std::string_view value) { fields_.push_back({name, value}); }

    void add(std::string_view name, std::uint64_t number);

    // An empty text that lives as long as the list's content, for a value that has to be put
    // together. Complete it before it is added.
    std::string& text();

    [[nodiscard]] std::vector<Field>& fields() { return fields_; }

    [[nodiscard]] std::span<const Field> all() const { return fields_; }

    // Keeps its memory, unless that has grown large.
    void clear();

  private:
    std::vector<Field> fields_;
    std::deque<std::string> texts_;  // the first texts_used_ hold values; they never move
    std::size_t texts_used_ = 0;
};

}  // namespace portcullis::http
