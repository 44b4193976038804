#include "proxy/configuration.h"

#include "base/log.h"
#include "config/swarm/assemble.h"
#include "config/swarm/quarantine.h"

#include <algorithm>
#include <fcntl.h>
#include <unistd.h>

namespace portcullis {
namespace {

void warn_about_what_stays(const Config& running, const Config& next) {
    if (running.listen != next.listen) {
        log_warning("server",
                    "'listen' has changed, which takes a restart: a process that serves has no "
                    "right to bind port 443. The rest has been reloaded");
    }
    if (running.workers != next.workers || running.admin.socket != next.admin.socket ||
        running.overlay.container != next.overlay.container ||
        running.overlay.netns != next.overlay.netns ||
        running.sticky_key_file != next.sticky_key_file ||
        running.limits.counted_clients != next.limits.counted_clients) {
        log_warning(
            "server",
            "workers, admin.socket, overlay, sticky_key_file and limits.counted_clients change "
            "only with a new process (SIGUSR2, or a restart); the rest has been reloaded");
    }
}

// A proxy that can read the signing key could sign snapshots for the whole cluster, and so could
// whoever takes it over from the internet.
void warn_of_a_key_within_reach(const DiscoveryConfig& discovery) {
    if (!discovery.snapshot.empty() && !discovery.signing_key.empty() &&
        ::faccessat(AT_FDCWD, discovery.signing_key.c_str(), R_OK, AT_EACCESS) == 0) {
        log_warning("server", "discovery.signing_key: this process can read " +
                                  discovery.signing_key.string() +
                                  ", and whoever takes it over could sign snapshots; make the file "
                                  "root's with mode 0600, and serve as another user");
    }
}

}  // namespace

Result<void> Configuration::use(std::shared_ptr<const Config> file) {
    const DiscoveryConfig& discovery = file->discovery;
    const swarm::Follower::Place place{discovery.snapshot, discovery.verify_key,
                                       discovery.serial_file, discovery.stale_after};
    if (discovery.snapshot.empty()) {
        follower_.reset();
    } else if (!follower_ || !follower_->follows(place)) {
        auto follower =
            swarm::Follower::make(io_, place, {[this] { on_news(); }, [this] { note_age(); }});
        if (!follower) {
            return follower.error();
        }
        follower_ = std::move(*follower);
        behind_ = true;
    }
    if (file_) {
        warn_about_what_stays(*file_, *file);
    }
    warn_of_a_key_within_reach(discovery);
    file_ = std::move(file);
    watch_.use(follower_ ? std::optional{file_->discovery} : std::nullopt);
    return {};
}

void Configuration::on_news() {
    behind_ = true;
    on_swarm_();
}

// Whoever has not been told of the news must not take what it has for young.
void Configuration::note_age() {
    if (!behind_) {
        witnesses_->note_snapshot(follower_->age().value_or(swarm::kAgeUnknown));
    }
}

std::shared_ptr<const Config> Configuration::current() {
    if (!follower_ || follower_->latest() == nullptr) {
        tell({});
        notes_.clear();
        return file_;
    }
    const swarm::Snapshot& latest = *follower_->latest();
    if (!assembled_ || !swarm::same_swarm(*assembled_, latest)) {
        assembled_ = latest;
        witnesses_ = std::make_shared<origin::Witnesses>(*witnesses_);
        watch_.use(witnesses_);
    }
    behind_ = false;
    note_age();
    swarm::Assembly assembly = swarm::assemble(*file_, latest);
    tell(std::move(assembly.quarantine));
    notes_ = std::move(assembly.notes);
    return assembly.config;
}

std::optional<observe::SwarmReading> Configuration::reading() const {
    if (!follower_) {
        return std::nullopt;
    }
    observe::SwarmReading reading;
    const DiscoveryConfig& discovery = file_->discovery;
    const auto age = follower_->age();
    reading.known = age.has_value();
    reading.age = age == swarm::kAgeUnknown ? std::nullopt : age;
    reading.stale = age && *age > std::min(discovery.stale_after, discovery.stale_max);
    reading.endpoints = watch_.voucher();
    reading.snapshots_refused = follower_->refused();
    for (const auto& [service, reason, route] : quarantine_) {
        reading.quarantine.push_back({service, reason, route});
    }
    for (const auto& [service, sentence] : notes_) {
        reading.notes.push_back({service, sentence});
    }
    return reading;
}

void Configuration::tell(std::vector<swarm::Quarantine> quarantine) {
    swarm::log_quarantine("swarm", quarantine_, quarantine);
    quarantine_ = std::move(quarantine);
}

}  // namespace portcullis
