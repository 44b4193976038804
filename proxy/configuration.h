// What is served: the operator's file, and the swarm that it follows.
#pragma once

#include "config/model.h"
#include "config/swarm/follow.h"
#include "proxy/observe/swarm_reading.h"
#include "proxy/witness_watch.h"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace portcullis {

class Configuration {
  public:
    // on_swarm is called on io's thread: current() is another one now.
    Configuration(boost::asio::io_context& io, std::function<void()> on_swarm)
        : io_{io}, on_swarm_{std::move(on_swarm)}, watch_{io, witnesses_} {}

    // A file that was read. Fails when the swarm that it names cannot be followed; then nothing has
    // changed.
    Result<void> use(std::shared_ptr<const Config> file);

    // The one in use; null before the first.
    [[nodiscard]] const std::shared_ptr<const Config>& file() const { return file_; }

    // The file together with the latest snapshot. What is left out of the swarm is logged, when it
    // is news.
    std::shared_ptr<const Config> current();

    [[nodiscard]] std::optional<observe::SwarmReading> reading() const;

    // By which workers know how old the snapshot is that current() has told of last. Workers that
    // could not take that over go on by those of the one before, which grow old.
    [[nodiscard]] const std::shared_ptr<origin::Witnesses>& witnesses() const { return witnesses_; }

  private:
    void tell(std::vector<swarm::Quarantine> quarantine);
    void on_news();
    void note_age();

    boost::asio::io_context& io_;
    std::function<void()> on_swarm_;
    std::shared_ptr<const Config> file_;         // null until use()
    std::unique_ptr<swarm::Follower> follower_;  // null: no swarm is followed
    std::vector<swarm::Quarantine> quarantine_;
    std::vector<swarm::Note> notes_;
    bool behind_ = false;  // the follower may have what current() has not told of
    std::optional<swarm::Snapshot> assembled_;  // that current() has told of last
    std::shared_ptr<origin::Witnesses> witnesses_ = std::make_shared<origin::Witnesses>();  // its
    WitnessWatch watch_;
};

}  // namespace portcullis
