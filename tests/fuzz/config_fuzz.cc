// Any bytes as a configuration file, without certificates: each mistake has its place in the text
// and a sentence, and what has none can be routed by.
#include "base/check.h"
#include "config/read.h"
#include "config/validate.h"
#include "proxy/route/table.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace {

using namespace portcullis;

void check_place(const Diagnostic& diagnostic, std::string_view text) {
    const auto lines = std::count(text.begin(), text.end(), '\n') + 1;
    CHECK(!diagnostic.wrong.empty() && "a mistake says what is wrong");
    CHECK(diagnostic.file == "fuzz.yaml" && "a mistake names its file");
    CHECK(diagnostic.line >= 0 && diagnostic.line <= lines && "a mistake is in the file");
    CHECK((diagnostic.line == 0) == (diagnostic.column == 0) &&
          "a place has line and column, or neither");
}

void check_routes(const Config& config) {
    const route::Table table{config};
    for (std::size_t i = 0; i < config.routes.size(); ++i) {
        const RouteConfig& route = config.routes[i];
        const std::string host =
            route.host.wildcard() ? "x." + route.host.name() : route.host.name();
        const route::Match match = table.match(host, route.path);
        // A wildcard's example name may have routes of its own, which then decide.
        if (!route.host.wildcard()) {
            CHECK(match.kind == route::Match::Kind::found && match.route == i &&
                  "a valid route is reached");
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const Draft draft = read_config(text, "fuzz.yaml");
    auto diagnostics = draft.diagnostics;
    if (!draft.positions.empty()) {
        const auto judged =
            validate(draft.config, draft.positions, std::chrono::system_clock::time_point{});
        diagnostics.insert(diagnostics.end(), judged.begin(), judged.end());
    }
    for (const Diagnostic& diagnostic : diagnostics) {
        check_place(diagnostic, text);
    }
    CHECK(render(diagnostics, text).empty() == diagnostics.empty() && "every mistake is shown");
    const bool routable =
        std::none_of(diagnostics.begin(), diagnostics.end(), [](const Diagnostic& diagnostic) {
            // Without certificates there is always this one.
            return diagnostic.severity == Severity::error && diagnostic.path != "tls.certificates";
        });
    if (routable && !draft.positions.empty()) {
        check_routes(draft.config);
    }
    return 0;
}
