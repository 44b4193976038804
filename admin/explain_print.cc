#include "admin/explain.h"
#include "admin/steps.h"
#include "config/options.h"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <cstdio>

namespace portcullis::admin {
namespace {

std::string_view type_name(KeyType type) {
    return type == KeyType::ecdsa ? "ECDSA" : type == KeyType::rsa ? "RSA" : "other";
}

std::string time_text(std::chrono::system_clock::time_point time) {
    const auto days = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{days};
    const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::seconds>(time - days)};
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ",
                  static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                  static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                  static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()));
    return text.data();
}

// The word that an operator writes for a value that is nothing; empty for every other.
template <class Value, class... Constraints>
std::string_view word_for_nothing(const Value& value, const Constraints&... constraints) {
    std::string_view word;
    [[maybe_unused]] const auto look = [&](const auto& constraint) {
        using Constraint = std::remove_cvref_t<decltype(constraint)>;
        if constexpr (std::same_as<Constraint, OrWord>) {
            word = constraint.word;
        } else if constexpr (std::same_as<Constraint, AutoOr>) {
            word = "auto";
        }
    };
    (look(constraints), ...);
    return value == Value{} ? word : std::string_view{};
}

// Lines of a label and a value, the values one below the other.
class Lines {
  public:
    void add(std::string label, std::string value) {
        rows_.emplace_back(std::move(label), std::move(value));
    }

    // A visitor of options: those with a plain value, as the configuration would have them.
    template <class Value, class... Constraints>
    void operator()(std::string_view key, const Value& value, const Constraints&... constraints) {
        if constexpr (requires { option_text(value); }) {
            const std::string_view word = word_for_nothing(value, constraints...);
            add("  " + std::string{key}, word.empty() ? option_text(value) : std::string{word});
        }
    }

    [[nodiscard]] std::string text() const {
        std::size_t width = 0;
        for (const auto& [label, value] : rows_) {
            width = std::max(width, label.size());
        }
        std::string all;
        for (const auto& [label, value] : rows_) {
            all += label;
            if (!value.empty()) {
                all.append(width + 2 - label.size(), ' ').append(value);
            }
            all += '\n';
        }
        return all;
    }

  private:
    std::vector<std::pair<std::string, std::string>> rows_;
};

void add_certificates(const Explanation& x, Lines& lines) {
    lines.add("sni", x.sni.empty() ? "none" : x.sni);
    if (x.certificates.empty()) {
        lines.add("certificate", "none");
    }
    for (const CertificateFile* file : x.certificates) {
        lines.add("certificate", file->certificate.string());
        lines.add("  key type", std::string{type_name(file->loaded->key_type)});
        lines.add("  expires", time_text(file->loaded->not_after));
        std::string names;
        for (const HostPattern& name : file->loaded->names) {
            names += (names.empty() ? "" : ", ") + name.text();
        }
        lines.add("  names", names.empty() ? "none" : names);
    }
    lines.add("  why", x.certificate_why);
}

// A path that everybody reads alike needs no words.
void add_readings(const Readings& readings, Lines& lines) {
    for (const Reading& reading : readings.all) {
        if (readings.all.size() > 1) {
            lines.add("  may be read as", reading.path + " of " + reading.route +
                                              (reading.same_rules ? "" : ", other access rules"));
        }
    }
}

void add_route(const Explanation& x, Lines& lines) {
    const RouteConfig* route = x.route();
    lines.add("route", route == nullptr ? "none"
                                        : "routes[" + std::to_string(x.match.route) +
                                              "]: " + route->host.text() + " " + route->path);
    lines.add("  why", x.route_why);
    if (route != nullptr) {
        for (const Step& step : steps_of(*route, x.target.path)) {
            lines.add("  " + step.name, step.what);
        }
        add_readings(x.readings, lines);
    }
    if (const ServiceConfig* service = x.service()) {
        lines.add("service", service->name);
        for (const EndpointConfig& endpoint : service->endpoints) {
            const bool plain = endpoint.weight == 1;
            lines.add("  endpoint", endpoint.address.text() +
                                        (plain ? "" : ", weight " + option_text(endpoint.weight)));
        }
        visit_options(lines, *service);
    }
}

// The same as members: counts as numbers, what has a unit as text.
struct JsonOptions {
    boost::json::object object;

    template <class Value, class... Constraints>
    void operator()(std::string_view key, const Value& value, const Constraints&... constraints) {
        if constexpr (requires { option_text(value); }) {
            if (const auto word = word_for_nothing(value, constraints...); !word.empty()) {
                object[key] = word;
            } else if constexpr (std::same_as<Value, std::size_t>) {
                object[key] = value;
            } else {
                object[key] = option_text(value);
            }
        }
    }
};

template <class Section>
boost::json::object json_of(const Section& section) {
    JsonOptions options;
    visit_options(options, section);
    return std::move(options.object);
}

boost::json::array json_readings(const Readings& readings) {
    boost::json::array all;
    for (const Reading& reading : readings.all) {
        all.push_back(
            {{"path", reading.path}, {"route", reading.route}, {"same_rules", reading.same_rules}});
    }
    return all;
}

boost::json::array json_certificates(const Explanation& x) {
    boost::json::array certificates;
    for (const CertificateFile* file : x.certificates) {
        boost::json::array names;
        for (const HostPattern& name : file->loaded->names) {
            names.emplace_back(name.text());
        }
        certificates.push_back({{"file", file->certificate.string()},
                                {"key_type", type_name(file->loaded->key_type)},
                                {"expires", time_text(file->loaded->not_after)},
                                {"names", std::move(names)}});
    }
    return certificates;
}

}  // namespace

std::string explanation_text(const Explanation& x) {
    Lines lines;
    lines.add("host", x.target.host);
    lines.add("path", x.target.path);
    add_certificates(x, lines);
    add_route(x, lines);
    lines.add("forwarded headers", x.client);
    lines.add("limits", "");
    visit_options(lines, x.config->limits);
    lines.add("timeouts", "");
    visit_options(lines, x.config->timeouts);
    for (const std::string& remark : x.remarks) {
        lines.add("remark", remark);
    }
    lines.add("answer", x.answer + ": " + x.answer_why);
    return lines.text();
}

std::string explanation_json(const Explanation& x) {
    boost::json::object object{{"host", x.target.host},
                               {"path", x.target.path},
                               {"sni", x.sni},
                               {"certificates", json_certificates(x)},
                               {"certificate_why", x.certificate_why},
                               {"route", nullptr},
                               {"route_why", x.route_why},
                               {"service", nullptr},
                               {"forwarded_headers", x.client},
                               {"client_trusted", nullptr},
                               {"limits", json_of(x.config->limits)},
                               {"timeouts", json_of(x.config->timeouts)},
                               {"remarks", boost::json::array(x.remarks.begin(), x.remarks.end())},
                               {"answer", x.answer},
                               {"answer_why", x.answer_why}};
    if (x.trusted) {
        object["client_trusted"] = *x.trusted;
    }
    if (const RouteConfig* route = x.route()) {
        boost::json::array steps;
        for (const Step& step : steps_of(*route, x.target.path)) {
            steps.push_back({{"name", step.name}, {"what", step.what}});
        }
        object["route"] = {{"index", x.match.route},
                           {"host", route->host.text()},
                           {"path", route->path},
                           {"forwarded_path", x.readings.forwarded},
                           {"readings", json_readings(x.readings)},
                           {"steps", std::move(steps)}};
    }
    if (const ServiceConfig* service = x.service()) {
        boost::json::object described = json_of(*service);
        boost::json::array endpoints;
        for (const EndpointConfig& endpoint : service->endpoints) {
            endpoints.emplace_back(endpoint.address.text());
        }
        described["name"] = service->name;
        described["endpoints"] = std::move(endpoints);
        object["service"] = std::move(described);
    }
    return boost::json::serialize(object) + "\n";
}

}  // namespace portcullis::admin
