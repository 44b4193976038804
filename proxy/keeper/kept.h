// The proxy's side of its keeper: what it was handed, and how it asks for its successor.
#pragma once

#include "base/fd.h"
#include "base/result.h"

#include <sys/types.h>

#include <memory>

namespace portcullis::keeper {

// Tell a kept process the numbers of its descriptors.
inline constexpr const char* kKeeperVariable = "PORTCULLIS_KEEPER";
inline constexpr const char* kOverlayVariable = "PORTCULLIS_OVERLAY";

class Kept {
  public:
    // Null when nobody keeps this process. Removes what it reads from the environment. The process
    // is told to end (SIGTERM) when its keeper is gone.
    static Result<std::unique_ptr<Kept>> from_environment();

    // Once the listeners are bound, before any thread is started: what is connected to from here on
    // is in the overlay.
    Result<void> enter_overlay();

    // Has the keeper start the program with this end of a socket (upgrade/successor.h); its
    // process. Waits for that, 20 s at most: the keeper may be asking
    // Docker, twice for 6 s.
    [[nodiscard]] Result<pid_t> start(int handover) const;

  private:
    Kept(Fd keeper, Fd overlay) : keeper_{std::move(keeper)}, overlay_{std::move(overlay)} {}

    Fd keeper_;   // SOCK_SEQPACKET
    Fd overlay_;  // empty once it is entered
};

}  // namespace portcullis::keeper
