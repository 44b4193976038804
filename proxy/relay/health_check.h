// One look at an endpoint: is it able to serve? On a connection of its own, made as those of the
// service are and not counted among them.
#pragma once

#include "proxy/relay/context.h"

#include <memory>
#include <string_view>

namespace portcullis::relay {

// Why not; empty when it passed. Static text, ended by a NUL. What is referred to must live until
// the task is done.
Task<std::string_view> check_endpoint(Context& context, origin::Service& service,
                                      std::shared_ptr<origin::Endpoint> endpoint);

}  // namespace portcullis::relay
