#include "config/swarm/publisher.h"

#include "base/log.h"
#include "config/swarm/assemble.h"
#include "config/swarm/quarantine.h"

#include <utility>

namespace portcullis::swarm {
namespace {

constexpr std::string_view kPlace = "discovery";

}  // namespace

Publisher::Publisher(SnapshotFile file) : file_{std::move(file)} {
    if (file_.earlier()) {
        decided_ = *file_.earlier();
    }
}

void Publisher::use(SnapshotFile file) {
    file_ = std::move(file);
    known_.reset();
    written_.reset();
    settler_.forget();
}

bool Publisher::is_news(const Snapshot& known) const {
    return !known_ || !same_swarm(*known_, known);
}

void Publisher::publish(const Config& config, Snapshot known, const Moment& seen, Time now) {
    if (is_news(known)) {
        known_ = std::move(known);
        decide(config);
    }
    decided_.seen = seen;
    const bool news = !written_ || !same_swarm(*written_, decided_);
    if (!news && now < write_from_) {
        return;
    }
    const auto begun = std::chrono::steady_clock::now();
    write(decided_, news ? Durable::yes : Durable::no);
    write_from_ = now + kWritePause * (std::chrono::steady_clock::now() - begun);
}

// What follows from what is known, and from what was decided before.
void Publisher::decide(const Config& config) {
    Snapshot next = *known_;
    next.owners = decided_.owners;
    settler_.settle(config, next, &decided_);
    Assembly assembly = assemble(config, next);
    next.owners = std::move(assembly.owners);
    next.quarantine = std::move(assembly.quarantine);
    next.notes = std::move(assembly.notes);
    log_quarantine(kPlace, decided_.quarantine, next.quarantine);
    log_notes(kPlace, decided_.notes, next.notes);
    decided_ = std::move(next);
}

void Publisher::write(Snapshot snapshot, Durable durable) {
    if (const auto written = file_.write(snapshot, moment_now().wall, durable); !written) {
        ++failures_;
        if (std::exchange(trouble_, written.error().text).empty()) {
            log_error(kPlace, "nobody learns what the swarm says: " + trouble_);
        }
        return;
    }
    if (!std::exchange(trouble_, {}).empty()) {
        log_info(kPlace, "the snapshot is written again");
    }
    ++count_;
    snapshot.serial = file_.serial();
    written_ = std::move(snapshot);
}

}  // namespace portcullis::swarm
