// portcullis-proxy --config FILE [--user NAME | --allow-root]
#include "base/signals.h"
#include "config/load.h"
#include "proxy/keeper/keeper.h"
#include "proxy/privileges.h"
#include "proxy/server.h"
#include "proxy/serving_user.h"
#include "proxy/sticky_key.h"
#include "proxy/upgrade/spawn.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <signal.h>
#include <span>
#include <string>
#include <utility>

namespace {

int fail(const portcullis::Error& error) {
    std::fprintf(stderr, "portcullis-proxy: %s\n", error.text.c_str());
    return 1;
}

int keep(const std::string& file, portcullis::OverlayConfig overlay) {
    using portcullis::kKeeperCapabilities;
    if (const auto limited = portcullis::limit_capabilities(kKeeperCapabilities); !limited) {
        return fail(limited.error());
    }
    if (const auto kept = portcullis::keep_capabilities(kKeeperCapabilities); !kept) {
        return fail(kept.error());
    }
    if (const auto sealed = portcullis::seal_memory(); !sealed) {
        return fail(sealed.error());
    }
    return portcullis::keeper::Keeper{portcullis::upgrade::own_arguments(), file,
                                      std::move(overlay)}
        .run();
}

int serve(const std::string& file, const portcullis::UserChoice& user) {
    auto kept = portcullis::keeper::Kept::from_environment();
    if (!kept) {
        return fail(kept.error());
    }
    if (!*kept) {
        if (auto overlay = portcullis::keeper::configured_overlay(file)) {
            return keep(file, std::move(*overlay));
        }
    }
    // Before anything else is opened: whatever this process can read as it starts, it can read
    // when it is reloaded.
    const auto needed = *kept ? std::span<const int>{portcullis::kKeptStartCapabilities}
                              : std::span<const int>{portcullis::kStartCapabilities};
    if (const auto became = portcullis::become_serving_user(user, needed); !became) {
        return fail(became.error());
    }
    if (const auto sealed = portcullis::seal_memory(); !sealed) {
        return fail(sealed.error());
    }
    auto predecessor = portcullis::upgrade::Predecessor::from_environment();
    if (!predecessor) {
        return fail(predecessor.error());
    }
    const portcullis::Loaded loaded = portcullis::load(file);
    std::fputs(portcullis::render(loaded.diagnostics, loaded.text).c_str(), stderr);
    if (!loaded.config) {
        return 1;
    }
    const auto sticky = portcullis::set_sticky_key(
        *loaded.config, *predecessor ? &(*predecessor)->parcel.sticky_key : nullptr);
    if (!sticky) {
        return fail(sticky.error());
    }
    auto server =
        portcullis::Server::make(loaded.config, std::move(*predecessor), std::move(*kept));
    if (!server) {
        return fail(server.error());
    }
    return (*server)->run();
}

}  // namespace

int main(int argc, char** argv) {
    // Whoever sends one of these means a process that serves. It is acted on once this one does.
    portcullis::hold_signals({SIGHUP, SIGUSR1, SIGUSR2});
    CLI::App app{"The front door: terminates TLS on 443 and relays to services by SNI and Host."};
    std::string file;
    app.add_option("--config", file, "the configuration file (YAML)")->required();
    portcullis::UserChoice user;
    user.name = portcullis::kDefaultUser;
    CLI::Option* const named =
        app.add_option("--user", user.name,
                       "the user to serve as, with its primary group, when started as root")
            ->capture_default_str();
    app.add_flag("--allow-root", user.allow_root,
                 "serve as root: an attacker who takes over the process owns root's files")
        ->excludes(named);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    user.is_explicit = named->count() > 0;
    try {
        return serve(file, user);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "portcullis-proxy: %s\n", error.what());
        return 1;
    }
}
