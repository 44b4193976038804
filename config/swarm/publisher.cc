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
        quarantine_ = file_.earlier()->quarantine;
    }
}

void Publisher::use(SnapshotFile file) {
    file_ = std::move(file);
    known_.reset();
    written_.reset();
}

bool Publisher::is_news(const Snapshot& known) const {
    return !known_ || !same_swarm(*known_, known);
}

void Publisher::publish(const Config& config, Snapshot known, std::uint64_t seen, Time now) {
    if (is_news(known)) {
        known_ = known;
        std::vector<Quarantine> quarantine = assemble(config, known).quarantine;
        log_quarantine(kPlace, quarantine_, quarantine);
        quarantine_ = std::move(quarantine);
    }
    known.quarantine = quarantine_;
    known.seen = seen;
    if (!written_ || !same_swarm(*written_, known) || now - written_at_ >= kWriteEvery) {
        write(std::move(known), now);
    }
}

void Publisher::write(Snapshot snapshot, Time now) {
    if (const auto written = file_.write(snapshot, milliseconds_now()); !written) {
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
    written_at_ = now;
}

}  // namespace portcullis::swarm
