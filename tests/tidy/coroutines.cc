#include "tests/tidy/rules.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace portcullis::tidy {

namespace {

constexpr std::string_view kAwait = "co_await";

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

// Comments become spaces, so that places stay the same.
std::string without_comments(std::string text) {
    for (std::size_t at = 0; (at = text.find("//", at)) != std::string::npos;) {
        for (; at < text.size() && text[at] != '\n'; ++at) {
            text[at] = ' ';
        }
    }
    return text;
}

bool opens_condition(std::string_view before) {
    while (before.ends_with(' ')) {
        before.remove_suffix(1);
    }
    constexpr std::array<std::string_view, 4> keywords{"if", "while", "for", "switch"};
    return std::any_of(keywords.begin(), keywords.end(), [&](std::string_view keyword) {
        return before.ends_with(keyword) && (before.size() == keyword.size() ||
                                             !is_word(before[before.size() - keyword.size() - 1]));
    });
}

// What an await at this place is part of, from its start: a condition's last part, or a statement.
struct Around {
    std::size_t start = 0;
    bool condition = false;
};

Around around(std::string_view text, std::size_t await) {
    Around found;
    int closed = 0;
    for (std::size_t at = await; at-- > 0;) {
        const char c = text[at];
        const bool outside = closed == 0;
        const bool ends = outside && (c == '{' || c == '}');
        found.condition = outside && c == '(' && opens_condition(text.substr(0, at));
        if (found.start == 0 && (ends || found.condition || (outside && c == ';'))) {
            found.start = at + 1;
        }
        if (ends || found.condition) {
            break;
        }
        closed += c == ')' ? 1 : c == '(' && closed > 0 ? -1 : 0;
    }
    return found;
}

bool contains(std::string_view text, std::string_view what) {
    return text.find(what) != std::string_view::npos;
}

// "if (const T x = co_await y; x)" and "T x = co_await y;" are what g++ 12 gets right.
bool is_misread(std::string_view text, std::size_t await) {
    const Around place = around(text, await);
    const std::string_view before = text.substr(place.start, await - place.start);
    const bool conditional =
        contains(before, "&&") || contains(before, "||") || contains(before, "?");
    return conditional || (place.condition && !contains(before, " = "));
}

}  // namespace

Findings misread_awaits(const Tree& tree) {
    Findings findings;
    for (const auto& [path, content] : tree) {
        if (!path.starts_with("proxy/") && !path.starts_with("firewall/")) {
            continue;
        }
        const std::string text = without_comments(content);
        for (std::size_t at = 0; (at = text.find(kAwait, at)) != std::string::npos;
             at += kAwait.size()) {
            if (is_misread(text, at)) {
                const auto line =
                    std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n') +
                    1;
                findings.push_back(path + ":" + std::to_string(line) +
                                   ": co_await in a condition; give its result a name first");
            }
        }
    }
    return findings;
}

}  // namespace portcullis::tidy
