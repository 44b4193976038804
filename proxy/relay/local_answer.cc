#include "proxy/relay/local_answer.h"

#include "proxy/http/page.h"
#include "proxy/http/status.h"

#include <charconv>

namespace portcullis::relay {
namespace {

struct Page {
    int status;
    std::string_view sentence;
    std::string_view request_id;
    bool close;
    bool with_body = true;
};

void append_number(std::string& out, std::size_t number) {
    char digits[20];
    const auto end = std::to_chars(std::begin(digits), std::end(digits), number).ptr;
    out.append(std::begin(digits), end);
}

void write_answer(std::string& out, const Page& page) {
    std::string body;
    http::write_page(body, page.status, page.sentence, page.request_id);
    out.append("HTTP/1.1 ");
    append_number(out, static_cast<std::size_t>(page.status));
    out.append(" ").append(http::reason(page.status));
    out.append(
        "\r\nContent-Type: text/html; charset=utf-8\r\nCache-Control: "
        "no-store\r\nContent-Length: ");
    append_number(out, body.size());
    out.append("\r\nX-Request-ID: ").append(page.request_id);
    out.append(page.close ? "\r\nConnection: close\r\n\r\n" : "\r\n\r\n");
    if (page.with_body) {
        out.append(body);
    }
}

// After these the request has been read to its end, and its connection is as good as before.
bool leaves_connection_usable(const Exchange& x, Fault fault) {
    const bool whole = x.upload_done || x.request_framing.kind == http1::BodyKind::none;
    return whole && blame(fault) != Blame::client
               ? true
               : whole && (fault == Fault::no_route || fault == Fault::no_path);
}

}  // namespace

Task<> answer_ourselves(Exchange& x, Fault fault) {
    const bool refused = fault == Fault::bad_request && x.refusal != http::Refusal::none;
    const int code = refused ? http::status(x.refusal) : status(fault);
    x.keep = x.keep && code != 0 && !x.context.draining && leaves_connection_usable(x, fault);
    if (code == 0) {
        co_return;
    }
    std::string& out = x.scratch->answer_out;
    out.clear();
    write_answer(out, {code, refused ? http::sentence(x.refusal) : sentence(fault), x.request_id,
                       !x.keep, !x.to_head});
    x.record.status = code;
    const stream::End end = co_await x.client.stream.write(out, x.config().timeouts.body);
    x.keep = x.keep && end == stream::End::none;
}

std::string whole_page(int code, std::string_view text, std::string_view request_id) {
    std::string out;
    write_answer(out, {code, text, request_id, true});
    return out;
}

}  // namespace portcullis::relay
