#include "config/load.h"

#include "base/file.h"
#include "config/load_files.h"
#include "config/read.h"
#include "config/validate.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace portcullis {
namespace {

constexpr std::size_t kFileBytesMax = 4U << 20U;  // 1,000 services with routes take a tenth of it
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

void append(std::vector<Diagnostic>& all, std::vector<Diagnostic> more) {
    all.insert(all.end(), std::make_move_iterator(more.begin()),
               std::make_move_iterator(more.end()));
}

// In the order of the file, and no more than anyone would read.
void tidy(std::vector<Diagnostic>& diagnostics, const std::string& file) {
    std::stable_sort(diagnostics.begin(), diagnostics.end(),
                     [](const Diagnostic& a, const Diagnostic& b) {
                         return std::pair{a.line, a.column} < std::pair{b.line, b.column};
                     });
    if (diagnostics.size() > kDiagnosticsMax) {
        const bool errors = has_errors(diagnostics);
        diagnostics.resize(kDiagnosticsMax);
        diagnostics.push_back({file,
                               0,
                               0,
                               {},
                               "more mistakes than are shown",
                               "correct these first",
                               errors ? Severity::error : Severity::warning});
    }
}

// The file's text, or the reason why there is none as the only diagnostic.
bool read_text(const std::filesystem::path& file, Loaded& loaded) {
    auto text = read_file(file, kFileBytesMax);
    if (!text) {
        const bool denied = text.error().text.ends_with(std::strerror(EACCES));
        loaded.diagnostics = {{file.string(),
                               0,
                               0,
                               {},
                               text.error().text,
                               std::string{denied ? kUnreadableRemedy : std::string_view{}},
                               Severity::error}};
        return false;
    }
    loaded.text =
        text->starts_with(kByteOrderMark) ? text->substr(kByteOrderMark.size()) : std::move(*text);
    return true;
}

void finish(Loaded& loaded, Draft& draft, const std::filesystem::path& file) {
    tidy(loaded.diagnostics, file.string());
    if (!has_errors(loaded.diagnostics)) {
        loaded.config = std::make_shared<const Config>(std::move(draft.config));
    }
}

// For programs that serve nothing: all of the text is read, and judge(config, findings, sound) has
// its say about a part of it. Only in a sound text can be said that something is missing.
template <class Judge>
Loaded load_part(std::string text, const std::filesystem::path& file, Judge judge) {
    Loaded loaded;
    loaded.text = std::move(text);
    Draft draft = read_config(loaded.text, file);
    loaded.diagnostics = std::move(draft.diagnostics);
    Findings findings{draft.config, draft.positions};
    judge(draft.config, findings, !has_errors(loaded.diagnostics));
    append(loaded.diagnostics, findings.take());
    finish(loaded, draft, file);
    return loaded;
}

void judge_discovery(const Config& config, Findings& findings, bool sound) {
    if (!config.discovery.snapshot.empty()) {
        validate_discovery(config, SnapshotUse::writes, findings);
    } else if (sound) {
        findings.error(
            "discovery", "no snapshot is named",
            "write 'discovery: { snapshot: FILE, signing_key: FILE, networks: [ NAME ] }'");
    }
}

void judge_firewall(const Config& config, Findings& findings, bool sound) {
    if (findings.placed("firewall")) {
        validate_firewall(config, findings);
        validate_discovery(config, SnapshotUse::follows, findings);
    } else if (sound) {
        findings.error("firewall", "the section is missing",
                       "write 'firewall: { mode: edge }', or published, or closed");
    }
}

}  // namespace

Loaded load(const std::filesystem::path& file) {
    Loaded loaded;
    if (!read_text(file, loaded)) {
        return loaded;
    }
    Draft draft = read_config(loaded.text, file);
    loaded.diagnostics = std::move(draft.diagnostics);
    if (!draft.positions.empty()) {
        Findings findings{draft.config, draft.positions};
        load_files(draft.config, findings);
        append(loaded.diagnostics, findings.take());
        append(loaded.diagnostics,
               validate(draft.config, draft.positions, std::chrono::system_clock::now()));
    }
    finish(loaded, draft, file);
    return loaded;
}

Loaded load_discovery(const std::filesystem::path& file) {
    Loaded loaded;
    return read_text(file, loaded) ? load_part(std::move(loaded.text), file, judge_discovery)
                                   : loaded;
}

Loaded load_firewall(const std::filesystem::path& file) {
    Loaded loaded;
    return read_text(file, loaded) ? load_firewall_text(std::move(loaded.text), file) : loaded;
}

Loaded load_firewall_text(std::string text, const std::filesystem::path& file) {
    return load_part(std::move(text), file, judge_firewall);
}

}  // namespace portcullis
