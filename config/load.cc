#include "config/load.h"

#include "base/file.h"
#include "config/load_files.h"
#include "config/read.h"
#include "config/validate.h"

#include <algorithm>

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
        loaded.diagnostics = {{file.string(), 0, 0, {}, text.error().text, {}, Severity::error}};
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
    if (!read_text(file, loaded)) {
        return loaded;
    }
    Draft draft = read_config(loaded.text, file);
    loaded.diagnostics = std::move(draft.diagnostics);
    Findings findings{draft.config, draft.positions};
    if (!draft.config.discovery.snapshot.empty()) {
        validate_discovery(draft.config, findings);
    } else if (!has_errors(loaded.diagnostics)) {
        findings.error("discovery", "no snapshot is named",
                       "write 'discovery: { snapshot: FILE, key_file: FILE, networks: [ NAME ] }'");
    }
    append(loaded.diagnostics, findings.take());
    finish(loaded, draft, file);
    return loaded;
}

Loaded load_firewall(const std::filesystem::path& file) {
    Loaded loaded;
    return read_text(file, loaded) ? load_firewall_text(std::move(loaded.text), file) : loaded;
}

Loaded load_firewall_text(std::string text, const std::filesystem::path& file) {
    Loaded loaded;
    loaded.text = std::move(text);
    Draft draft = read_config(loaded.text, file);
    loaded.diagnostics = std::move(draft.diagnostics);
    Findings findings{draft.config, draft.positions};
    if (findings.placed("firewall")) {
        validate_firewall(draft.config, findings);
        validate_discovery(draft.config, findings);
    } else if (!has_errors(loaded.diagnostics)) {
        findings.error("firewall", "the section is missing",
                       "write 'firewall: { mode: edge }', or published, or closed");
    }
    append(loaded.diagnostics, findings.take());
    finish(loaded, draft, file);
    return loaded;
}

}  // namespace portcullis
