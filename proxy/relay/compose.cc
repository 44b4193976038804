#include "proxy/relay/compose.h"

namespace portcullis::relay {

http::OutgoingRequest compose_request(Exchange& x) {
    http::FieldList& fields = x.scratch->request_fields;
    fields.clear();
    return http::forward_request(fields, x.client.request(), x.client_facts(), x.client.body(),
                                 x.client.upgrade());
}

http::OutgoingAnswer compose_answer(Exchange& x) {
    http::FieldList& fields = x.scratch->answer_fields;
    fields.clear();
    return http::forward_answer(fields, x.origin->answer(), x.request_id, x.origin->body());
}

}  // namespace portcullis::relay
