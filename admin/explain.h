// What the proxy would do with a request, and why: the decisions of its data path, asked one by
// one.
#pragma once

#include "admin/readings.h"
#include "admin/target.h"
#include "config/certificate.h"
#include "config/model.h"
#include "proxy/route/table.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace portcullis::admin {

struct Question {
    Target target;
    std::optional<std::string>
        sni;  // as given; empty: none is sent; absent: the host, as browsers do
    std::optional<IpAddress> client;  // the address that connects
};

struct Explanation {
    std::shared_ptr<const Config> config;  // keeps what is pointed to alive
    Target target;
    std::string sni;                                   // canonical; empty: none
    std::vector<const CertificateFile*> certificates;  // shown to the client; empty: refused
    std::string certificate_why;
    route::Match match;
    std::string route_why;
    Readings readings;            // of the path; empty when no route was found
    std::string client;           // what is believed of whom, as a sentence
    std::optional<bool> trusted;  // empty when no client was given
    // What the client gets: "alert unrecognized_name", a status ("421", "503", "307"), or
    // "forwarded".
    std::string answer;
    std::string answer_why;
    std::vector<std::string> remarks;

    [[nodiscard]] const RouteConfig* route() const;      // null when none was found
    [[nodiscard]] const ServiceConfig* service() const;  // null also for a route without one
};

// Fails when the SNI is no host name.
Result<Explanation> explain(std::shared_ptr<const Config> config, const Question& question);

// For a terminal: aligned lines. For a program: one JSON object. Both end in a newline.
std::string explanation_text(const Explanation& explanation);
std::string explanation_json(const Explanation& explanation);

}  // namespace portcullis::admin
