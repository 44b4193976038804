#include "tests/firewall/agent/running_agent.h"

#include "base/file.h"

#include <boost/json/parse.hpp>

#include <signal.h>
#include <sstream>
#include <stdexcept>

namespace portcullis::test {

AgentUnderTest::AgentUnderTest(const std::string& firewall) {
    const NetNamespace here = NetNamespace::here();
    here.must({"ip", "link", "add", "out0", "type", "veth", "peer", "name", "in0", "netns",
               stranger_.path()});
    here.must({"ip", "address", "add", "192.0.2.10/24", "dev", "out0"});
    here.must({"ip", "link", "set", "out0", "up"});
    stranger_.must({"ip", "address", "add", "192.0.2.1/24", "dev", "in0"});
    stranger_.must({"ip", "link", "set", "in0", "up"});
    here.must({"ip", "route", "add", "default", "via", "192.0.2.1"});
    configure(firewall);
}

void AgentUnderTest::configure(const std::string& firewall) const {
    configure_with(firewall, "");
}

void AgentUnderTest::configure_with(const std::string& firewall, const std::string& rest) const {
    dir_.write("portcullis.yaml", "firewall:\n  " + firewall +
                                      "\n  state: state\n  audit: audit.ndjson\n"
                                      "  socket: firewall.sock\n" +
                                      rest + "\n");
}

void AgentUnderTest::start(std::vector<std::pair<std::string, std::string>> environment) {
    process_ = std::make_unique<Process>(
        Command{{program("portcullis-firewall"), "run", "--config", config().string()},
                std::move(environment)});
    if (!process_->says("the kernel holds the program")) {
        throw std::runtime_error{"portcullis-firewall did not get ready:\n" + process_->err()};
    }
}

void AgentUnderTest::kill() {
    process_->signal(SIGKILL);
    process_->wait();
}

std::string AgentUnderTest::stop() {
    process_->signal(SIGTERM);
    if (process_->wait() != 0) {
        throw std::runtime_error{"portcullis-firewall did not end well:\n" + process_->err()};
    }
    return process_->err();
}

Ended AgentUnderTest::command(std::vector<std::string> arguments) const {
    Command command = over_ssh("", std::move(arguments));
    command.environment.clear();
    return run(command);
}

Command AgentUnderTest::over_ssh(const std::string& client,
                                 std::vector<std::string> arguments) const {
    std::vector<std::string> argv{program("portcullis-firewall"), "--config", config().string()};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    return {std::move(argv), {{"SSH_CONNECTION", client + " 192.0.2.10 22"}}};
}

boost::json::object AgentUnderTest::status() const {
    return boost::json::parse(command({"status"}).out).as_object();
}

std::string AgentUnderTest::audit() const {
    return read_file(dir_.path() / "audit.ndjson").value();
}

std::size_t AgentUnderTest::audited(std::string_view what) const {
    const std::string text = audit();
    const std::string member = "\"what\":\"" + std::string{what} + "\"";
    std::size_t count = 0;
    for (std::size_t at = 0; (at = text.find(member, at)) != std::string::npos; ++at) {
        ++count;
    }
    return count;
}

Ended AgentUnderTest::nft(const std::string& command) const {
    return run({{"timeout", "10", "nft", command}});
}

std::string AgentUnderTest::tables() const {
    std::istringstream all{run({{"timeout", "10", "nft", "--stateless", "list", "ruleset"}}).out};
    std::string rules;
    for (std::string line; std::getline(all, line);) {
        if (line.find("\tflags owner") == std::string::npos && line != "\tflags ") {
            rules += line.substr(0, line.find(" # progname")) + "\n";
        }
    }
    return rules;
}

}  // namespace portcullis::test
