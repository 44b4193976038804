#include "admin/command.h"
#include "config/load.h"

#include <boost/json.hpp>

#include <algorithm>

namespace portcullis::admin {
namespace {

std::string counted(std::size_t count, const std::string& noun) {
    return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string summary(const Loaded& loaded, const std::filesystem::path& file) {
    const auto& all = loaded.diagnostics;
    const auto warnings =
        static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [](const Diagnostic& d) {
            return d.severity == Severity::warning;
        }));
    const std::string and_warnings = warnings == 0 ? "" : ", " + counted(warnings, "warning");
    if (!loaded.config) {
        return file.string() + ": invalid: " + counted(all.size() - warnings, "error") +
               and_warnings + "\n";
    }
    return file.string() +
           ": fine: " + counted(loaded.config->tls.certificates.size(), "certificate") + ", " +
           counted(loaded.config->services.size(), "service") + ", " +
           counted(loaded.config->routes.size(), "route") + and_warnings + "\n";
}

std::string as_json(const Loaded& loaded, const std::filesystem::path& file) {
    boost::json::array diagnostics;
    for (const Diagnostic& diagnostic : loaded.diagnostics) {
        diagnostics.push_back(
            {{"severity", diagnostic.severity == Severity::error ? "error" : "warning"},
             {"file", diagnostic.file},
             {"line", diagnostic.line},
             {"column", diagnostic.column},
             {"path", diagnostic.path},
             {"wrong", diagnostic.wrong},
             {"right", diagnostic.right}});
    }
    const boost::json::object object{{"file", file.string()},
                                     {"valid", loaded.config != nullptr},
                                     {"diagnostics", std::move(diagnostics)}};
    return boost::json::serialize(object) + "\n";
}

}  // namespace

Output check(const std::filesystem::path& file, bool json) {
    const Loaded loaded = load(file);
    Output output;
    output.exit_code = loaded.config ? 0 : 1;
    output.text = json ? as_json(loaded, file)
                       : render(loaded.diagnostics, loaded.text) + summary(loaded, file);
    return output;
}

}  // namespace portcullis::admin
