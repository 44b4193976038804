// portcullis-firewall of this build, with a configuration of its own, in the test's private
// network: one interface leads outside, to a network with a stranger in it.
//
//   here: out0 192.0.2.10, management from 10.9.0.0/24  ------  stranger: 192.0.2.1
#pragma once

#include "tests/support/net_namespace.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

#include <boost/json/object.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis::test {

class AgentUnderTest {
  public:
    // firewall: what stands in the section besides the places of state, audit and socket.
    explicit AgentUnderTest(const std::string& firewall = "mode: edge");

    [[nodiscard]] const TempDir& dir() const { return dir_; }

    [[nodiscard]] std::filesystem::path config() const { return dir_.path() / "portcullis.yaml"; }

    void configure(const std::string& firewall) const;
    // rest: other sections.
    void configure_with(const std::string& firewall, const std::string& rest) const;

    // The agent itself. start() throws when it does not get ready; environment is added.
    void start(std::vector<std::pair<std::string, std::string>> environment = {});

    [[nodiscard]] Process& process() { return *process_; }

    void kill();         // -9
    std::string stop();  // SIGTERM; gives what it said

    // A subcommand, run to its end.
    [[nodiscard]] Ended command(std::vector<std::string> arguments) const;

    // One to be run in a login of its own, from this address and port.
    [[nodiscard]] Command over_ssh(const std::string& client,
                                   std::vector<std::string> arguments) const;

    [[nodiscard]] boost::json::object status() const;
    [[nodiscard]] std::string audit() const;
    // Lines of the audit log with this what.
    [[nodiscard]] std::size_t audited(std::string_view what) const;

    // Another user of the kernel's tables. tables(): as nft lists them, without counts and owners.
    [[nodiscard]] Ended nft(const std::string& command) const;
    [[nodiscard]] std::string tables() const;

    [[nodiscard]] const NetNamespace& stranger() const { return stranger_; }

  private:
    TempDir dir_;
    NetNamespace stranger_;
    std::unique_ptr<Process> process_;
};

}  // namespace portcullis::test
