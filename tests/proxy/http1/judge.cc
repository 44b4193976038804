#include "tests/proxy/http1/judge.h"

#include "proxy/http1/chunked.h"
#include "proxy/http1/framing.h"
#include "proxy/http1/parser.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace portcullis::http1 {
namespace {

using http::Refusal;

constexpr HeadLimits kLimits;

void decode(std::string_view bytes, std::size_t piece, Judgement& judgement) {
    ChunkedDecoder decoder;
    for (std::size_t at = 0; at < bytes.size();) {
        const std::vector<char> exact(
            bytes.begin() + static_cast<std::ptrdiff_t>(at),
            bytes.begin() + static_cast<std::ptrdiff_t>(std::min(at + piece, bytes.size())));
        std::string_view rest{exact.data(), exact.size()};
        while (true) {
            const auto next = decoder.next(rest);
            judgement.body.append(next.data);
            rest.remove_prefix(next.consumed);
            if (next.kind == ChunkedDecoder::Piece::Kind::more) {
                break;
            }
            if (next.kind != ChunkedDecoder::Piece::Kind::data) {
                judgement.complete = next.kind == ChunkedDecoder::Piece::Kind::done;
                judgement.refusal = decoder.refusal();
                return;
            }
        }
        at += exact.size();
    }
}

}  // namespace

Judgement judge(const std::string& bytes, std::size_t first_piece, std::size_t next_pieces) {
    RequestParser parser;
    Judgement judgement;
    for (std::size_t seen = std::min(first_piece, bytes.size());;) {
        const std::vector<char> exact(bytes.begin(),
                                      bytes.begin() + static_cast<std::ptrdiff_t>(seen));
        const Step step = parser.feed({exact.data(), exact.size()}, kLimits);
        if (step == Step::failed) {
            judgement.refusal = parser.refusal();
            return judgement;
        }
        if (step == Step::done) {
            const Framing framing = request_framing(parser.head());
            judgement.refusal = framing.refusal;
            judgement.consumed = parser.consumed();
            judgement.complete = framing.kind != BodyKind::chunked;
            if (framing.refusal == Refusal::none && framing.kind == BodyKind::chunked) {
                decode(std::string_view{bytes}.substr(parser.consumed()), next_pieces, judgement);
            }
            return judgement;
        }
        if (seen == bytes.size()) {
            return judgement;
        }
        seen = std::min(seen + next_pieces, bytes.size());
    }
}

Judgement judge(const std::string& bytes) {
    return judge(bytes, bytes.size(), bytes.size());
}

}  // namespace portcullis::http1
