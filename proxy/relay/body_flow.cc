#include "proxy/relay/body_flow.h"

namespace portcullis::relay {

Task<Fault> pass_body(Source& source, Sink& sink, Fault malformed, std::uint64_t& bytes) {
    for (;;) {
        const Piece piece = source.next();
        Fault fault = Fault::none;
        switch (piece.kind) {
            case Piece::Kind::data:
                bytes += piece.data.size();
                fault = co_await sink.send(piece.data);
                break;
            case Piece::Kind::nothing:
                // Before a wait everything leaves that is here.
                fault = co_await sink.flush();
                if (fault == Fault::none) {
                    fault = co_await source.more();
                }
                break;
            case Piece::Kind::failed:
                co_return malformed;
            case Piece::Kind::done:
                co_return co_await sink.end(source.trailers());
        }
        if (fault != Fault::none) {
            co_return fault;
        }
    }
}

}  // namespace portcullis::relay
