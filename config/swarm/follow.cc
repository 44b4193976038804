#include "config/swarm/follow.h"

#include "base/file.h"
#include "base/log.h"
#include "config/options.h"
#include "config/swarm/seal.h"

#include <sys/inotify.h>
#include <sys/stat.h>

#include <algorithm>

namespace portcullis::swarm {
namespace {

// Also without a notice: the folder may have been replaced, and a snapshot grows old by itself.
constexpr auto kLookEvery = std::chrono::seconds{1};

FileState state_of(const std::filesystem::path& file) {
    struct stat facts {};

    if (::stat(file.c_str(), &facts) != 0) {
        return {};
    }
    constexpr std::int64_t kNanoseconds = 1'000'000'000;
    return {facts.st_ino, facts.st_mtim.tv_sec * kNanoseconds + facts.st_mtim.tv_nsec,
            facts.st_size};
}

}  // namespace

Result<Accepted> accept(std::string_view sealed, const VerifyKeys& keys, std::uint64_t serial) {
    const auto opened = open(sealed, keys);
    if (!opened) {
        return opened.error();
    }
    auto snapshot = read(opened->document);
    if (!snapshot) {
        return snapshot.error();
    }
    if (snapshot->serial < serial) {
        return failure("its serial " + std::to_string(snapshot->serial) + " is below " +
                       std::to_string(serial) + ", that of one which was accepted: it is older");
    }
    return Accepted{std::move(*snapshot), opened->key};
}

Follower::Follower(boost::asio::io_context& io, Place place, VerifyKeys keys)
    : place_{std::move(place)},
      keys_{std::move(keys)},
      accepted_{place_.serial_file, keys_},
      changes_{io},
      timer_{io} {
    if (!accepted_.trouble().empty()) {
        log_warning("swarm", "the serial of the last accepted snapshot is not known: " +
                                 accepted_.trouble() + "; an older snapshot would be accepted now");
    }
}

Result<std::unique_ptr<Follower>> Follower::make(boost::asio::io_context& io, Place place,
                                                 Handlers handlers) {
    auto keys = VerifyKeys::read(place.verify_key);
    if (!keys) {
        return failure("discovery.verify_key: " + keys.error().text);
    }
    std::unique_ptr<Follower> follower{new Follower{io, std::move(place), std::move(*keys)}};
    follower->watch();
    follower->await_time();
    follower->look();
    follower->handlers_ = std::move(handlers);
    return follower;
}

bool Follower::follows(const Place& place) const {
    const auto keys = VerifyKeys::read(place.verify_key);
    return place == place_ && keys && *keys == keys_;
}

void Follower::look() {
    const FileState state = state_of(place_.snapshot);
    if (state == looked_at_ && latest_) {
        return note_age();
    }
    looked_at_ = state;
    const auto sealed = read_file(place_.snapshot, kSnapshotBytesMax + kSealBytes);
    if (!sealed) {
        return refuse(sealed.error().text);
    }
    auto accepted = accept(
        *sealed, keys_, std::max(accepted_.serial(), latest_ ? latest_->serial : std::uint64_t{0}));
    if (!accepted) {
        return refuse("the snapshot " + place_.snapshot.string() + " is refused, and " +
                      (latest_ ? "the last one that was accepted stays in use: "
                               : "nothing is known of the swarm until another one comes: ") +
                      accepted.error().text);
    }
    take(std::move(*accepted));
}

void Follower::take(Accepted accepted) {
    told_.clear();
    const bool news = !latest_ || !same_swarm(*latest_, accepted.snapshot);
    latest_ = std::move(accepted.snapshot);
    if (news || !serial_told_.empty()) {
        keep_serial(accepted.key, latest_->serial);
    }
    note_age();
    if (news && handlers_.news) {
        handlers_.news();
    }
    if (handlers_.heard) {
        handlers_.heard();
    }
}

// Only of what says something new: what comes between two of these says the same as the first of
// them, so that going back to it changes nothing, and a disk is spared a write every five seconds.
// What could not be kept is tried again with the next one.
void Follower::keep_serial(const std::string& key, std::uint64_t serial) {
    const auto kept = accepted_.keep(key, serial);
    const std::string trouble = kept ? std::string{} : kept.error().text;
    if (!trouble.empty() && trouble != serial_told_) {
        log_warning("swarm", "the serial of the accepted snapshot is not kept: " + trouble +
                                 "; snapshots are followed all the same, but after a restart an "
                                 "older one would be accepted");
    }
    serial_told_ = trouble;
}

std::optional<Duration> Follower::age() const {
    if (!latest_) {
        return std::nullopt;
    }
    return swarm::age(latest_->seen, moment_now());
}

void Follower::refuse(const std::string& why) {
    if (why != told_) {
        ++refused_;
        log_warning("swarm", why);
    }
    told_ = why;
    note_age();
}

void Follower::note_age() {
    const auto old = age();
    const bool stale = old && *old > place_.stale_after;
    if (stale != stale_) {
        stale_ = stale;
        if (stale) {
            log_error("swarm", "nobody has said for " + option_text(place_.stale_after) +
                                   " what runs in the swarm: the last that is known stays in use");
        } else {
            log_info("swarm", "what is known of the swarm is fresh again");
        }
    }
}

// The folder, because the file is another one each time.
void Follower::watch() {
    const int made = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (made < 0) {
        return;  // the timer looks, too
    }
    changes_.assign(made);
    const auto folder = place_.snapshot.has_parent_path() ? place_.snapshot.parent_path() : ".";
    if (::inotify_add_watch(made, folder.c_str(), IN_MOVED_TO | IN_CLOSE_WRITE | IN_ONLYDIR) < 0) {
        boost::system::error_code ignored;
        changes_.close(ignored);
        return;
    }
    await_change();
}

void Follower::await_change() {
    changes_.async_read_some(
        boost::asio::buffer(events_), [this](const boost::system::error_code& error, std::size_t) {
            if (error == boost::asio::error::operation_aborted) {
                return;
            }
            const auto* first = reinterpret_cast<const inotify_event*>(events_.data());
            if (error || (first->mask & IN_IGNORED) != 0) {
                boost::system::error_code ignored;
                changes_.close(ignored);
                return;
            }
            await_change();
            look();
        });
}

void Follower::await_time() {
    timer_.expires_after(kLookEvery);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (error) {
            return;
        }
        if (!changes_.is_open()) {
            watch();
        }
        await_time();
        look();
    });
}

}  // namespace portcullis::swarm
