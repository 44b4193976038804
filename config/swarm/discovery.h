// The process's heart: looks at the swarm, keeps what is known of it, and writes the snapshot when
// there is something to say. What the swarm does not answer changes nothing. All on one io_context,
// on one thread.
#pragma once

#include "config/load.h"
#include "config/swarm/outage.h"
#include "config/swarm/publisher.h"
#include "config/swarm/rhythm.h"
#include "config/swarm/status.h"
#include "config/swarm/survey.h"
#include "config/swarm/table.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>

namespace portcullis::swarm {

class Discovery {
  public:
    // Opens the files that the configuration names, and the socket. io outlives it.
    static Result<std::unique_ptr<Discovery>> make(boost::asio::io_context& io,
                                                   std::shared_ptr<const Config> config);
    Discovery(const Discovery&) = delete;
    Discovery& operator=(const Discovery&) = delete;

    // From here on io does the work ...
    void start();
    // ... until ended is called, soon after this; then the object may go. Once.
    void stop(std::function<void()> ended);

    // Reads the configuration anew. One that is invalid changes nothing, and says so.
    void reload();

    [[nodiscard]] DiscoveryReading reading() const;

  private:
    using Clock = std::chrono::steady_clock;

    Discovery(boost::asio::io_context& io, std::shared_ptr<const Config> config, SnapshotFile file);

    Result<void> take_over(std::shared_ptr<const Config> config);
    Result<void> open_socket();
    void ask_next_engine();
    boost::asio::awaitable<void> look_on();
    boost::asio::awaitable<void> look();
    void on_survey(Look look, Survey survey);
    void on_failure(const Answer& trouble);
    void on_good(Look look, Survey survey);
    boost::asio::awaitable<void> listen_on();
    void on_end(bool& running);
    void on_stream(bool there);
    void on_event(std::string_view line);
    void on_health(const std::string& container, bool ill);
    void wake();
    void publish();

    boost::asio::io_context& io_;
    std::shared_ptr<const Config> config_;
    std::vector<EnginePlace> places_;  // of discovery.docker, in its order
    std::size_t place_ = 0;            // of engine_
    std::size_t good_place_ = 0;       // of the engine that answered last
    std::shared_ptr<Engine> engine_;
    Publisher publisher_;
    Table table_;
    Rhythm rhythm_;
    Outage outage_;
    std::unique_ptr<HttpSocket> socket_;
    boost::asio::steady_timer next_look_;
    boost::asio::steady_timer next_stream_;
    Role role_ = Role::none;
    std::optional<Moment> seen_;   // when the swarm last answered and was believed; none: not yet
    DiscoveryReading counts_;      // its counters only
    bool looking_ = false;         // look_on() runs
    bool listening_ = false;       // listen_on() runs
    bool events_ = false;          // and events come
    std::function<void()> ended_;  // non-empty exactly when told to stop
};

}  // namespace portcullis::swarm
