// Fields as nghttp2 takes them. It copies them, and writes their names in lower case.
#pragma once

#include "proxy/http/head.h"

#include <nghttp2/nghttp2.h>

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace portcullis::http2 {

class FieldArray {
  public:
    void add(std::string_view name, std::string_view value);

    void add(std::span<const http::Field> fields) {
        for (const http::Field& field : fields) {
            add(field.name, field.value);
        }
    }

    [[nodiscard]] const nghttp2_nv* data() const { return fields_.data(); }

    [[nodiscard]] std::size_t size() const { return fields_.size(); }

  private:
    std::vector<nghttp2_nv> fields_;
};

}  // namespace portcullis::http2
