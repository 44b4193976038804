// The relay on a thread of its own, between real clients and scripted origins on the loopback: what
// comes off a listener is shaken hands with and handed to serve_http1() or serve_http2(). What a
// worker adds (limits, draining, plain HTTP) is not here.
#pragma once

#include "base/fd.h"
#include "base/task.h"
#include "proxy/relay/context.h"
#include "proxy/stream/socket.h"
#include "tests/support/eventually.h"
#include "tests/support/raw_client.h"
#include "tests/support/raw_origin.h"
#include "tests/support/temp_dir.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace portcullis::test {

class Relay {
  public:
    using Change = std::function<void(Config&)>;

    // shop.test, api.test and *.clinic.test go to a service at that port of 127.0.0.1.
    explicit Relay(std::uint16_t origin, const Change& change = {});
    ~Relay();  // closes what is open
    Relay(const Relay&) = delete;
    Relay& operator=(const Relay&) = delete;

    // By HTTP/1.1, unless alpn says "h2".
    [[nodiscard]] RawClient connect(const std::vector<std::string>& alpn = {}) const;

    [[nodiscard]] std::uint16_t port() const { return port_; }

    // Numbers of the relay so far; any thread may ask.
    template <class What>
    [[nodiscard]] std::uint64_t count(What what) const {
        return context_->counters.of(what);
    }

    // True once that has been counted so often.
    template <class What>
    [[nodiscard]] bool counts(What what, std::uint64_t times) const {
        return eventually([&] { return count(what) == times; });
    }

    // Runs on the relay's thread; done on return.
    void on_thread(const std::function<void(relay::Context&)>& action);
    // The access log, once every exchange is over and the relay has stopped.
    std::string stop_and_read_log();

  private:
    Task<> accept_all();
    Task<> serve(Fd fd);
    void stop();

    TempDir dir_;
    std::unique_ptr<observe::AccessLog> log_;
    limit::Shared shared_{Limits{}};
    std::unique_ptr<relay::Context> context_;
    std::optional<stream::Socket> listener_;
    std::vector<stream::Socket*> open_;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

// "HEAD" up to and with the empty line, of what begins an answer.
std::string head_of(RawClient& client);

std::string get(std::string_view path, std::string_view headers = "");

}  // namespace portcullis::test
