// What is known of the swarm on its way into the file: with the services that are not routed, and
// why, of which each change is logged; written when it says something else than before, or
// kWriteEvery after the last time.
#pragma once

#include "config/model.h"
#include "config/swarm/snapshot_file.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace portcullis::swarm {

constexpr auto kWriteEvery = std::chrono::seconds{5};  // followers see its age

class Publisher {
  public:
    using Time = std::chrono::steady_clock::time_point;

    // The quarantine that the file speaks of is known, and not told again.
    explicit Publisher(SnapshotFile file);

    // Another file or key, or another configuration: all of it is judged and written anew.
    void use(SnapshotFile file);

    // known: the table's. seen: milliseconds since 1970, when the swarm said so.
    void publish(const Config& config, Snapshot known, std::uint64_t seen, Time now);

    // Whether known says something else of the swarm than what was published last.
    [[nodiscard]] bool is_news(const Snapshot& known) const;

    // As it was written last by this process; null: it has not yet.
    [[nodiscard]] const Snapshot* written() const { return written_ ? &*written_ : nullptr; }

    // Why the last one could not be written; empty: it could.
    [[nodiscard]] const std::string& trouble() const { return trouble_; }

    [[nodiscard]] std::uint64_t count() const { return count_; }

    [[nodiscard]] std::uint64_t failures() const { return failures_; }

  private:
    void write(Snapshot snapshot, Time now);

    SnapshotFile file_;
    std::optional<Snapshot> known_;  // that quarantine_ is of
    std::vector<Quarantine> quarantine_;
    std::optional<Snapshot> written_;
    Time written_at_{};
    std::string trouble_;
    std::uint64_t count_ = 0;
    std::uint64_t failures_ = 0;
};

}  // namespace portcullis::swarm
