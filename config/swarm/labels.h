// What a swarm service says of itself by labels, in the words of the configuration file:
//   portcullis.host: shop.example.com           a route; several hosts behind commas are several
//   portcullis.port: "8080"                     that its tasks listen on
//   portcullis.health.path: /healthz            an option below another one
//   portcullis.allow: 10.0.0.0/8, fd00::/8      a list
//   portcullis.routes.api.host: ...             further routes, by a name of one's choice
//   portcullis.redirect.to: https://...         a route that redirects; nothing of it reaches tasks
//   portcullis.share: yes                       it shares its hosts, by paths, with whoever says so
//   portcullis.share: shop, shop_api            too; or with these services only
// No label names a file, another service, or anything that is not its service's own.
#pragma once

#include "config/model.h"
#include "config/swarm/snapshot.h"

#include <string>
#include <vector>

namespace portcullis::swarm {

constexpr std::string_view kShareWithAll = "yes";

struct Labelled {
    ServiceConfig service;  // named as the swarm names it; without endpoints
    std::vector<RouteConfig> routes;
    std::vector<std::string> share;  // services that it shares hosts with, or kShareWithAll
    std::vector<std::string> notes;  // sentences: labels that have no effect
};

// Whether the service asks to be routed.
bool is_labelled(const Service& service);

// Pure. base: what certificates there are, and what else stands outside of services and routes. An
// error says what is wrong and what would be right, label by label.
Result<Labelled> read_labels(const Config& base, const Service& service);

}  // namespace portcullis::swarm
