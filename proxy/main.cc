// portcullis-proxy --config FILE
#include "base/file.h"
#include "config/load.h"
#include "config/read.h"
#include "proxy/keeper/keeper.h"
#include "proxy/server.h"
#include "proxy/upgrade/spawn.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <utility>

namespace {

// What its keeper needs to know; that nothing else is wrong with the file is the proxy's to say.
std::optional<portcullis::OverlayConfig> overlay_of(const std::string& file) {
    const auto text = portcullis::read_file(file);
    if (!text) {
        return std::nullopt;
    }
    const portcullis::Draft draft = portcullis::read_config(*text, file);
    const bool used = !portcullis::has_errors(draft.diagnostics) &&
                      portcullis::keeper::is_used(draft.config.overlay);
    return used ? std::optional{draft.config.overlay} : std::nullopt;
}

int serve(const std::string& file) {
    auto kept = portcullis::keeper::Kept::from_environment();
    if (!kept) {
        std::fprintf(stderr, "portcullis-proxy: %s\n", kept.error().text.c_str());
        return 1;
    }
    if (!*kept) {
        if (auto overlay = overlay_of(file)) {
            return portcullis::keeper::Keeper{portcullis::upgrade::own_arguments(), file,
                                              std::move(*overlay)}
                .run();
        }
    }
    auto predecessor = portcullis::upgrade::Predecessor::from_environment();
    if (!predecessor) {
        std::fprintf(stderr, "portcullis-proxy: %s\n", predecessor.error().text.c_str());
        return 1;
    }
    const portcullis::Loaded loaded = portcullis::load(file);
    std::fputs(portcullis::render(loaded.diagnostics, loaded.text).c_str(), stderr);
    if (!loaded.config) {
        return 1;
    }
    auto server =
        portcullis::Server::make(loaded.config, std::move(*predecessor), std::move(*kept));
    if (!server) {
        std::fprintf(stderr, "portcullis-proxy: %s\n", server.error().text.c_str());
        return 1;
    }
    return (*server)->run();
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"The front door: terminates TLS on 443 and relays to services by SNI and Host."};
    std::string file;
    app.add_option("--config", file, "the configuration file (YAML)")->required();
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    try {
        return serve(file);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "portcullis-proxy: %s\n", error.what());
        return 1;
    }
}
