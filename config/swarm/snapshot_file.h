// The snapshot as a file that others follow: signed, of mode 0640, replaced as a whole. Its serials
// only grow, also when the clock is put back, and from process to process. They are the time in
// milliseconds, so that one who has lost what was there still continues above it: followers refuse
// what is older than what they have accepted, and would wait for ever for a serial counted from 1.
#pragma once

#include "base/file.h"
#include "config/discovery_model.h"
#include "config/swarm/signing_key.h"
#include "config/swarm/snapshot.h"

#include <filesystem>
#include <optional>
#include <string>

namespace portcullis::swarm {

class SnapshotFile {
  public:
    // Reads the private key, and what is there already.
    static Result<SnapshotFile> open(const DiscoveryConfig& config);

    // What was there, if our key signed it.
    [[nodiscard]] const std::optional<Snapshot>& earlier() const { return earlier_; }

    // Why what was there was not taken; empty: it was, or there was nothing.
    [[nodiscard]] const std::string& refusal() const { return refusal_; }

    // Gives it the next serial. now: milliseconds since 1970.
    Result<void> write(Snapshot snapshot, std::uint64_t now, Durable durable = Durable::yes);

    // Of what was written or there last; 0: nothing.
    [[nodiscard]] std::uint64_t serial() const { return serial_; }

  private:
    SnapshotFile(std::filesystem::path file, SigningKey key)
        : file_{std::move(file)}, key_{std::move(key)} {}

    std::filesystem::path file_;
    SigningKey key_;
    std::optional<Snapshot> earlier_;
    std::string refusal_;
    std::uint64_t serial_ = 0;
};

}  // namespace portcullis::swarm
