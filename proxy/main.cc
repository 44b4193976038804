// portcullis-proxy --config FILE
#include "config/load.h"
#include "proxy/keeper/keeper.h"
#include "proxy/server.h"
#include "proxy/sticky_key.h"
#include "proxy/upgrade/spawn.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>
#include <utility>

namespace {

int serve(const std::string& file) {
    auto kept = portcullis::keeper::Kept::from_environment();
    if (!kept) {
        std::fprintf(stderr, "portcullis-proxy: %s\n", kept.error().text.c_str());
        return 1;
    }
    if (!*kept) {
        if (auto overlay = portcullis::keeper::configured_overlay(file)) {
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
    const auto sticky = portcullis::set_sticky_key(
        *loaded.config, *predecessor ? &(*predecessor)->parcel.sticky_key : nullptr);
    if (!sticky) {
        std::fprintf(stderr, "portcullis-proxy: %s\n", sticky.error().text.c_str());
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
