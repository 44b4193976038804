// Which trailers of a message go through its route. A trailer section is a second place for the
// names of headers, and some origins merge the two: what a route removes, sets or says of the
// client in the head must not come in by the trailers.
#pragma once

#include "config/route_model.h"
#include "proxy/relay/body_flow.h"

#include <vector>

namespace portcullis::relay {

class TrailerRules {
  public:
    // None go through.
    TrailerRules() = default;

    // Of requests only gRPC has a use for them; all others are dropped. The route must outlive the
    // rules.
    static TrailerRules of_request(const RouteConfig& route, bool grpc);
    static TrailerRules of_response(const RouteConfig& route);

    // In place of what kept holds. received: only fields that a trailer may carry at all
    // (http::may_be_trailer); what is kept are views of the same texts.
    void apply(Trailers received, std::vector<http::Field>& kept) const;

  private:
    [[nodiscard]] bool passes(std::string_view name) const;

    const HeaderEdits* edits_ = nullptr;     // null: none go through
    const ForwardAuth* identity_ = nullptr;  // whose answer_headers only the service may say
};

}  // namespace portcullis::relay
