// portcullis COMMAND: asks about a configuration; later also about a running proxy.
#include "admin/command.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>

namespace {

using portcullis::admin::ExplainArguments;
using portcullis::admin::Output;

int print(const Output& output) {
    std::fputs(output.error.c_str(), stderr);
    const bool written = std::fputs(output.text.c_str(), stdout) >= 0 && std::fflush(stdout) == 0;
    return written ? output.exit_code : 3;
}

int run(int argc, char** argv) {
    CLI::App app{
        "Asks what a Portcullis configuration means. Exit codes: 0 fine, 1 the answer is no, 2 "
        "wrong use."};
    app.require_subcommand(1);
    app.name("portcullis");

    std::string file;
    bool json = false;
    CLI::App* check =
        app.add_subcommand("check", "every mistake in a configuration, with its place");
    check->add_option("FILE", file, "the configuration file (YAML)")->required();
    check->add_flag("--json", json, "one JSON object");

    ExplainArguments arguments;
    std::string explained;
    CLI::App* explain = app.add_subcommand("explain", "what a request gets, and why");
    explain->add_option("FILE", explained, "the configuration file (YAML)")->required();
    explain->add_option("URL", arguments.url, "https://HOST/PATH")->required();
    explain->add_option("--sni", arguments.sni,
                        "the TLS server name, when it is not the URL's host; '' for none");
    explain->add_option("--client", arguments.client, "the address that the client connects from");
    explain->add_flag("--json", arguments.json, "one JSON object");

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    if (check->parsed()) {
        return print(portcullis::admin::check(file, json));
    }
    arguments.file = explained;
    return print(portcullis::admin::run_explain(arguments));
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "portcullis: %s\n", error.what());
        return 3;
    }
}
