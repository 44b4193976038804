// One address of a service as one worker sees it, and the swarm task that has it: how many
// exchanges are under way there, and the idle connections kept for the next ones.
//
// An idle connection is watched: when the origin closes it, or says anything, it is dropped at
// once, so a request is only ever written to a connection that looked alive at that moment.
#pragma once

#include "config/model.h"
#include "proxy/origin/breaker.h"
#include "proxy/origin/ejection.h"
#include "proxy/origin/ewma.h"
#include "proxy/origin/health.h"
#include "proxy/origin/http2_connection.h"
#include "proxy/origin/shared_attempt.h"
#include "proxy/origin/silence.h"
#include "proxy/origin/slow_start.h"
#include "proxy/origin/stats.h"
#include "proxy/origin/verdict.h"
#include "proxy/stream/stream.h"
#include "proxy/tls/origin_tickets.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis::origin {

class Endpoint;

// Docker tells a task to end (SIGTERM) 3 s after the swarm does, which is known here up to half a
// second late. After this one it has ended, or lingers.
constexpr auto kEndsFrom = std::chrono::milliseconds{2400};
constexpr auto kEndsUntil = std::chrono::milliseconds{3500};

// A connection to an origin. Belongs to one exchange, or to its endpoint while idle.
class Connection final : public stream::Waiter {
  public:
    explicit Connection(stream::Stream established) : stream{std::move(established)} {}

    stream::Stream stream;
    std::chrono::steady_clock::time_point born = std::chrono::steady_clock::now();
    bool reused = false;    // has carried an exchange before this one
    bool personal = false;  // one client's: no other's exchange may follow
    Breaker::Place place;   // among its service's connections

  private:
    friend Endpoint;
    void on_wake(stream::Wake wake) noexcept override;
    void watch();

    Endpoint* home_ = nullptr;  // non-null exactly while idle
};

class Endpoint final : public Http2Home {
  public:
    Endpoint(const EndpointConfig& endpoint, std::shared_ptr<const ServiceConfig> service);

    Endpoint(const Endpoint&) = delete;
    Endpoint& operator=(const Endpoint&) = delete;
    ~Endpoint();

    [[nodiscard]] const SocketAddress& address() const { return address_; }

    // address().text(), rendered once: every log line has it.
    [[nodiscard]] const std::string& text() const { return text_; }

    // The id of the task that has the address; empty for an endpoint of the file. Another task at
    // the same address is another endpoint, which inherits nothing.
    [[nodiscard]] const std::string& task() const { return task_; }

    // Asking the resolver whose the address is (Verifier).
    [[nodiscard]] SharedAttempt& question() { return question_; }

    [[nodiscard]] const Verdict& verdict() const { return verdict_; }

    void note(const Verdict& verdict) { verdict_ = verdict; }

    // The resolver has just said that the address is not the task's.
    [[nodiscard]] bool denied(Verdict::Clock::time_point now) const {
        return verdict_.word == ResolverWord::other_task && verdict_.holds(now);
    }

    [[nodiscard]] ResponseParsing response_parsing() const { return service_->response_parsing; }

    [[nodiscard]] std::size_t active() const { return active_; }

    // For one exchange more. Tunnels are spread by all that is there; requests are not kept away by
    // tunnels, which may be idle for hours: those that have much to do slow requests down.
    [[nodiscard]] std::size_t load(bool tunnel) const {
        return tunnel ? active_ : active_ - tunnels_;
    }

    [[nodiscard]] std::size_t idle() const { return idle_.size(); }

    // A new configuration: the same address, perhaps other limits and another weight. From the
    // moment that it is leaving no connection is idle here, so that none is met that just closes.
    void use(const EndpointConfig& endpoint, std::shared_ptr<const ServiceConfig> service);

    // A task that ends: picked when no other may be.
    [[nodiscard]] bool leaving() const { return leaving_; }

    // Whether it may be told to end at this very moment: what is under way there may be lost.
    [[nodiscard]] bool ending(Ejection::Clock::time_point now) const {
        return leaving_ && now - leaving_since_ >= kEndsFrom && now - leaving_since_ < kEndsUntil;
    }

    // It could not be connected to. One that is leaving does not come back.
    void note_unreachable() { gone_ = leaving_; }

    // Until the listener ends.
    void listen(SilenceListener& listener) { listeners_.push_back(listener); }

    // Whether what any of them has sent vanishes.
    [[nodiscard]] bool unheard() const;

    // Nobody answers there, and nobody says so: its machine may be gone. No connection to it is
    // used for another exchange. Listeners go on before this returns.
    void note_silence();

    // Its share of the requests, in proportion to the others', at this moment.
    [[nodiscard]] double weight(Ejection::Clock::time_point now) const {
        const auto since = std::max(up_since_, ejection_.until());
        return weight_ * slow_start(now - since, service_->slow_start);
    }

    // Hashes: of its address alone, and with the service's name (origin/sticky.h).
    [[nodiscard]] std::uint64_t identity() const { return identity_; }

    [[nodiscard]] std::uint64_t tag() const { return tag_; }

    // How long requests take here.
    [[nodiscard]] Ewma& latency() { return latency_; }

    // Candidate::turn
    [[nodiscard]] double& turn() { return turn_; }

    // What it has given us to resume TLS sessions with.
    [[nodiscard]] const std::shared_ptr<tls::OriginTickets>& tickets();

    [[nodiscard]] const std::shared_ptr<EndpointStats>& stats() const { return stats_; }

    // What is wrong with TLS to it, empty when nothing is. True when that is something new to tell:
    // the same trouble at every request would fill the log. Static text.
    [[nodiscard]] std::string_view trouble() const { return trouble_; }

    bool note_trouble(std::string_view trouble) {
        const bool news = trouble != trouble_ && !trouble.empty();
        trouble_ = trouble;
        return news;
    }

    // The connection used last, if one is idle; else null.
    std::unique_ptr<Connection> take_idle();
    // Closes the one that has been idle for longest. False: none is.
    bool drop_an_idle();
    // For the next exchange; closes it instead when it is too old or there are enough.
    void give_back(std::unique_ptr<Connection> connection);
    // HTTP/2: a connection that takes one more exchange, or null.
    [[nodiscard]] Http2Connection* multiplexed() const;
    // A new one. The endpoint keeps it as long as it is of use.
    Http2Connection& multiplex(std::unique_ptr<Connection> established, Duration write_timeout);

    // Connecting for multiplex().
    [[nodiscard]] SharedAttempt& attempt() { return attempt_; }

    // No idle connection is kept from here on: the endpoint has left the configuration. successor:
    // the one that stands for the same task and address from now on, because its service's are met
    // in another manner; null: there is none.
    void retire(std::shared_ptr<const Endpoint> successor = nullptr);

    // Whether the worker's configuration of the moment still has it, so that a connection that was
    // just made reaches nobody else. An address of the file is the operator's word, by which
    // requests that are under way may go until they are done; one of the swarm may be another
    // service's from the moment that the snapshot no longer has the task.
    [[nodiscard]] bool listed() const {
        return !retired_ || task_.empty() || (successor_ && successor_->listed());
    }

    void begin_exchange() { ++active_; }

    void note_request() { stats_->add(EndpointEvent::requests); }

    // A try has ended so. Why it should be ejected for it, if it should.
    [[nodiscard]] Ejection::Why note(const Outcome& outcome);
    // Ejects it.
    void eject(const EjectionConfig& config, Ejection::Why why, Ejection::Clock::time_point now);

    [[nodiscard]] Ejection& ejection() { return ejection_; }

    [[nodiscard]] const Ejection& ejection() const { return ejection_; }

    // A check of its health has ended; trouble: why it has not passed, static and ended by a NUL,
    // or empty. True: it is up now, or down.
    bool note_check(std::string_view trouble);

    // Whether it may be picked, or could be if it was not ejected.
    [[nodiscard]] bool up() const {
        return !gone_ && listed() && (!service_->health || health_.up());
    }

    void end_exchange() { --active_; }

    // Of the exchanges that have begun and not ended.
    void begin_tunnel() { ++tunnels_; }

    void end_tunnel() { --tunnels_; }

  private:
    friend Connection;
    void drop(Connection& connection);
    void drop_idle();
    void let_go();
    void show();
    void on_over() noexcept override;

    SocketAddress address_;
    std::string text_;
    std::string task_;
    std::shared_ptr<const ServiceConfig> service_;  // keeps the configuration it is part of alive
    double weight_;
    const std::uint64_t identity_;
    const std::uint64_t tag_;
    Ewma latency_;
    Health health_;
    Ejection ejection_;
    Ejection::Clock::time_point up_since_ = Ejection::Clock::now();
    std::string_view check_trouble_;  // of the last check; empty: it has passed
    std::shared_ptr<EndpointStats> stats_ = std::make_shared<EndpointStats>();
    double turn_ = 0;
    std::size_t active_ = 0;
    std::size_t tunnels_ = 0;  // of these
    bool leaving_;
    Ejection::Clock::time_point leaving_since_ = Ejection::Clock::now();  // while it is
    bool gone_ = false;
    bool retired_ = false;
    std::shared_ptr<const Endpoint> successor_;  // null unless retired for one
    std::string_view trouble_;
    std::shared_ptr<tls::OriginTickets> tickets_;    // null until somebody asks
    std::vector<std::unique_ptr<Connection>> idle_;  // the one used last at the end
    std::vector<std::unique_ptr<Http2Connection>> multiplexed_;
    SharedAttempt attempt_;
    SharedAttempt question_;
    Verdict verdict_;
    SilenceListeners listeners_;
};

}  // namespace portcullis::origin
