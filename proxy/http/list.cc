#include "proxy/http/list.h"

#include "proxy/http/characters.h"

#include <algorithm>

namespace portcullis::http {

std::string_view take_token(std::string_view& list) {
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        const std::string_view token = trim(list.substr(0, comma));
        list.remove_prefix(std::min(comma + 1, list.size()));
        if (!token.empty()) {
            return token;
        }
    }
    return {};
}

namespace {

// Whether wanted says so of an element of a field of that name.
template <class Wanted>
bool any_element(const std::vector<Field>& fields, std::string_view name, Wanted wanted) {
    for (const Field& field : fields) {
        if (!same_name(field.name, name)) {
            continue;
        }
        std::string_view rest = field.value;
        for (auto element = take_token(rest); !element.empty(); element = take_token(rest)) {
            if (wanted(element)) {
                return true;
            }
        }
    }
    return false;
}

}  // namespace

bool has_token(const std::vector<Field>& fields, std::string_view name, std::string_view token) {
    return any_element(fields, name,
                       [&](std::string_view element) { return same_name(element, token); });
}

bool lists_other(const std::vector<Field>& fields, std::string_view name, std::string_view token) {
    return any_element(fields, name,
                       [&](std::string_view element) { return !same_name(element, token); });
}

}  // namespace portcullis::http
