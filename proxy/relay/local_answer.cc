#include "proxy/relay/local_answer.h"

#include "proxy/http/page.h"
#include "proxy/http/status.h"
#include "proxy/http1/writer.h"

namespace portcullis::relay {
namespace {

http::OutgoingAnswer head_of(http::FieldList& fields, int code, std::size_t bytes,
                             std::string_view request_id) {
    fields.add("Content-Type", "text/html; charset=utf-8");
    fields.add("Cache-Control", "no-store");
    fields.add("Content-Length", bytes);
    fields.add("X-Request-ID", request_id);
    return {.status = code,
            .reason = http::reason(code),
            .fields = fields.all(),
            .body = {http::Body::Kind::length, bytes},
            .upgrade = {}};
}

// gRPC's own table for statuses of HTTP (doc/http-grpc-status-mapping.md), and for those that it
// does not name the nearest.
int grpc_status(int code) {
    switch (code) {
        case 400:
        case 413:
        case 414:
        case 431:
            return 13;  // INTERNAL
        case 401:
            return 16;  // UNAUTHENTICATED
        case 403:
            return 7;  // PERMISSION_DENIED
        case 404:
            return 12;  // UNIMPLEMENTED
        case 408:
        case 429:
        case 502:
        case 503:
        case 504:
            return 14;  // UNAVAILABLE
        default:
            return 2;  // UNKNOWN
    }
}

// A head that is a trailer section as well, which is how gRPC says that there is no message.
http::OutgoingAnswer grpc_head(http::FieldList& fields, int code, std::string_view sentence,
                               std::string_view request_id) {
    fields.add("Content-Type", "application/grpc");
    fields.add("grpc-status", static_cast<std::uint64_t>(grpc_status(code)));
    fields.add("grpc-message", sentence);
    fields.add("X-Request-ID", request_id);
    return {.status = 200, .reason = "OK", .fields = fields.all(), .body = {}, .upgrade = {}};
}

}  // namespace

Task<> answer_ourselves(Exchange& x, Fault fault) {
    const bool refused = fault == Fault::bad_request && x.refusal != http::Refusal::none;
    const int code = refused ? http::status(x.refusal) : status(fault);
    if (code == 0) {
        x.client.give_up(fault);
        co_return;
    }
    const std::string_view text = refused ? http::sentence(x.refusal) : sentence(fault);
    http::FieldList& fields = x.scratch->answer_fields;
    std::string& page = x.scratch->page;
    fields.clear();
    page.clear();
    http::OutgoingAnswer head;
    if (x.grpc) {
        head = grpc_head(fields, code, text, x.request_id);
    } else {
        http::write_page(page, code, text, x.request_id);
        head = head_of(fields, code, page.size(), x.request_id);
        if (x.to_head) {
            head.body = {};
            page.clear();
        }
    }
    x.record.status = head.status;
    x.client.begin_answer(head, x.context.draining);
    Fault sent = co_await x.client.send(page);
    if (sent == Fault::none) {
        sent = co_await x.client.end({});
    }
    if (sent != Fault::none) {
        x.client.give_up(sent);
    }
}

std::string whole_page(int code, std::string_view text, std::string_view request_id) {
    http::FieldList fields;
    std::string page;
    http::write_page(page, code, text, request_id);
    std::string out;
    http1::write_answer(out, head_of(fields, code, page.size(), request_id), {.close = true});
    return out.append(page);
}

}  // namespace portcullis::relay
