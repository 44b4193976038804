// portcullis-proxy of this build with a configuration and a certificate of its own, on port 443 of
// the test's private network, serving as an unprivileged user (serving_user.h). It must end with
// exit code 0, or the test fails: so does every finding of a sanitizer.
#pragma once

#include "tests/support/curl.h"
#include "tests/support/process.h"
#include "tests/support/raw_client.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_ca.h"

#include <boost/json/object.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis::test {

class ProxyUnderTest {
  public:
    // yaml: all but "admin", which is added, and "tls", added unless it is there: then site.pem and
    // site.key, for shop.test, api.test and *.clinic.test, of the authority ca(). Paths are
    // relative to dir(). Ready on return.
    explicit ProxyUnderTest(const std::string& yaml);
    // stop(), unless that was done.
    ~ProxyUnderTest();
    ProxyUnderTest(const ProxyUnderTest&) = delete;
    ProxyUnderTest& operator=(const ProxyUnderTest&) = delete;

    [[nodiscard]] const TempDir& dir() const { return dir_; }

    [[nodiscard]] const TestCa& ca() const { return ca_; }

    // The first one, if there have been upgrades.
    [[nodiscard]] Process& process() { return *process_; }

    // The one that serves, after all upgrades; with an overlay its keeper.
    [[nodiscard]] pid_t serving() const;

    // A request by curl; a connection byte by byte, with the name as SNI and checked in the
    // certificate.
    [[nodiscard]] Fetched get(const std::string& url,
                              const std::vector<std::string>& arguments = {}) const;
    [[nodiscard]] RawClient connect(const std::string& server_name = "shop.test") const;

    // From the admin socket.
    [[nodiscard]] boost::json::object status() const;
    [[nodiscard]] std::int64_t count(
        std::string_view counter) const;  // throws when there is none of that name
    [[nodiscard]] std::string metrics() const;

    // Writes the configuration, sends SIGHUP, and gives the lines the proxy then writes, waiting
    // for words in them.
    std::string reload(const std::string& yaml, std::string_view words = "configuration reloaded");
    // Sends SIGUSR2 to the process that serves and waits until another has taken its place, or,
    // with other words, for what the proxy writes instead. Gives the lines written meanwhile.
    std::string upgrade(std::string_view words = "has taken over");
    // SIGTERM, once: a second one would end the process at once.
    void begin_stop();
    // begin_stop(), unless that was done; then expects exit code 0, of every process that has taken
    // over as well, and gives what they wrote.
    std::string stop();

  private:
    void write_configuration(const std::string& yaml) const;
    [[nodiscard]] std::string ask(const std::string& path) const;
    std::string signal_and_wait(int signal, std::string_view words);

    TempDir dir_;
    TestCa ca_;
    std::unique_ptr<Process> process_;
    std::vector<pid_t> successors_;  // the last one serves
    bool stopping_ = false;          // SIGTERM was sent
    bool stopped_ = false;
};

// A line of it, for tools that do nothing but hurry.
inline constexpr const char* kAnyRate =
    "limits: { connections_per_second: \"off\", requests_per_second: \"off\" }\n";

// The usual configuration: shop.test, api.test and *.clinic.test go to the service shop at these
// ports of 127.0.0.1. options: more lines of the service ("balance: round_robin"), each as it
// stands in YAML.
std::string shop_at(const std::vector<std::uint16_t>& ports,
                    const std::vector<std::string>& options = {});

}  // namespace portcullis::test
