// portcullis-discovery --config FILE
#include "base/service_manager.h"
#include "config/load.h"
#include "config/swarm/discovery.h"

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
    (*discovery)->start();
    const auto manager = portcullis::ServiceManager::from_environment();
    if (const auto told = manager.notify("READY=1"); !told) {
        std::fprintf(stderr, "portcullis-discovery: %s\n", told.error().text.c_str());
    }
    io.run();
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Looks at the swarm, and writes what the proxy and the wall need to know of it."};
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
        std::fprintf(stderr, "portcullis-discovery: %s\n", error.what());
        return 1;
    }
}
