#include "proxy/http1/lenient.h"

#include "proxy/http/characters.h"
#include "proxy/http/head.h"
#include "proxy/http/list.h"

#include <algorithm>
#include <optional>

namespace portcullis::http1 {
namespace {

// Takes a line off the text, without its CRLF or LF.
std::string_view take_line(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    return line;
}

// Control characters as spaces: they mean nothing in a header, and clients read them in many ways.
void append_printable(std::string& out, std::string_view text) {
    std::transform(text.begin(), text.end(), std::back_inserter(out),
                   [](char c) { return http::is_value_char(c) ? c : ' '; });
}

// The one element that all elements of a list are; nothing when they differ, or there is none.
std::optional<std::string_view> only_element(std::string_view list) {
    const std::string_view first = http::take_token(list);
    for (auto next = http::take_token(list); !next.empty(); next = http::take_token(list)) {
        if (!http::same_name(next, first)) {
            return std::nullopt;
        }
    }
    return first.empty() ? std::nullopt : std::optional{first};
}

// One of the two fields that frame a message, however often its origin says the same in it.
class SaidOnce {
  public:
    explicit SaidOnce(std::string_view name) : name_{name} {}

    // Whether the line is such a field; then it is made of one value, or dropped when that has been
    // said before. A field that says anything else is left, so that the whole is refused.
    bool take(std::string& line) {
        const std::size_t colon = line.find(':');
        if (colon == std::string::npos ||
            !http::same_name(std::string_view{line}.substr(0, colon), name_)) {
            return false;
        }
        const auto value = only_element(http::trim(std::string_view{line}.substr(colon + 1)));
        if (!value) {
            return true;
        }
        if (value_ && http::same_name(*value_, *value)) {
            line.clear();
            return true;
        }
        value_ = std::string{*value};
        line = std::string{name_} + ": " + *value_;
        return true;
    }

  private:
    std::string_view name_;
    std::optional<std::string> value_;
};

}  // namespace

bool LenientSection::feed(std::string_view bytes) {
    for (;;) {
        const std::size_t end = bytes.find('\n', position_);
        if (end == std::string_view::npos) {
            position_ = bytes.size();
            return false;
        }
        const std::size_t size = end - line_;
        const bool empty = size == 0 || (size == 1 && bytes[line_] == '\r');
        const bool first = line_ == 0 && part_ == Part::head;
        line_ = position_ = end + 1;
        if (empty && !first) {
            return true;
        }
    }
}

std::string repaired(std::string_view section, LenientSection::Part part) {
    std::string out;
    out.reserve(section.size() + 64);
    if (part == LenientSection::Part::head) {
        append_printable(out, take_line(section));
        out.append("\r\n");
    }
    SaidOnce length{"Content-Length"};
    SaidOnce encoding{"Transfer-Encoding"};
    std::string field;
    const auto finish = [&] {
        if (!length.take(field)) {
            encoding.take(field);
        }
        if (!field.empty()) {
            out.append(field).append("\r\n");
        }
        field.clear();
    };
    while (!section.empty()) {
        const std::string_view line = take_line(section);
        if (line.empty()) {
            break;
        }
        // A fold continues the line before it (RFC 9112, 5.2); the first has nothing to continue.
        if (http::is_space(line.front()) && !field.empty()) {
            field.push_back(' ');
            append_printable(field, http::trim(line));
            continue;
        }
        finish();
        append_printable(field, line);
    }
    finish();
    return out.append("\r\n");
}

}  // namespace portcullis::http1
