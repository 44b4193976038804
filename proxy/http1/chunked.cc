#include "proxy/http1/chunked.h"

#include "proxy/http/characters.h"
#include "proxy/http/known.h"

#include <algorithm>
#include <limits>

namespace portcullis::http1 {
namespace {

using http::Refusal;
using Kind = ChunkedDecoder::Piece::Kind;

constexpr std::uint8_t kSizeDigitsMax = 16;
constexpr std::uint64_t kSizeMax = std::numeric_limits<std::int64_t>::max();

// RFC 9110, 5.6.4: what may follow a backslash, and with "\" and the quote left out what may stand
// alone.
bool may_be_quoted(char c) {
    return http::is_value_char(c);
}

Refusal trailer_refusal(Refusal refusal) {
    switch (refusal) {
        case Refusal::header_too_long:
        case Refusal::too_many_fields:
            return Refusal::trailer_too_long;
        case Refusal::bare_cr:
        case Refusal::bare_lf:
            return refusal;
        default:
            return Refusal::bad_trailer;
    }
}

}  // namespace

ChunkedDecoder::Piece ChunkedDecoder::fail(Refusal refusal) {
    state_ = State::failed;
    refusal_ = refusal;
    return {.kind = Kind::failed};
}

ChunkedDecoder::Piece ChunkedDecoder::next(std::string_view bytes) {
    std::size_t at = 0;
    while (state_ < State::trailer && at < bytes.size()) {
        if (state_ == State::data) {
            const auto size =
                static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size() - at));
            left_ -= size;
            state_ = left_ == 0 ? State::data_cr : State::data;
            return {.kind = Kind::data, .consumed = at + size, .data = bytes.substr(at, size)};
        }
        const Refusal refusal = take(bytes[at]);
        if (refusal != Refusal::none) {
            return fail(refusal);
        }
        ++at;
    }
    switch (state_) {
        case State::trailer:
            return take_trailer(bytes.substr(at), at);
        case State::done:
            return {.kind = Kind::done, .consumed = at};
        case State::failed:
            return {.kind = Kind::failed};
        default:
            return {.kind = Kind::more, .consumed = at};
    }
}

Refusal ChunkedDecoder::take(char byte) {
    switch (state_) {
        case State::size:
            return take_size(byte);
        case State::padding:
            return take_padding(byte);
        case State::size_lf:
            return byte == '\n' ? end_size_line() : Refusal::bare_cr;
        case State::data_cr:
            if (byte == '\n' && tolerance_ == Tolerance::lenient) {
                state_ = State::size;
                return Refusal::none;
            }
            state_ = State::data_lf;
            return byte == '\r' ? Refusal::none : Refusal::bad_chunk_end;
        case State::data_lf:
            state_ = State::size;
            return byte == '\n' ? Refusal::none : Refusal::bad_chunk_end;
        default:
            return take_extension(byte);
    }
}

Refusal ChunkedDecoder::take_size(char byte) {
    const int digit = http::hex_value(byte);
    if (digit >= 0) {
        if (digits_ == kSizeDigitsMax) {
            return Refusal::chunk_size_too_long;
        }
        ++digits_;
        left_ = left_ * 16 + static_cast<std::uint64_t>(digit);  // 16 digits fit
        return left_ <= kSizeMax ? Refusal::none : Refusal::chunk_size_too_long;
    }
    if (byte != '\n' && digits_ == 0) {
        return Refusal::bad_chunk_size;
    }
    return take_padding(byte);
}

// What may follow the digits.
Refusal ChunkedDecoder::take_padding(char byte) {
    if (byte == '\n') {
        return tolerance_ == Tolerance::lenient && digits_ > 0 ? end_size_line() : Refusal::bare_lf;
    }
    if (byte == '\r') {
        state_ = State::size_lf;
        return Refusal::none;
    }
    if (pads(byte)) {
        state_ = State::padding;
        return count_extension() ? Refusal::none : Refusal::bad_chunk_extension;
    }
    return byte == ';' ? begin_extension() : Refusal::bad_chunk_size;
}

bool ChunkedDecoder::pads(char byte) const {
    return tolerance_ != Tolerance::none && http::is_space(byte);
}

bool ChunkedDecoder::count_extension() {
    ++extensions_bytes_;
    return ++extension_bytes_ <= kChunkExtensionBytesMax &&
           extensions_bytes_ <= kChunkExtensionsBytesMax;
}

// RFC 9112, 7.1.1, without the whitespace it calls bad, unless that is tolerated.
Refusal ChunkedDecoder::begin_extension() {
    state_ = State::extension_name;
    empty_word_ = true;
    return count_extension() ? Refusal::none : Refusal::bad_chunk_extension;
}

Refusal ChunkedDecoder::take_extension(char byte) {
    const bool in_quotes = state_ == State::quoted || state_ == State::quoted_pair;
    if (byte == '\n') {
        const bool ends = tolerance_ == Tolerance::lenient && !in_quotes && !empty_word_;
        return ends ? end_size_line() : Refusal::bare_lf;
    }
    if (!in_quotes && !empty_word_) {
        if (byte == '\r') {
            state_ = State::size_lf;
            return Refusal::none;
        }
        if (byte == ';') {
            return begin_extension();
        }
    }
    if (!count_extension()) {
        return Refusal::bad_chunk_extension;
    }
    if (!in_quotes && pads(byte)) {
        if (!empty_word_) {
            state_ = state_ == State::extension_name || state_ == State::after_name
                         ? State::after_name
                         : State::after_value;
        }
        return Refusal::none;
    }
    switch (state_) {
        case State::after_name:
            if (byte != '=') {
                return Refusal::bad_chunk_extension;
            }
            state_ = State::extension_value;
            empty_word_ = true;
            return Refusal::none;
        case State::extension_name:
            if (byte == '=' && !empty_word_) {
                state_ = State::extension_value;
                empty_word_ = true;
                return Refusal::none;
            }
            break;
        case State::extension_value:
            if (byte == '"' && empty_word_) {
                state_ = State::quoted;
                return Refusal::none;
            }
            break;
        case State::quoted:
            if (byte == '"') {
                state_ = State::after_value;
                empty_word_ = false;
            } else if (byte == '\\') {
                state_ = State::quoted_pair;
            }
            return may_be_quoted(byte) ? Refusal::none : Refusal::bad_chunk_extension;
        case State::quoted_pair:
            state_ = State::quoted;
            return may_be_quoted(byte) ? Refusal::none : Refusal::bad_chunk_extension;
        default:
            return Refusal::bad_chunk_extension;
    }
    empty_word_ = false;
    return http::is_token_char(byte) ? Refusal::none : Refusal::bad_chunk_extension;
}

Refusal ChunkedDecoder::end_size_line() {
    state_ = left_ == 0 ? State::trailer : State::data;
    digits_ = 0;
    extension_bytes_ = 0;
    empty_word_ = false;
    return Refusal::none;
}

ChunkedDecoder::Piece ChunkedDecoder::take_trailer(std::string_view bytes, std::size_t consumed) {
    // Two bytes beyond the limit are the empty line's; more cannot belong to this message.
    const std::size_t before = received_trailers_.size();
    received_trailers_.append(bytes.substr(0, kTrailerBytesMax + 2 - before));
    if (tolerance_ == Tolerance::lenient) {
        return take_lenient_trailer(bytes, consumed, before);
    }
    switch (scanner_.feed(received_trailers_, kTrailerBytesMax, kTrailerFieldsMax, trailers_)) {
        case Step::failed:
            return fail(trailer_refusal(scanner_.refusal()));
        case Step::more:
            return {.kind = Kind::more, .consumed = consumed + bytes.size()};
        case Step::done:
            break;
    }
    return finish_trailer(consumed + scanner_.position() - before);
}

// The section is repaired once it is complete, and judged like any other.
ChunkedDecoder::Piece ChunkedDecoder::take_lenient_trailer(std::string_view bytes,
                                                           std::size_t consumed,
                                                           std::size_t before) {
    if (!lenient_.feed(received_trailers_)) {
        return received_trailers_.size() < kTrailerBytesMax + 2
                   ? Piece{.kind = Kind::more, .consumed = consumed + bytes.size()}
                   : fail(Refusal::trailer_too_long);
    }
    const std::size_t end = lenient_.consumed();
    received_trailers_ = repaired(std::string_view{received_trailers_}.substr(0, end),
                                  LenientSection::Part::trailers);
    const Step step =
        scanner_.feed(received_trailers_, kTrailerBytesMax, kTrailerFieldsMax, trailers_);
    return step == Step::done ? finish_trailer(consumed + end - before)
                              : fail(trailer_refusal(scanner_.refusal()));
}

ChunkedDecoder::Piece ChunkedDecoder::finish_trailer(std::size_t consumed) {
    std::erase_if(trailers_,
                  [](const http::Field& field) { return !http::may_be_trailer(field.name); });
    state_ = State::done;
    return {.kind = Kind::done, .consumed = consumed};
}

}  // namespace portcullis::http1
