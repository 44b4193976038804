#include "proxy/http1/field_scanner.h"

#include "proxy/http/characters.h"

#include <algorithm>

namespace portcullis::http1 {
namespace {

using http::Field;
using http::Refusal;

void rebase(std::vector<Field>& fields, const char* from, const char* to) {
    for (Field& field : fields) {
        field.name = {to + (field.name.data() - from), field.name.size()};
        field.value = {to + (field.value.data() - from), field.value.size()};
    }
}

}  // namespace

Step LineScanner::fail(Refusal refusal) {
    refusal_ = refusal;
    return Step::failed;
}

Step LineScanner::feed(std::string_view bytes, std::size_t bytes_max) {
    // The CR stands at begin_ + bytes_max at the latest.
    const std::size_t last = begin_ + bytes_max;
    const std::size_t end = std::min(bytes.size(), last + 1);
    while (position_ < end) {
        const char* stop = http::skip_value_chars(bytes.data() + position_, bytes.data() + end);
        position_ = static_cast<std::size_t>(stop - bytes.data());
        if (position_ == end) {
            break;
        }
        if (*stop == '\n') {
            return fail(Refusal::bare_lf);
        }
        if (*stop == '\r') {
            if (position_ + 1 == bytes.size()) {
                return Step::more;
            }
            if (stop[1] != '\n') {
                return fail(Refusal::bare_cr);
            }
            position_ += 2;
            return Step::done;
        }
        ++position_;  // other controls: who reads the line says what is wrong with them
    }
    return position_ > last ? fail(Refusal::request_line_too_long) : Step::more;
}

Step FieldScanner::fail(Refusal refusal) {
    refusal_ = refusal;
    return Step::failed;
}

Step FieldScanner::feed(std::string_view bytes, std::size_t bytes_max, std::size_t fields_max,
                        std::vector<Field>& fields) {
    const char* const base = bytes.data();
    if (base_ != base) {
        rebase(fields, base_, base);
        base_ = base;
    }
    const std::size_t limit = begin_ + bytes_max;  // no field line reaches beyond it
    const std::size_t end = std::min(bytes.size(), limit);
    // A field line that is not complete at the end of what may be looked at.
    const auto starved = [&] { return end == limit ? fail(Refusal::header_too_long) : Step::more; };

    for (;;) {
        switch (state_) {
            case State::line_start: {
                if (position_ == bytes.size()) {
                    return Step::more;
                }
                const char first = base[position_];
                if (first == '\r') {
                    if (position_ + 1 == bytes.size()) {
                        return Step::more;
                    }
                    if (base[position_ + 1] != '\n') {
                        return fail(Refusal::bare_cr);
                    }
                    position_ += 2;
                    return Step::done;
                }
                if (http::is_space(first)) {
                    // RFC 9112, 5.2; and 2.2 for whitespace between the start line and the first
                    // field.
                    return fail(fields.empty() ? Refusal::bad_field_name : Refusal::obs_fold);
                }
                if (fields.size() == fields_max) {
                    return fail(first == '\n' ? Refusal::bare_lf : Refusal::too_many_fields);
                }
                line_ = position_;
                state_ = State::name;
                break;
            }
            case State::name: {
                while (position_ < end && http::is_token_char(base[position_])) {
                    ++position_;
                }
                if (position_ >= end) {
                    return starved();
                }
                const char stop = base[position_];
                if (stop == '\n') {
                    return fail(Refusal::bare_lf);
                }
                if (stop == '\r') {
                    if (position_ + 1 == end) {
                        return starved();
                    }
                    return fail(base[position_ + 1] == '\n' ? Refusal::bad_field_name
                                                            : Refusal::bare_cr);
                }
                if (http::is_space(stop)) {
                    return fail(Refusal::space_before_colon);  // RFC 9112, 5.1
                }
                if (stop != ':' || position_ == line_) {
                    return fail(Refusal::bad_field_name);
                }
                colon_ = position_++;
                state_ = State::value;
                break;
            }
            case State::value: {
                const char* stop = http::skip_value_chars(base + position_, base + end);
                position_ = static_cast<std::size_t>(stop - base);
                if (position_ == end) {
                    return starved();
                }
                if (*stop == '\n') {
                    return fail(Refusal::bare_lf);
                }
                if (*stop != '\r') {
                    return fail(Refusal::bad_field_value);  // RFC 9110, 5.5
                }
                if (position_ + 1 == end) {
                    return starved();
                }
                if (stop[1] != '\n') {
                    return fail(Refusal::bare_cr);
                }
                fields.push_back({{base + line_, colon_ - line_},
                                  http::trim({base + colon_ + 1, position_ - colon_ - 1})});
                position_ += 2;
                state_ = State::line_start;
                break;
            }
        }
    }
}

}  // namespace portcullis::http1
