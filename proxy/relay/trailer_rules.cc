#include "proxy/relay/trailer_rules.h"

#include "config/types/field.h"

#include <algorithm>

namespace portcullis::relay {
namespace {

bool has(const std::vector<std::string>& names, std::string_view name) {
    return std::any_of(names.begin(), names.end(),
                       [&](const std::string& other) { return same_folded(other, name); });
}

bool has(const std::vector<HeaderField>& fields, std::string_view name) {
    return std::any_of(fields.begin(), fields.end(),
                       [&](const HeaderField& field) { return same_folded(field.name, name); });
}

}  // namespace

TrailerRules TrailerRules::of_request(const RouteConfig& route, bool grpc) {
    TrailerRules rules;
    if (grpc) {
        rules.edits_ = &route.request_headers;
        rules.identity_ = route.forward_auth ? &*route.forward_auth : nullptr;
    }
    return rules;
}

TrailerRules TrailerRules::of_response(const RouteConfig& route) {
    TrailerRules rules;
    rules.edits_ = &route.answer_headers;
    return rules;
}

void TrailerRules::apply(Trailers received, std::vector<http::Field>& kept) const {
    kept.clear();
    std::copy_if(received.begin(), received.end(), std::back_inserter(kept),
                 [this](const http::Field& field) { return passes(field.name); });
}

bool TrailerRules::passes(std::string_view name) const {
    return edits_ != nullptr && !has(edits_->remove, name) && !has(edits_->set, name) &&
           (identity_ == nullptr || !has(identity_->answer_headers, name));
}

}  // namespace portcullis::relay
