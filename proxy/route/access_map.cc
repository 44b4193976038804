#include "proxy/route/access_map.h"

#include "base/check.h"
#include "proxy/http/characters.h"
#include "proxy/route/access_rules.h"

#include <algorithm>
#include <string>

namespace portcullis::route {
namespace {

std::string in_lower_case(std::string_view text) {
    std::string folded{text};
    std::transform(folded.begin(), folded.end(), folded.begin(), http::lower);
    return folded;
}

// Of a route's path without its final slash, likewise.
std::vector<std::string> readings_of(std::string_view path) {
    auto readings = http::path_readings(path.empty() ? "/" : path).paths;
    for (std::string& reading : readings) {
        while (reading.ends_with('/')) {
            reading.pop_back();
        }
    }
    return readings;
}

void add_once(std::vector<AccessMap::Owner>& owners, const AccessMap::Owner& owner) {
    const bool known = std::any_of(owners.begin(), owners.end(), [&](const AccessMap::Owner& one) {
        return one.route == owner.route;
    });
    if (!known) {
        owners.push_back(owner);
    }
}

}  // namespace

AccessMap::AccessMap(const std::vector<Place>& places, const std::vector<RouteConfig>& routes) {
    std::vector<const RouteConfig*> kinds;  // a route for each set of rules
    for (const Place& place : places) {
        const RouteConfig& route = routes[place.route];
        const auto kind = std::find_if(kinds.begin(), kinds.end(), [&](const RouteConfig* one) {
            return same_access(*one, route);
        });
        const Owner owner{place.route, static_cast<std::size_t>(kind - kinds.begin())};
        if (kind == kinds.end()) {
            kinds.push_back(&route);
        }
        routes_.push_back(owner);
        marks_ = marks_ | http::path_marks(place.path);
        for (const std::string& reading : readings_of(place.path)) {
            add_once(exact_[reading], owner);
            add_once(folded_[in_lower_case(reading)], owner);
            longest_ = std::max(longest_, reading.size());
        }
    }
    uniform_ = kinds.size() < 2 && exact_.contains("");
}

const std::vector<AccessMap::Owner>* AccessMap::owners(std::string_view reading,
                                                       LetterCase letter_case) const {
    const StringMap<std::vector<Owner>>& places =
        letter_case == LetterCase::counts ? exact_ : folded_;
    const std::string folded =
        letter_case == LetterCase::counts ? std::string{} : in_lower_case(reading);
    const std::string_view text = letter_case == LetterCase::counts ? reading : folded;
    // From the longest prefix to the shortest, each of them ending where a segment does.
    std::size_t end = text.size();
    while (end > longest_) {
        end = text.rfind('/', end - 1);
        if (end == std::string_view::npos) {
            return nullptr;
        }
    }
    while (true) {
        if (const auto found = places.find(text.substr(0, end)); found != places.end()) {
            return &found->second;
        }
        if (end == 0) {
            return nullptr;
        }
        end = text.rfind('/', end - 1);
    }
}

bool AccessMap::agrees(std::string_view reading, LetterCase letter_case, const Owner& mine) const {
    const std::vector<Owner>* all = owners(reading, letter_case);
    if (all == nullptr) {
        return false;
    }
    const auto is_mine = [&](const Owner& owner) { return owner.route == mine.route; };
    const auto is_alike = [&](const Owner& owner) { return owner.rules == mine.rules; };
    return std::any_of(all->begin(), all->end(), is_mine) ||
           std::all_of(all->begin(), all->end(), is_alike);
}

bool AccessMap::agrees(std::string_view path, std::size_t route) const {
    if (uniform_) {
        return true;
    }
    const http::PathMarks marks = http::path_marks(path) | marks_;
    if (!marks.structure && !marks.upper_case) {
        return true;
    }
    const auto mine = std::find_if(routes_.begin(), routes_.end(),
                                   [&](const Owner& owner) { return owner.route == route; });
    CHECK(mine != routes_.end() && "a path is judged where its route has a place");
    if (!marks.structure) {
        return agrees(path, LetterCase::ignored, *mine);
    }
    const http::PathReadings readings = http::path_readings(path);
    return readings.complete &&
           std::all_of(readings.paths.begin(), readings.paths.end(), [&](const auto& reading) {
               return agrees(reading, LetterCase::counts, *mine) &&
                      agrees(reading, LetterCase::ignored, *mine);
           });
}

}  // namespace portcullis::route
