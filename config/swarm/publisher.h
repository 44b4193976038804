// What is known of the swarm on its way into the file: with the labels that are in force, who has
// which host, and what is not routed, and why, of which each change is logged. Written whenever it
// is looked at, because followers go by its age, but for a large swarm not so often that writing
// takes more than a part of the time.
#pragma once

#include "config/model.h"
#include "config/swarm/settler.h"
#include "config/swarm/snapshot_file.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace portcullis::swarm {

// What says nothing new waits so many times as long as writing took the last time: followers need
// about as long to read it.
constexpr int kWritePause = 20;

class Publisher {
  public:
    using Time = std::chrono::steady_clock::time_point;

    // What the file says is known, and not told again: owners keep what they have.
    explicit Publisher(SnapshotFile file);

    // Another file or key, or another configuration: all of it is judged and written anew.
    void use(SnapshotFile file);

    // known: the table's. seen: when the swarm said so.
    void publish(const Config& config, Snapshot known, const Moment& seen, Time now);

    // Whether known says something else of the swarm than what was published last.
    [[nodiscard]] bool is_news(const Snapshot& known) const;

    // As it was written last by this process; null: it has not yet.
    [[nodiscard]] const Snapshot* written() const { return written_ ? &*written_ : nullptr; }

    // Why the last one could not be written; empty: it could.
    [[nodiscard]] const std::string& trouble() const { return trouble_; }

    [[nodiscard]] std::uint64_t count() const { return count_; }

    [[nodiscard]] std::uint64_t failures() const { return failures_; }

  private:
    void write(Snapshot snapshot, Durable durable);

    SnapshotFile file_;
    void decide(const Config& config);

    std::optional<Snapshot> known_;  // as the table had it
    Snapshot decided_;               // the same with what follows from it
    Settler settler_;
    std::optional<Snapshot> written_;
    Time write_from_{};  // what says nothing new
    std::string trouble_;
    std::uint64_t count_ = 0;
    std::uint64_t failures_ = 0;
};

}  // namespace portcullis::swarm
