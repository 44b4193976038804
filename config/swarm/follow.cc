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

Result<Snapshot> accept(std::string_view sealed, std::string_view key, std::uint64_t serial) {
    const auto document = open(sealed, key);
    if (!document) {
        return document.error();
    }
    auto snapshot = read(*document);
    if (snapshot && snapshot->serial < serial) {
        return failure("it is older than the one in use");
    }
    return snapshot;
}

Result<std::unique_ptr<Follower>> Follower::make(boost::asio::io_context& io, Place place,
                                                 Handler handler) {
    auto key = read_key(place.key_file);
    if (!key) {
        return failure("discovery.key_file: " + key.error().text);
    }
    std::unique_ptr<Follower> follower{new Follower{io, std::move(place), std::move(*key)}};
    follower->watch();
    follower->await_time();
    follower->look();
    follower->handler_ = std::move(handler);
    return follower;
}

bool Follower::follows(const Place& place) const {
    const auto key = read_key(place.key_file);
    return place == place_ && key && *key == key_;
}

void Follower::look() {
    const FileState state = state_of(place_.snapshot);
    if (state == looked_at_ && latest_) {
        return note_age();
    }
    looked_at_ = state;
    const auto sealed = read_file(place_.snapshot, kSnapshotBytesMax + 256);
    if (!sealed) {
        return refuse(sealed.error().text);
    }
    auto snapshot = accept(*sealed, key_, latest_ ? latest_->serial : 0);
    if (!snapshot) {
        return refuse("the snapshot " + place_.snapshot.string() +
                      " is not taken over: " + snapshot.error().text);
    }
    told_.clear();
    const bool news = !latest_ || !same_swarm(*latest_, *snapshot);
    latest_ = std::move(*snapshot);
    note_age();
    if (news && handler_) {
        handler_();
    }
}

std::optional<Duration> Follower::age() const {
    if (!latest_) {
        return std::nullopt;
    }
    const std::uint64_t now = milliseconds_now();
    return Duration{
        static_cast<Duration::rep>(now > latest_->seen ? now - latest_->seen : std::uint64_t{0})};
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
