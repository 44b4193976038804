#include "config/diagnostics.h"

#include "config/types/quote.h"

#include <algorithm>
#include <numeric>

namespace portcullis {
namespace {

constexpr std::size_t kShownBefore = 100;  // bytes of a long line left of the caret
constexpr std::size_t kShownAfter = 60;
constexpr std::string_view kIndent = "    ";
constexpr std::size_t kPrefixMin = 3;  // "cert" is short for "certificate"; "c" could be anything

std::string_view line_of(std::string_view text, int line) {
    for (int number = 1; number < line; ++number) {
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos) {
            return {};
        }
        text.remove_prefix(end + 1);
    }
    text = text.substr(0, text.find('\n'));
    return text.ends_with('\r') ? text.substr(0, text.size() - 1) : text;
}

std::string heading(const Diagnostic& diagnostic) {
    std::string text = printable(diagnostic.file);
    if (diagnostic.line > 0) {
        text += ":" + std::to_string(diagnostic.line) + ":" + std::to_string(diagnostic.column);
    }
    text += diagnostic.severity == Severity::error ? ": error: " : ": warning: ";
    if (!diagnostic.path.empty()) {
        text += printable(diagnostic.path) + ": ";
    }
    return text + printable(diagnostic.wrong) + "\n";
}

// As wide as the shown text is: a tab stays a tab, any other character is one column.
std::string blanks_for(std::string_view shown) {
    std::string blanks;
    for (const char c : shown) {
        const bool continues = (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
        if (!continues) {
            blanks += c == '\t' ? '\t' : ' ';
        }
    }
    return blanks;
}

std::string excerpt(const Diagnostic& diagnostic, std::string_view line) {
    const std::size_t caret =
        std::min(static_cast<std::size_t>(diagnostic.column) - 1, line.size());
    const std::size_t begin = caret > kShownBefore ? caret - kShownBefore : 0;
    const std::string before = printable(line.substr(begin, caret - begin));
    const std::string after = printable(line.substr(caret, kShownAfter));
    std::string text{kIndent};
    text += before + after + "\n";
    text += kIndent;
    text += blanks_for(before) + "^";
    return text;
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

// Optimal string alignment, without regard to case: insert, delete, replace, or swap two
// neighbours.
std::size_t edit_distance(std::string_view left, std::string_view right) {
    std::vector<std::size_t> before(right.size() + 1);
    std::vector<std::size_t> last(right.size() + 1);
    std::vector<std::size_t> row(right.size() + 1);
    std::iota(last.begin(), last.end(), std::size_t{0});
    for (std::size_t i = 1; i <= left.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= right.size(); ++j) {
            const bool same = lower(left[i - 1]) == lower(right[j - 1]);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0U : 1U)});
            if (i > 1 && j > 1 && lower(left[i - 1]) == lower(right[j - 2]) &&
                lower(left[i - 2]) == lower(right[j - 1])) {
                row[j] = std::min(row[j], before[j - 2] + 1);
            }
        }
        before.swap(last);
        last.swap(row);
    }
    return last[right.size()];
}

}  // namespace

bool has_errors(const std::vector<Diagnostic>& diagnostics) {
    return std::any_of(diagnostics.begin(), diagnostics.end(),
                       [](const Diagnostic& d) { return d.severity == Severity::error; });
}

std::string render(const std::vector<Diagnostic>& diagnostics, std::string_view text) {
    std::string out;
    for (const Diagnostic& diagnostic : diagnostics) {
        out += heading(diagnostic);
        const bool placed = diagnostic.line > 0 && diagnostic.column > 0;
        if (placed) {
            out += excerpt(diagnostic, line_of(text, diagnostic.line));
        }
        if (!diagnostic.right.empty()) {
            out += (placed ? " " : std::string{kIndent}) + printable(diagnostic.right);
        }
        if (placed || !diagnostic.right.empty()) {
            out += "\n";
        }
    }
    return out;
}

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
    constexpr std::size_t kWordMax =
        64;  // longer is not a typing error, and the distance is quadratic
    if (word.empty() || word.size() > kWordMax) {
        return {};
    }
    std::string_view best;
    std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
    for (const std::string_view candidate : candidates) {
        const std::size_t distance =
            candidate.size() > kWordMax ? kWordMax : edit_distance(word, candidate);
        if (distance < best_distance && distance < candidate.size()) {
            best = candidate;
            best_distance = distance;
        }
    }
    if (!best.empty()) {
        return best;
    }
    const auto extended =
        std::find_if(candidates.begin(), candidates.end(), [&](std::string_view candidate) {
            return (word.size() >= kPrefixMin && candidate.starts_with(word)) ||
                   (candidate.size() >= kPrefixMin && word.starts_with(candidate));
        });
    return extended == candidates.end() ? std::string_view{} : *extended;
}

}  // namespace portcullis
