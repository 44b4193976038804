#include "config/swarm/rhythm.h"

#include <algorithm>

namespace portcullis::swarm {

void Rhythm::use(Duration poll, Duration poll_quiet) {
    poll_ = poll;
    quiet_ = poll_quiet;
    pause_ = poll;
}

void Rhythm::on_event(Time now) {
    now_ = true;
    moved_ = now;
    services_due_ = now;
}

void Rhythm::on_cluster_event(Time now) {
    on_event(now);
    cluster_due_ = now;
}

// What happened while it was away was not told. Its end is an event, too: an engine that starts
// anew may be back before the next look, which would find nothing wrong.
void Rhythm::on_stream(bool there, Time now) {
    if (there != stream_) {
        on_cluster_event(now);
    }
    stream_ = there;
}

Rhythm::Time Rhythm::next() const {
    return last_ + (now_ ? kApart : pause_);
}

Look Rhythm::begin(Time now) {
    now_ = false;
    last_ = now;
    return {!stream_ || now >= services_due_, now >= cluster_due_};
}

void Rhythm::on_good(Look look, bool moved, Time now) {
    moved_ = moved ? now : moved_;
    // Unless an event came meanwhile, which the answer may be older than.
    if (!now_) {
        services_due_ = look.services ? last_ + kOften : services_due_;
        cluster_due_ = look.cluster ? last_ + kOften : cluster_due_;
    }
    pause_ = calm(now) ? std::min(pause_ * 2, quiet_) : poll_;
}

void Rhythm::on_worker() {
    services_due_ = {};
    cluster_due_ = {};
    pause_ = kOften;
}

void Rhythm::on_failure() {
    services_due_ = {};
    cluster_due_ = {};
    pause_ = quiet_;
}

}  // namespace portcullis::swarm
