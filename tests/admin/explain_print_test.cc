#include "admin/explain.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace portcullis::admin {
namespace {

Explanation example() {
    auto config = std::make_shared<Config>();
    Certificate made;
    made.key_type = KeyType::ecdsa;
    made.names = {HostPattern::parse("shop.example.com").value(),
                  HostPattern::parse("*.shop.example.com").value()};
    made.not_after =
        std::chrono::sys_days{std::chrono::year{2031} / 2 / 3} + std::chrono::seconds{3661};
    config->tls.certificates.push_back(
        {"certs/shop.pem", "", std::make_shared<const Certificate>(std::move(made))});
    config->services.emplace_back().name = "shop";
    config->services.back().endpoints = {{SocketAddress::parse("10.0.1.4:8080").value()},
                                         {SocketAddress::parse("10.0.1.5:8080").value(), 3}};
    config->routes.push_back({HostPattern::parse("shop.example.com").value(), "/", "shop"});
    return explain(config,
                   {parse_target("https://shop.example.com/a").value(), std::nullopt, std::nullopt})
        .value();
}

TEST(ExplanationText, IsAlignedAndEndsWithTheAnswer) {
    EXPECT_EQ(explanation_text(example()),
              R"(host                               shop.example.com
path                               /a
sni                                shop.example.com
certificate                        certs/shop.pem
  key type                         ECDSA
  expires                          2031-02-03T01:01:01Z
  names                            shop.example.com, *.shop.example.com
  why                              exact: the SNI 'shop.example.com' is one of its names
route                              routes[0]: shop.example.com /
  why                              exact: the host 'shop.example.com', and '/' is the longest path that '/a' begins with
  hsts                             730d
service                            shop
  endpoint                         10.0.1.4:8080
  endpoint                         10.0.1.5:8080, weight 3
  port                             off
  protocol                         http1
  response_parsing                 strict
  path                             normalised
  balance                          p2c
  connect_timeout                  1s
  response_timeout                 1m
  idle_timeout                     30s
  connection_age_max               1h
  idle_connections_max             128
  passthrough                      off
  proxy_protocol                   off
  slow_start                       0s
forwarded headers                  nobody's are believed: trusted_proxies is empty
limits
  request_line                     8KiB
  header_bytes                     32KiB
  headers                          100
  requests_per_connection          10000
  connections_per_worker           9000
  connections_per_client           1000
  connections_per_second           100
  requests_per_second              1000
  offences_per_minute              100
  counted_clients                  65536
  key_updates_per_minute           60
  body_bytes_per_second            100
  requests_per_client              1000
  connection_memory                16MiB
  client_memory                    64MiB
  memory                           auto
  streams_per_connection           100
  http2_resets_per_minute          1000
  http2_control_frames_per_minute  10000
timeouts
  handshake                        5s
  header                           10s
  body                             30s
  idle                             75s
  tunnel                           1h
  shutdown                         30s
answer                             forwarded: to one of the service's endpoints
)");
}

TEST(ExplanationJson, HoldsTheSame) {
    const auto json = boost::json::parse(explanation_json(example())).as_object();
    EXPECT_EQ(json.at("answer"), "forwarded");
    EXPECT_EQ(json.at("certificates").at(0).at("expires"), "2031-02-03T01:01:01Z");
    EXPECT_EQ(json.at("certificates").at(0).at("names").as_array().size(), 2U);
    EXPECT_EQ(json.at("route").at("index"), 0);
    EXPECT_EQ(json.at("route").at("steps").at(0).at("what"), "730d");
    EXPECT_EQ(json.at("service").at("endpoints").at(1), "10.0.1.5:8080");
    EXPECT_EQ(json.at("service").at("idle_timeout"), "30s");
    EXPECT_EQ(json.at("limits").at("headers"), 100);
    EXPECT_TRUE(json.at("client_trusted").is_null());
}

TEST(ExplanationJson, OfARefusalHasNoRouteAndNoService) {
    Explanation x = example();
    x.match = {};
    x.certificates.clear();
    x.trusted = false;
    const auto json = boost::json::parse(explanation_json(x)).as_object();
    EXPECT_TRUE(json.at("route").is_null());
    EXPECT_TRUE(json.at("service").is_null());
    EXPECT_TRUE(json.at("certificates").as_array().empty());
    EXPECT_EQ(json.at("client_trusted"), false);
    EXPECT_NE(explanation_text(x).find("\ncertificate                        none\n"),
              std::string::npos);
    EXPECT_NE(explanation_text(x).find("\nroute                              none\n"),
              std::string::npos);
}

}  // namespace
}  // namespace portcullis::admin
