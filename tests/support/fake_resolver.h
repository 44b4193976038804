// A resolver of a test's own, as Docker's is for the network of a container: it is asked for the
// names of addresses by datagrams, and says what it was told to, which need not be true.
#pragma once

#include "base/fd.h"
#include "tests/support/eventually.h"

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace portcullis::test {

class FakeResolver {
  public:
    // forwards: nothing is said of an address that nobody has, as if others were asked and never
    // answered. dead: nothing is said at all.
    enum class Mood : std::uint8_t { speaks, forwards, dead };

    // At 127.0.0.1. Nobody has a name yet, which is answered with NXDOMAIN.
    FakeResolver();
    ~FakeResolver();
    FakeResolver(const FakeResolver&) = delete;
    FakeResolver& operator=(const FakeResolver&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }

    [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

    // From now on the address ("127.0.0.1") is that container's; of an empty name nobody's.
    void name(const std::string& address, const std::string& container);

    void be(Mood mood) { mood_ = mood; }

    // Before each response, and so before the next question is looked at.
    void wait_before(Timeout time) { delay_ = time; }

    // Before each response one that has another id, one that is cut short, and one to another
    // question are sent.
    void lie_first() { lies_ = true; }

    // How often it was asked.
    [[nodiscard]] int questions() const { return questions_; }

    // And has responded, lies not counted.
    [[nodiscard]] int responses() const { return responses_; }

  private:
    void serve();
    [[nodiscard]] std::string name_of(const std::string& reversed) const;

    Fd socket_;
    std::uint16_t port_ = 0;
    std::atomic<bool> stopping_ = false;
    std::atomic<Mood> mood_ = Mood::speaks;
    std::atomic<Timeout> delay_ = Timeout::zero();
    std::atomic<bool> lies_ = false;
    std::atomic<int> questions_ = 0;
    std::atomic<int> responses_ = 0;
    mutable std::mutex mutex_;                  // guards names_
    std::map<std::string, std::string> names_;  // by "1.0.0.127.in-addr.arpa"
    std::thread thread_;
};

// The name by which Docker's resolver knows a container: SERVICE.SLOT.TASK.NETWORK.
std::string container_name(std::string_view service, std::string_view task);

// Messages of DNS, put together by hand. name: "1.0.0.127.in-addr.arpa".
std::string dns_name(std::string_view name);
// A question for the PTR record of the name, and the response to it with such records for each of
// the targets; code: the RCODE.
std::string dns_question(std::uint16_t id, std::string_view name);
std::string dns_response(std::uint16_t id, std::string_view name,
                         const std::vector<std::string>& targets, unsigned code = 0);

}  // namespace portcullis::test
