#include "proxy/http/via.h"

#include "proxy/http/characters.h"
#include "proxy/http/list.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <random>
#include <string>

namespace portcullis::http {
namespace {

constexpr std::string_view kName = "portcullis-";
constexpr std::size_t kDigits = 8;

std::string draw() {
    std::array<char, kDigits> digits{};
    digits.fill('0');
    std::array<char, kDigits> drawn{};
    const auto end =
        std::to_chars(drawn.data(), drawn.data() + drawn.size(), std::random_device{}(), 16).ptr;
    std::copy_backward(drawn.data(), end, digits.end());
    return std::string{kName}.append(digits.data(), digits.size());
}

// Each of the versions that a message may be received with; one entry for each.
const std::string& entry_for(int major_version, int minor_version) {
    static const std::array<std::string, 3> entries{"1.0 " + std::string{pseudonym()},
                                                    "1.1 " + std::string{pseudonym()},
                                                    "2 " + std::string{pseudonym()}};
    return entries[major_version == 2 ? 2 : minor_version == 0 ? 0 : 1];
}

// Of an entry "PROTOCOL NAME": its name, where the entry has nothing else.
std::string_view name_of(std::string_view entry) {
    const std::size_t space = entry.find(' ');
    return space == std::string_view::npos ? std::string_view{} : entry.substr(space + 1);
}

// Whether a process like this one may have written it.
bool is_ours(std::string_view entry) {
    const std::string_view name = name_of(entry);
    const std::string_view protocol =
        entry.substr(0, entry.size() - std::min(name.size() + 1, entry.size()));
    const bool known = protocol == "1.0" || protocol == "1.1" || protocol == "2";
    return known && name.size() == kName.size() + kDigits && name.starts_with(kName) &&
           std::all_of(name.begin() + kName.size(), name.end(),
                       [](char c) { return hex_value(c) >= 0; });
}

// Calls take(entry) for each entry of the request's Via, in order.
template <class Take>
void each_entry(const RequestHead& head, Take take) {
    for (const Field& field : head.fields) {
        if (!same_name(field.name, "Via")) {
            continue;
        }
        std::string_view rest = field.value;
        for (auto entry = take_token(rest); !entry.empty(); entry = take_token(rest)) {
            take(entry);
        }
    }
}

}  // namespace

std::string_view pseudonym() {
    static const std::string name = draw();
    return name;
}

bool loops(const RequestHead& head) {
    int passes = 0;
    each_entry(head, [&](std::string_view entry) { passes += name_of(entry) == pseudonym(); });
    return passes >= kPassesMax;
}

void add_via(FieldList& fields, const RequestHead& head, bool trusted) {
    const std::string& own = entry_for(head.major_version, head.minor_version);
    if (head.find("Via") == nullptr) {
        fields.add("Via", own);
        return;
    }
    std::string& text = fields.text();
    each_entry(head, [&](std::string_view entry) {
        if (trusted || is_ours(entry)) {
            text.append(entry).append(", ");
        }
    });
    fields.add("Via", text.append(own));
}

}  // namespace portcullis::http
