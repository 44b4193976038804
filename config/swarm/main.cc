// portcullis-discovery --config FILE
// portcullis-discovery keygen --out BASE
#include "base/heartbeat.h"
#include "base/signals.h"
#include "config/load.h"
#include "config/swarm/discovery.h"
#include "config/swarm/keygen.h"

#include <boost/asio/signal_set.hpp>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <signal.h>
#include <string>

namespace {

namespace asio = boost::asio;
using portcullis::swarm::Discovery;

// SIGHUP: the configuration is read anew. SIGTERM, SIGINT: the end.
void await_signal(asio::io_context& io, asio::signal_set& signals, Discovery& discovery) {
    signals.async_wait([&](const boost::system::error_code& error, int signal) {
        if (error) {
            return;
        }
        if (signal == SIGHUP) {
            discovery.reload();
            await_signal(io, signals, discovery);
        } else {
            discovery.stop([&io] { io.stop(); });
        }
    });
}

int serve(const std::string& file) {
    const portcullis::Loaded loaded = portcullis::load_discovery(file);
    std::fputs(portcullis::render(loaded.diagnostics, loaded.text).c_str(), stderr);
    if (!loaded.config) {
        return 1;
    }
    ::signal(SIGPIPE, SIG_IGN);  // a peer that is gone is an errno, not a signal
    asio::io_context io{1};
    auto discovery = Discovery::make(io, loaded.config);
    if (!discovery) {
        std::fprintf(stderr, "portcullis-discovery: %s\n", discovery.error().text.c_str());
        return 1;
    }
    asio::signal_set signals{io, SIGTERM, SIGINT, SIGHUP};
    await_signal(io, signals, **discovery);
    portcullis::release_signals({SIGHUP});
    (*discovery)->start();
    const auto manager = portcullis::ServiceManager::from_environment();
    if (const auto told = manager.notify("READY=1"); !told) {
        std::fprintf(stderr, "portcullis-discovery: %s\n", told.error().text.c_str());
    }
    portcullis::Heartbeat heartbeat{io, manager};
    heartbeat.start();
    io.run();
    return 0;
}

int make_keys(const std::string& base) {
    const auto files = portcullis::swarm::keygen(base);
    if (!files) {
        std::fprintf(stderr, "portcullis-discovery: %s\n", files.error().text.c_str());
        return 1;
    }
    std::printf(
        "discovery:\n  signing_key: %s   # private: for portcullis-discovery alone\n"
        "  verify_key: %s   # public: for portcullis-proxy and portcullis-firewall\n",
        files->signing.c_str(), files->verify.c_str());
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    portcullis::hold_signals({SIGHUP});  // until there is something to reload
    // These mean something to the proxy beside us; a rule that signals all must not end this one.
    ::signal(SIGUSR1, SIG_IGN);
    ::signal(SIGUSR2, SIG_IGN);
    CLI::App app{"Looks at the swarm, and writes what the proxy and the wall need to know of it."};
    std::string file;
    app.add_option("--config", file, "the configuration file (YAML)");
    std::string base;
    CLI::App* keygen = app.add_subcommand(
        "keygen", "Makes the pair of keys that snapshots are signed and verified with.");
    keygen
        ->add_option("--out", base,
                     "writes BASE.key (private, mode 0600) and BASE.pub; neither may exist")
        ->type_name("BASE")
        ->required();
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    if (file.empty() && !keygen->parsed()) {
        std::fputs("portcullis-discovery: --config is required; --help lists all options\n",
                   stderr);
        return 2;
    }
    try {
        return keygen->parsed() ? make_keys(base) : serve(file);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "portcullis-discovery: %s\n", error.what());
        return 1;
    }
}
