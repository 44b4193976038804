// Follows a snapshot's file: whoever writes it puts a new file in its place. What is not signed by
// our key, malformed or older than what we have had is refused, and we keep what we have.
#pragma once

#include "base/fd.h"
#include "config/swarm/accepted_serial.h"
#include "config/swarm/snapshot.h"
#include "config/swarm/verify_keys.h"
#include "config/types/duration.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

namespace portcullis::swarm {

struct Accepted {
    Snapshot snapshot;
    std::string key;  // the name of the key that signed it
};

// Pure. The snapshot in a file's content, if one of the keys signed it and it is not older than
// serial.
Result<Accepted> accept(std::string_view sealed, const VerifyKeys& keys, std::uint64_t serial);

// Another one: the file has been written or replaced.
struct FileState {
    std::uint64_t inode = 0;
    std::int64_t changed = 0;  // nanoseconds since 1970
    std::int64_t size = 0;

    bool operator==(const FileState&) const = default;
};

class Follower {
  public:
    struct Place {
        std::filesystem::path snapshot;
        std::filesystem::path verify_key;
        std::filesystem::path serial_file;  // empty: what was accepted is forgotten at the end
        Duration stale_after{};

        bool operator==(const Place&) const = default;
    };

    // On io's thread.
    struct Handlers {
        std::function<void()> news;  // latest() says something else of the swarm than before
        std::function<void()>
            heard;  // age() is another one than before and the time since; after news
    };

    // Looks at once, without calling a handler, and then at each change while io runs. Fails when
    // there is no public key. A snapshot that is not there yet is waited for.
    static Result<std::unique_ptr<Follower>> make(boost::asio::io_context& io, Place place,
                                                  Handlers handlers);

    // Whether one that is made for place now would be the same.
    [[nodiscard]] bool follows(const Place& place) const;

    // Null until there is one.
    [[nodiscard]] const Snapshot* latest() const { return latest_ ? &*latest_ : nullptr; }

    [[nodiscard]] std::uint64_t refused() const { return refused_; }

    // Since the swarm has said what we have, or kAgeUnknown; none while we have nothing.
    [[nodiscard]] std::optional<Duration> age() const;

  private:
    Follower(boost::asio::io_context& io, Place place, VerifyKeys keys);

    void look();
    void watch();
    void await_change();
    void await_time();
    void take(Accepted accepted);
    void keep_serial(const std::string& key, std::uint64_t serial);
    void refuse(const std::string& why);
    void note_age();

    Place place_;
    VerifyKeys keys_;
    AcceptedSerial accepted_;
    Handlers handlers_;
    boost::asio::posix::stream_descriptor changes_;  // inotify's; closed when it cannot be watched
    boost::asio::steady_timer timer_;
    std::array<char, 4096> events_{};
    FileState looked_at_;  // the file as it was
    std::optional<Snapshot> latest_;
    std::uint64_t refused_ = 0;
    std::string told_;         // the last refusal: the same one is not told again
    std::string serial_told_;  // likewise, why the serial is not kept
    bool stale_ = false;
};

}  // namespace portcullis::swarm
