// The head of a response, or the trailers of its body, as an old origin may send them: lines that
// end in a bare LF, folded header lines, control characters, equal lengths and "chunked" said
// twice. What is received is first repaired into the strict form and then judged by the strict
// parser: so a repair can only make a response that was refused into one message by the same rules
// as all others, and never gives a message a second length. For services with response_parsing:
// lenient; never for requests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace portcullis::http1 {

class LenientSection {
  public:
    // A head begins with its status line, trailers may be an empty line alone.
    enum class Part : std::uint8_t { head, trailers };

    explicit LenientSection(Part part) : part_{part} {}

    // bytes: everything received since the section began. True once its end, an empty line, is
    // among them. Only what is new since the last call is examined.
    bool feed(std::string_view bytes);

    // After that: how many bytes the section took, its empty line included.
    [[nodiscard]] std::size_t consumed() const { return line_; }

  private:
    Part part_;
    std::size_t line_ = 0;      // where the line under way begins
    std::size_t position_ = 0;  // everything before it has been looked at
};

// A complete section, as its origin meant it, ended by CRLF CRLF. What cannot be repaired is left
// as it is, for the strict parser to refuse.
std::string repaired(std::string_view section, LenientSection::Part part);

}  // namespace portcullis::http1
