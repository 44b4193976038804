// portcullis-firewall --config FILE
// check|show|diff|prove|apply|confirm|run|status|bans|ban|unban|verify
#include "firewall/agent/commands.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <functional>
#include <string>

namespace {

namespace firewall = portcullis::firewall;

class Program {
  public:
    Program() {
        app_.add_option("--config", config_, "the configuration file (YAML)")
            ->capture_default_str();
        app_.require_subcommand(1);
        app_.fallthrough();
        add("check", "is the configuration valid?", firewall::check);
        add("show", "the program for this machine, as nft reads it", firewall::show);
        add("diff", "what applying would change", firewall::diff);
        add("prove", "is the program safe?", firewall::prove);
        add("run", "keep the wall standing", firewall::run);
        add("confirm", "keep what is on trial; from a new login", firewall::confirm);
        add("status", "of the agent that runs", firewall::status);
        add("bans", "who is banned, until when (JSON)", firewall::bans);
        add("verify", "is the audit log what was written?", firewall::verify);
        add_apply();
        add_ban();
        add_unban();
    }

    int run(int argc, char** argv) {
        try {
            app_.parse(argc, argv);
        } catch (const CLI::ParseError& error) {
            return app_.exit(error) == 0 ? 0 : 2;
        }
        return chosen_();
    }

  private:
    CLI::App* add(const std::string& name, const std::string& meaning,
                  const std::function<int(const std::filesystem::path&)>& command) {
        CLI::App* sub = app_.add_subcommand(name, meaning);
        sub->callback([this, command] {
            chosen_ = [this, command] { return command(std::filesystem::absolute(config_)); };
        });
        return sub;
    }

    void add_time(CLI::App* sub, const std::string& name, const std::string& meaning,
                  bool required) {
        sub->add_option_function<std::string>(
               name,
               [this, name](const std::string& text) {
                   const auto time = portcullis::parse_duration(text);
                   if (!time) {
                       throw CLI::ValidationError(name, time.error().text);
                   }
                   time_ = *time;
               },
               meaning)
            ->required(required);
    }

    void add_apply() {
        CLI::App* sub = add("apply", "put the program into the kernel", [this](const auto& config) {
            return firewall::apply(config, time_, ban_.force);
        });
        add_time(sub, "--confirm",
                 "roll back after this time (60s, 5m), unless a new login confirms", false);
        sub->add_flag("--force", ban_.force, "also when it would lock out this login");
    }

    void add_ban() {
        CLI::App* sub = add("ban", "drop everything from these", [this](const auto& config) {
            ban_.time = time_;
            return firewall::ban(config, ban_);
        });
        add_time(sub, "--for", "how long (10m, 24h)", true);
        add_prefixes(sub);
        sub->add_option("--reason", ban_.reason, "for the audit log");
        sub->add_flag("--force", ban_.force, "also the address of this login");
    }

    void add_unban() {
        add_prefixes(add("unban", "lift bans",
                         [this](const auto& config) { return firewall::unban(config, ban_); }));
    }

    void add_prefixes(CLI::App* sub) {
        sub->add_option("prefixes", ban_.prefixes, "addresses and prefixes");
        sub->add_option("--file", ban_.file, "a file with more of them, one a line");
    }

    CLI::App app_{"The wall: closes everything but 443 on this node, and keeps it closed."};
    std::string config_ = "/etc/portcullis/portcullis.yaml";
    portcullis::Duration time_{};
    firewall::BanCommand ban_;
    std::function<int()> chosen_;
};

}  // namespace

int main(int argc, char** argv) {
    try {
        return Program{}.run(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "portcullis-firewall: %s\n", error.what());
        return 3;
    }
}
