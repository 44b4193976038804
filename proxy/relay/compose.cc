#include "proxy/relay/compose.h"

#include "proxy/http/field_edit.h"
#include "proxy/limit/quota.h"
#include "proxy/relay/affinity.h"

namespace portcullis::relay {

http::OutgoingRequest compose_request(Exchange& x) {
    http::FieldList& fields = x.scratch->request_fields;
    fields.clear();
    const http::RequestHead& head = x.client.request();
    http::OutgoingRequest request = http::forward_request(
        fields, head, x.origin_path, x.client_facts(), x.client.body(), x.upgrade);
    request.made_key = x.client.made_key();
    remove_sticky_cookie(x, fields);
    const RouteConfig& route = *x.route;
    if (route.rate_limit && route.rate_limit->by == LimitedBy::header) {
        http::remove_other_spellings(fields, route.rate_limit->header);
    }
    if (route.forward_auth) {
        for (const std::string& name : route.forward_auth->request_headers) {
            http::remove_other_spellings(fields, name);
        }
        // Also when the service said nothing: then nobody may have said it.
        for (const std::string& name : route.forward_auth->answer_headers) {
            http::remove_field(fields, name);
        }
        for (const HeaderField& field : x.auth_fields) {
            fields.add(field.name, field.value);
        }
    }
    if (!x.grpc) {
        http::remove_field(fields, "Trailer");  // what it announces is dropped (TrailerRules)
    }
    http::edit_fields(fields, route.request_headers);
    for (const HeaderField& field : route.request_headers.set) {
        if (http::same_name(field.name, "Host")) {
            http::remove_field(fields, field.name);
            request.authority = field.value;
        }
    }
    request.fields = fields.all();
    return request;
}

http::OutgoingAnswer compose_answer(Exchange& x) {
    http::FieldList& fields = x.scratch->answer_fields;
    fields.clear();
    http::OutgoingAnswer answer =
        http::forward_answer(fields, x.origin->answer(), x.request_id, x.origin->body());
    if (answer.status >= 200) {
        if (x.origin->answer().find("Date") == nullptr) {
            add_date(x.context, fields);
        }
        edit_answer(x, fields);
        add_sticky_cookie(x, fields);
        answer.fields = fields.all();
    }
    return answer;
}

void add_date(Context& context, http::FieldList& fields) {
    std::string& text = fields.text();
    fields.add("Date", text.assign(context.date.at(std::chrono::system_clock::now())));
}

void edit_answer(const Exchange& x, http::FieldList& fields) {
    const RouteConfig& route = *x.route;
    if (x.quota) {
        limit::add_quota(fields, *route.rate_limit, *x.quota);
    }
    http::edit_fields(fields, route.answer_headers);
    if (route.hsts) {
        http::add_hsts(fields, *route.hsts);
    }
}

}  // namespace portcullis::relay
