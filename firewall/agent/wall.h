// The wall as it stands in the kernel: the socket that owns it, and the program it is to hold.
#pragma once

#include "base/fd.h"
#include "firewall/netlink/kernel.h"
#include "firewall/netlink/monitor.h"
#include "firewall/program/program.h"

#include <string>
#include <string_view>
#include <vector>

namespace portcullis::firewall {

class Wall {
  public:
    // kept: the owner socket of an earlier process, from the service manager; empty: a new one is
    // made. A kept one that is no such socket is closed, and a new one made.
    static Answer<Wall> open(Fd kept, Ownership ownership);

    [[nodiscard]] bool adopted() const { return adopted_; }

    // For the service manager to keep a copy of.
    [[nodiscard]] int owner_fd() const { return owner_.fd(); }

    [[nodiscard]] Answer<Installed> look();
    // The same with empty ban sets: a few milliseconds, however many bans there are.
    [[nodiscard]] Answer<Installed> look_at_rules();

    // The table is another process's: nothing can be put there. Its owner's port, or 0.
    [[nodiscard]] std::uint32_t stranger(const Installed& installed) const;

    // From here on this is what the kernel is to hold. put() sends all of it; expect() finds it
    // there already, as when bans expired by themselves; put_bans() sends what differs, which is
    // nothing but the elements of these sets.
    Answer<void> put(const Program& program);
    void expect(const Program& program, Generation generation);
    Answer<void> put_bans(const Program& program, const std::vector<std::string>& sets);

    // Puts the same program there once more: around the ban sets when they are still there.
    Answer<void> repair_rules();
    // Puts what these sets are to hold into them; into the second kind, just what was touched.
    Answer<void> repair_bans(const std::vector<std::string>& sets);
    Answer<void> repair_bans(const std::vector<TouchedBans>& touched);

    // Removes both tables.
    Answer<void> take_down();

    // How what is there differs from what is to be there; empty when it does not. The second leaves
    // out what the ban sets hold.
    [[nodiscard]] std::string drift(const Installed& installed, Expiry now) const;
    [[nodiscard]] std::string drift_of_rules(const Installed& installed) const;

    // The ban sets as the kernel should give them back, and a number that changes when they do, or
    // are put there anew.
    [[nodiscard]] std::vector<Set> wanted_bans() const;

    [[nodiscard]] std::uint64_t bans_version() const { return bans_version_; }

    [[nodiscard]] const Program& wanted() const { return wanted_; }

    [[nodiscard]] Generation generation() const { return generation_; }

    [[nodiscard]] Ownership ownership() const { return ownership_; }

    // Since this process began, over all programs: the kernel's own begin at 0 with each.
    [[nodiscard]] Counters counters();

  private:
    Wall(Socket owner, Socket reader, Ownership ownership, bool adopted)
        : owner_{std::move(owner)},
          reader_{std::move(reader)},
          ownership_{ownership},
          adopted_{adopted} {}

    void want(const Program& program);
    [[nodiscard]] std::string drift_of_tables(const Installed& installed) const;

    Socket owner_;
    Socket reader_;
    Ownership ownership_;
    bool adopted_;
    Program wanted_;
    Program wanted_installed_;  // in the form in which the kernel gives it back
    Program wanted_rules_;      // the same with empty ban sets
    std::uint64_t bans_version_ = 0;
    Generation generation_ = 0;
    Counters past_;  // of programs that were replaced
};

std::string_view name(Ownership ownership);

}  // namespace portcullis::firewall
