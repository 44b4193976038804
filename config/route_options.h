// Keys and ranges of the routes; included by options.h.
#pragma once

#include "config/option_kinds.h"
#include "config/route_model.h"

namespace portcullis {

constexpr auto words_of(ClientCertificate) {
    return std::array{Word{"none", ClientCertificate::none},
                      Word{"optional", ClientCertificate::optional},
                      Word{"required", ClientCertificate::required}};
}

constexpr auto words_of(RedirectStatus) {
    return std::array{Word{"301", RedirectStatus::moved_permanently},
                      Word{"302", RedirectStatus::found}, Word{"303", RedirectStatus::see_other},
                      Word{"307", RedirectStatus::temporary},
                      Word{"308", RedirectStatus::permanent}};
}

constexpr auto words_of(RetryOn) {
    return std::array{Word{"connect", RetryOn::connect}, Word{"reset", RetryOn::reset},
                      Word{"timeout", RetryOn::timeout}, Word{"502", RetryOn::bad_gateway},
                      Word{"503", RetryOn::unavailable}, Word{"504", RetryOn::gateway_timeout}};
}

constexpr auto words_of(LimitedBy) {
    return std::array{Word{"client", LimitedBy::client}, Word{"header", LimitedBy::header},
                      Word{"route", LimitedBy::route}};
}

void visit_options(auto& visit, Maybe<RateLimit> auto& limit) {
    visit("requests", limit.requests, Required{},
          Range<std::size_t>{1, 1'000'000, "0 would answer nobody"});
    visit("per", limit.per, Range<Duration>{1s, 24h, "clients are told it in whole seconds"});
    visit("burst", limit.burst, AutoOr{{1, 1'000'000, "0 would answer nobody"}});
    visit("by", limit.by);
    visit("header", limit.header, OrWord{"off"});
    visit("keys_per_client", limit.keys_per_client,
          Range<std::size_t>{1, 65'536, "each takes a place of limits.counted_clients"});
}

void visit_options(auto& visit, Maybe<BasicAuth> auto& auth) {
    visit("users", auth.users, Required{});
    visit("realm", auth.realm);
}

void visit_options(auto& visit, Maybe<ForwardAuth> auto& auth) {
    visit("service", auth.service, Required{});
    visit("path", auth.path);
    visit("request_headers", auth.request_headers);
    visit("answer_headers", auth.answer_headers);
    visit("timeout", auth.timeout, Range<Duration>{10ms, 1min, "the client waits meanwhile"});
}

void visit_options(auto& visit, Maybe<Redirect> auto& redirect) {
    visit("to", redirect.to, Required{});
    visit("status", redirect.status);
}

void visit_options(auto& visit, Maybe<HeaderEdits> auto& edits) {
    visit("set", edits.set);
    visit("remove", edits.remove);
}

void visit_options(auto& visit, Maybe<Hsts> auto& hsts) {
    visit("max_age", hsts.max_age,
          Range<Duration>{0s, 24h * 3650, "browsers keep it as long, whatever happens here"});
    visit("include_subdomains", hsts.include_subdomains);
    visit("preload", hsts.preload);
}

void visit_options(auto& visit, Maybe<Maintenance> auto& maintenance) {
    visit("page", maintenance.page, OrWord{"off"});
    visit("allow", maintenance.allow);
    visit("retry_after", maintenance.retry_after,
          Range<Duration>{1s, 24h * 7, "crawlers come back after it"});
}

void visit_options(auto& visit, Maybe<RetryConfig> auto& retry) {
    visit("attempts", retry.attempts,
          Range<std::size_t>{0, 5, "every attempt is load for a service that is in trouble"});
    visit("when", retry.when);
    visit("try_timeout", retry.try_timeout, OrWord{"off"},
          Range<Duration>{10ms, 1h, "shorter repeats what is only slow"});
}

void visit_options(auto& visit, Maybe<RouteTimeouts> auto& timeouts) {
    visit("response", timeouts.response, OrWord{"inherit"},
          Range<Duration>{100ms, 24h, "the client waits meanwhile"});
    visit("body", timeouts.body, OrWord{"inherit"},
          OffOr{{100ms, 24h, "longer lets idle attackers stay"}});
    visit("tunnel", timeouts.tunnel, OrWord{"inherit"},
          OffOr{{100ms, 24h * 7, "shorter cuts off quiet WebSockets"}});
}

void visit_options(auto& visit, Maybe<RouteConfig> auto& route) {
    constexpr ByteSize kTebibyte{std::size_t{1} << 40U};
    visit("host", route.host, Required{});
    visit("path", route.path);
    visit("service", route.service);
    visit("client_certificate", route.client_certificate);
    visit("client_ca", route.client_ca, OrWord{"inherit"});
    visit("client_crl", route.client_crl, OrWord{"inherit"});
    visit("allow", route.allow);
    visit("deny", route.deny);
    visit("trace", route.trace);
    visit("rate_limit", route.rate_limit);
    visit("basic_auth", route.basic_auth);
    visit("forward_auth", route.forward_auth);
    visit("strip_prefix", route.strip_prefix);
    visit("rewrite", route.rewrite, OrWord{"off"});
    visit("redirect", route.redirect);
    visit("trusted_headers", route.trusted_headers);
    visit("request_headers", route.request_headers);
    visit("answer_headers", route.answer_headers);
    visit("hsts", route.hsts);
    visit("maintenance", route.maintenance);
    visit("error_pages", route.error_pages);
    visit("request_body_max", route.request_body_max, OrWord{"off"},
          Range<ByteSize>{{0}, kTebibyte, "more is no limit"});
    visit("answer_body_max", route.answer_body_max, OrWord{"off"},
          Range<ByteSize>{{0}, kTebibyte, "more is no limit"});
    visit("retry", route.retry);
    visit("timeouts", route.timeouts);
}

}  // namespace portcullis
