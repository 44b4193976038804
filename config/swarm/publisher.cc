#include "config/swarm/publisher.h"

#include "base/log.h"
#include "config/swarm/assemble.h"
#include "config/types/quote.h"

#include <algorithm>
#include <utility>

namespace portcullis::swarm {
namespace {

constexpr std::string_view kPlace = "discovery";

std::uint64_t milliseconds_now() {
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                          std::chrono::system_clock::now().time_since_epoch())
                                          .count());
}

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
        tell(assemble(config, known).quarantine);
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

void Publisher::tell(const std::vector<Quarantine>& next) {
    for (const Quarantine& one : next) {
        if (std::find(quarantine_.begin(), quarantine_.end(), one) == quarantine_.end()) {
            log_warning(kPlace, "service " + in_quotes(one.service) +
                                    " is not routed: " + printable(one.reason));
        }
    }
    for (const Quarantine& one : quarantine_) {
        const auto same = [&](const Quarantine& other) { return other.service == one.service; };
        if (std::none_of(next.begin(), next.end(), same)) {
            log_info(kPlace, "service " + in_quotes(one.service) + " is in quarantine no more");
        }
    }
    quarantine_ = next;
}

}  // namespace portcullis::swarm
