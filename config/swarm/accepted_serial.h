// The serial of the snapshot that was accepted last, also by an earlier process. An older snapshot
// has a valid signature as well: an attacker who can write the snapshot's file could put it back.
//
// The file holds the name of the key that signed it and the serial: "0123...ef 1764547200000\n". It
// is bound to the key, so that a new key begins anew: while the old key is still among those that
// are trusted its serial holds; once it is not, none of its snapshots is accepted anyway.
//
// Nobody gets stuck: serials are milliseconds since 1970 at least (SnapshotFile::write), so that a
// discovery that has lost its state, or another manager's, continues above them. Only one whose
// clock was ahead when it lost its state would stay below; removing the file lets it in.
#pragma once

#include "config/swarm/verify_keys.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace portcullis::swarm {

class AcceptedSerial {
  public:
    // file: empty keeps it in memory alone.
    AcceptedSerial(std::filesystem::path file, const VerifyKeys& keys);

    [[nodiscard]] std::uint64_t serial() const { return serial_; }

    // It holds from now on, in any case; an error says why a later process will not know it.
    Result<void> keep(const std::string& key, std::uint64_t serial);

    // Why what was kept is not known; empty when it is, or nothing was.
    [[nodiscard]] const std::string& trouble() const { return trouble_; }

  private:
    std::filesystem::path file_;
    std::uint64_t serial_ = 0;
    std::string trouble_;
};

}  // namespace portcullis::swarm
