#include "proxy/keeper/container.h"

#include "base/ask.h"
#include "config/types/quote.h"

#include <boost/json.hpp>

#include <chrono>

namespace portcullis::keeper {
namespace {

namespace json = boost::json;

constexpr std::chrono::seconds kPatience{3};

Result<std::string> asked(const std::filesystem::path& docker, const std::string& target) {
    auto answer = ask(docker, "GET", target, {}, kPatience);
    if (!answer) {
        return answer.error();
    }
    if (answer->status != 200) {
        return failure("Docker answers " + target + " with status " +
                       std::to_string(answer->status));
    }
    return std::move(answer->body);
}

bool is_called(const json::value& container, const std::string& name) {
    const json::value* const names =
        container.is_object() ? container.get_object().if_contains("Names") : nullptr;
    if (names == nullptr || !names->is_array()) {
        return false;
    }
    for (const json::value& one : names->get_array()) {
        const std::string_view text = one.is_string() ? std::string_view{one.get_string()} : "";
        if (text == "/" + name || text.starts_with("/" + name + ".")) {
            return true;
        }
    }
    return false;
}

}  // namespace

Result<std::string> newest_container(std::string_view answer, const std::string& name) {
    boost::system::error_code error;
    const json::value value = json::parse(answer, error);
    if (error || !value.is_array()) {
        return failure("Docker's list of containers is malformed");
    }
    std::string newest;
    std::int64_t created = -1;
    for (const json::value& container : value.get_array()) {
        if (!is_called(container, name)) {
            continue;
        }
        const json::object& object = container.get_object();
        const json::value* const id = object.if_contains("Id");
        const json::value* const when = object.if_contains("Created");
        if (id != nullptr && id->is_string() && when != nullptr && when->is_int64() &&
            when->get_int64() > created) {
            newest = id->get_string();
            created = when->get_int64();
        }
    }
    if (newest.empty()) {
        return failure("no container is called " + in_quotes(name) +
                       " and runs, nor is one a task of a service of that name");
    }
    return newest;
}

Result<std::filesystem::path> sandbox_of(std::string_view answer) {
    boost::system::error_code error;
    const json::value value = json::parse(answer, error);
    const json::value* const key =
        error ? nullptr : value.find_pointer("/NetworkSettings/SandboxKey", error);
    if (key == nullptr || !key->is_string() || key->get_string().empty()) {
        return failure("the container has no network of its own");
    }
    return std::filesystem::path{key->get_string().c_str()};
}

Result<std::filesystem::path> netns_of(const std::filesystem::path& docker,
                                       const std::string& name) {
    const auto list = asked(docker, "/containers/json");
    if (!list) {
        return list.error();
    }
    const auto id = newest_container(*list, name);
    if (!id) {
        return id.error();
    }
    const auto facts = asked(docker, "/containers/" + *id + "/json");
    if (!facts) {
        return facts.error();
    }
    return sandbox_of(*facts);
}

}  // namespace portcullis::keeper
