#include "tests/support/proxy.h"

#include "tests/support/serving_user.h"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <sys/prctl.h>
#include <sys/wait.h>

#include <signal.h>
#include <stdexcept>

namespace portcullis::test {

namespace {

constexpr std::string_view kTls =
    "tls:\n  certificates:\n    - { certificate: site.pem, key: site.key }\n";
constexpr std::string_view kAdmin = "admin: { socket: admin.sock }\n";

}  // namespace

ProxyUnderTest::ProxyUnderTest(const std::string& yaml) {
    ca_.write_into(dir_);
    ca_.issue_into(
        dir_, "site",
        {.names = {"shop.test", "api.test", "*.clinic.test"}, .until = std::chrono::days{60}});
    write_configuration(yaml);
    process_ = std::make_unique<Process>(Command{proxy_command(dir_.path() / "portcullis.yaml")});
    if (!process_->says("server: ready")) {
        stopped_ = true;
        throw std::runtime_error{"portcullis-proxy did not get ready:\n" + process_->err()};
    }
}

ProxyUnderTest::~ProxyUnderTest() {
    if (!stopped_) {
        stop();
    }
}

void ProxyUnderTest::write_configuration(const std::string& yaml) const {
    const bool has_tls = yaml.starts_with("tls:") || yaml.find("\ntls:") != std::string::npos;
    dir_.write("portcullis.yaml",
               (has_tls ? "" : std::string{kTls}) + yaml + "\n" + std::string{kAdmin});
}

Fetched ProxyUnderTest::get(const std::string& url,
                            const std::vector<std::string>& arguments) const {
    return Curl{dir_.path() / "ca.pem"}(url, arguments);
}

RawClient ProxyUnderTest::connect(const std::string& server_name) const {
    return RawClient::tls(443, {.server_name = server_name, .ca_pem = ca_.certificate_pem()});
}

std::string ProxyUnderTest::ask(const std::string& path) const {
    const std::string socket = (dir_.path() / "admin.sock").string();
    const Ended ended = run({{"curl", "--disable", "--silent", "--show-error", "--fail",
                              "--max-time", "10", "--unix-socket", socket, "http://admin" + path}});
    if (ended.exit_code != 0) {
        throw std::runtime_error{"the admin socket does not answer GET " + path + ": " + ended.err};
    }
    return ended.out;
}

boost::json::object ProxyUnderTest::status() const {
    return boost::json::parse(ask("/status")).as_object();
}

std::int64_t ProxyUnderTest::count(std::string_view counter) const {
    return status().at(counter).to_number<std::int64_t>();
}

std::string ProxyUnderTest::metrics() const {
    return ask("/metrics");
}

std::string ProxyUnderTest::reload(const std::string& yaml, std::string_view words) {
    write_configuration(yaml);
    return signal_and_wait(SIGHUP, words);
}

std::string ProxyUnderTest::upgrade(std::string_view words) {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);  // successors become ours when whoever started them ends
    const std::string said = signal_and_wait(SIGUSR2, words);
    constexpr std::string_view kProcess = "server: process ";
    if (const auto at = said.find(kProcess); at != std::string::npos) {
        successors_.push_back(std::stoi(said.substr(at + kProcess.size())));
    }
    return said;
}

pid_t ProxyUnderTest::serving() const {
    return successors_.empty() ? process_->pid() : successors_.back();
}

std::string ProxyUnderTest::signal_and_wait(int signal, std::string_view words) {
    const std::size_t before = process_->err().size();
    ::kill(serving(), signal);
    const bool said = eventually([&] {
        return process_->err().find(words, before) != std::string::npos ||
               ::kill(serving(), 0) != 0;
    });
    EXPECT_TRUE(said) << "no '" << words << "' after signal " << signal << ":\n"
                      << process_->err().substr(before);
    return process_->err().substr(before);
}

void ProxyUnderTest::begin_stop() {
    if (stopping_) {
        return;
    }
    stopping_ = true;
    process_->signal(SIGTERM);
    for (const pid_t pid : successors_) {
        ::kill(pid, SIGTERM);
    }
}

std::string ProxyUnderTest::stop() {
    begin_stop();
    stopped_ = true;
    EXPECT_EQ(process_->wait(), 0) << process_->err();
    for (const pid_t pid : successors_) {
        int status = -1;
        EXPECT_TRUE(eventually([&] { return ::waitpid(pid, &status, WNOHANG) == pid; }))
            << "process " << pid << " does not end";
        EXPECT_EQ(status, 0) << process_->err();
    }
    return process_->err();
}

std::string shop_at(const std::vector<std::uint16_t>& ports,
                    const std::vector<std::string>& options) {
    std::string yaml = "services:\n  shop:\n    endpoints: [";
    for (const std::uint16_t port : ports) {
        yaml += (port == ports.front() ? " " : ", ") + std::string{"\"127.0.0.1:"} +
                std::to_string(port) + "\"";
    }
    yaml += " ]\n";
    for (const std::string& option : options) {
        yaml += "    " + option + "\n";
    }
    return yaml +
           "routes:\n  - { host: shop.test, service: shop }\n  - { host: api.test, service: shop "
           "}\n"
           "  - { host: \"*.clinic.test\", service: shop }\n";
}

}  // namespace portcullis::test
