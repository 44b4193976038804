#include "firewall/agent/requests.h"

#include "firewall/agent/bans.h"

#include <boost/json.hpp>

#include <fmt/format.h>

namespace portcullis::firewall {
namespace {

namespace json = boost::json;

Result<json::object> object_of(std::string_view text) {
    json::error_code error;
    const json::value value = json::parse(json::string_view{text}, error);
    if (error || !value.is_object()) {
        return failure("the body is not a JSON object");
    }
    return value.as_object();
}

std::string text_of(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string{value->as_string()} : std::string{};
}

bool flag_of(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    return value != nullptr && value->is_bool() && value->as_bool();
}

// Absent or of another type: -1.
std::int64_t number_of(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    return value != nullptr && value->is_int64() ? value->as_int64() : -1;
}

Result<BanRequest> read_prefixes(const json::object& object,
                                 Result<Cidr> (*parse)(std::string_view)) {
    const json::value* list = object.if_contains("prefixes");
    if (list == nullptr || !list->is_array() || list->as_array().empty()) {
        return failure("'prefixes' is missing: a list of addresses and prefixes");
    }
    BanRequest request;
    request.prefixes.reserve(list->as_array().size());
    for (const json::value& item : list->as_array()) {
        if (!item.is_string()) {
            return failure("'prefixes' holds something that is no text");
        }
        const auto prefix = parse(item.as_string());
        if (!prefix) {
            return prefix.error();
        }
        request.prefixes.push_back(*prefix);
    }
    request.reason = text_of(object, "reason");
    request.force = flag_of(object, "force");
    return request;
}

}  // namespace

std::string to_json(const ApplyRequest& request) {
    return json::serialize(json::object{{"file", request.file.string()},
                                        {"text", request.text},
                                        {"trial_seconds", request.trial.count()},
                                        {"force", request.force}});
}

std::string to_json(const BanRequest& request) {
    json::array prefixes;
    prefixes.reserve(request.prefixes.size());
    for (const Cidr& prefix : request.prefixes) {
        prefixes.emplace_back(prefix.text());
    }
    return json::serialize(json::object{{"prefixes", std::move(prefixes)},
                                        {"seconds", request.time.count()},
                                        {"reason", request.reason},
                                        {"force", request.force}});
}

Result<ApplyRequest> read_apply(std::string_view text) {
    const auto object = object_of(text);
    if (!object) {
        return object.error();
    }
    ApplyRequest request{text_of(*object, "file"), text_of(*object, "text"),
                         std::chrono::seconds{number_of(*object, "trial_seconds")},
                         flag_of(*object, "force")};
    if (!request.file.is_absolute()) {
        return failure("'file' is not an absolute path");
    }
    if (request.trial.count() != 0 && (request.trial < kTrialMin || request.trial > kTrialMax)) {
        return failure(
            fmt::format("a trial lasts {} to {} seconds", kTrialMin.count(), kTrialMax.count()));
    }
    return request;
}

Result<BanRequest> read_ban(std::string_view text) {
    const auto object = object_of(text);
    if (!object) {
        return object.error();
    }
    auto request = read_prefixes(*object, parse_bannable);
    if (!request) {
        return request;
    }
    request->time = std::chrono::seconds{number_of(*object, "seconds")};
    if (request->time < std::chrono::seconds{1} || request->time > kBanMax) {
        return failure(fmt::format("a ban lasts 1 second to {} days", kBanMax.count() / 24));
    }
    return request;
}

Result<BanRequest> read_unban(std::string_view text) {
    const auto object = object_of(text);
    return object ? read_prefixes(*object, Cidr::parse) : Result<BanRequest>{object.error()};
}

}  // namespace portcullis::firewall
