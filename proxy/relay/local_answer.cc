#include "proxy/relay/local_answer.h"

#include "config/page.h"
#include "proxy/http/location.h"
#include "proxy/http/page.h"
#include "proxy/http/status.h"
#include "proxy/http1/writer.h"
#include "proxy/limit/quota.h"
#include "proxy/relay/compose.h"

namespace portcullis::relay {
namespace {

constexpr std::string_view kHtml = "text/html; charset=utf-8";

http::OutgoingAnswer head_of(http::FieldList& fields, int code, std::string_view content_type,
                             std::size_t bytes, std::string_view request_id) {
    fields.add("Content-Type", content_type);
    fields.add("Cache-Control", "no-store");
    fields.add("X-Request-ID", request_id);
    return {.status = code,
            .reason = http::reason(code),
            .fields = fields.all(),
            .body = {bytes == 0 ? http::Body::Kind::none : http::Body::Kind::length, bytes},
            .upgrade = {}};
}

// The page for this very status, else the one for its kind; the route's before the configuration's.
const Page* page_for(const Exchange& x, int code) {
    const std::string status = std::to_string(code);
    const std::string kind = status.substr(0, 1) + "xx";
    const std::vector<ErrorPage> none;
    for (const std::vector<ErrorPage>* pages :
         {x.route != nullptr ? &x.route->error_pages : &none, &x.config().error_pages}) {
        for (const std::string& wanted : {status, kind}) {
            for (const ErrorPage& page : *pages) {
                if (page.status == wanted) {
                    return page.page.loaded.get();
                }
            }
        }
    }
    return nullptr;
}

// What a client is told besides the status.
void add_advice(Exchange& x, http::FieldList& fields, Fault fault) {
    if (fault == Fault::unauthorized) {
        std::string& challenge = fields.text();
        challenge.append("Basic realm=\"").append(x.route->basic_auth->realm);
        challenge.append("\", charset=\"UTF-8\"");
        fields.add("WWW-Authenticate", challenge);
    } else if (fault == Fault::method_not_allowed) {
        // RFC 9110, 15.5.6. Which of them the service takes is its own to say.
        fields.add("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    } else if (fault == Fault::maintenance) {
        const auto seconds =
            std::chrono::ceil<std::chrono::seconds>(x.route->maintenance->retry_after);
        fields.add("Retry-After", static_cast<std::uint64_t>(seconds.count()));
    } else if (fault == Fault::rate_limited) {
        fields.add("Retry-After", limit::retry_after(*x.quota));
    } else if (fault == Fault::too_many_requests || fault == Fault::client_busy ||
               fault == Fault::client_logins_busy || fault == Fault::circuit_share ||
               fault == Fault::overloaded) {
        fields.add("Retry-After", std::uint64_t{1});
    }
    if (x.route != nullptr) {
        edit_answer(x, fields);
    }
}

Task<> send_own(Exchange& x, const http::OutgoingAnswer& head, std::string_view body) {
    x.record.status = head.status;
    x.client.begin_answer(head, x.context.draining);
    Fault sent = co_await x.client.send(body);
    if (sent == Fault::none) {
        sent = co_await x.client.end({});
    }
    if (sent != Fault::none) {
        x.client.give_up(sent);
    }
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
    fields.clear();
    http::OutgoingAnswer head;
    std::string_view body;
    if (x.grpc) {
        head = grpc_head(fields, code, text, x.request_id);
    } else {
        const Page* page =
            fault == Fault::maintenance ? x.route->maintenance->page.loaded.get() : nullptr;
        if (page == nullptr) {
            page = page_for(x, code);
        }
        std::string& own = x.scratch->page;
        own.clear();
        if (page == nullptr) {
            http::write_page(own, code, text, x.request_id);
        }
        body = page != nullptr ? std::string_view{page->body} : own;
        head = head_of(fields, code, page != nullptr ? page->content_type : kHtml, body.size(),
                       x.request_id);
    }
    add_date(x.context, fields);
    add_advice(x, fields, fault);
    head.fields = fields.all();
    co_await send_own(x, head, body);
}

Task<> answer_redirect(Exchange& x) {
    const Redirect& redirect = *x.route->redirect;
    http::FieldList& fields = x.scratch->answer_fields;
    fields.clear();
    std::string& location = fields.text();
    http::write_location(location, redirect.to, x.scratch->host, x.scratch->path,
                         x.client.request().query);
    fields.add("Location", location);
    fields.add("X-Request-ID", x.request_id);
    add_date(x.context, fields);
    edit_answer(x, fields);
    const int code = static_cast<int>(redirect.status);
    const http::OutgoingAnswer head{.status = code,
                                    .reason = http::reason(code),
                                    .fields = fields.all(),
                                    .body = {},
                                    .upgrade = {}};
    co_await send_own(x, head, {});
}

std::string whole_page(Context& context, int code, std::string_view text,
                       std::string_view request_id) {
    http::FieldList fields;
    std::string page;
    http::write_page(page, code, text, request_id);
    http::OutgoingAnswer head = head_of(fields, code, kHtml, page.size(), request_id);
    add_date(context, fields);
    head.fields = fields.all();
    std::string out;
    http1::write_answer(out, head, {.close = true});
    return out.append(page);
}

}  // namespace portcullis::relay
