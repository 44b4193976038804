#include "config/swarm/snapshot_file.h"

#include "base/file.h"
#include "config/swarm/seal.h"

#include <algorithm>

namespace portcullis::swarm {
namespace {

constexpr std::size_t kSealBytesMax = 1024;
constexpr auto kMode = std::filesystem::perms{0640};  // the proxy's group reads it

Result<Snapshot> read_sealed(const std::filesystem::path& file, std::string_view key) {
    const auto sealed = read_file(file, kSnapshotBytesMax + kSealBytesMax);
    if (!sealed) {
        return sealed.error();
    }
    const auto document = swarm::open(*sealed, key);
    return document ? read(*document) : document.error();
}

}  // namespace

Result<SnapshotFile> SnapshotFile::open(const DiscoveryConfig& config) {
    auto key = read_key(config.key_file);
    if (!key) {
        return failure("discovery.key_file: " + key.error().text);
    }
    SnapshotFile file;
    file.file_ = config.snapshot;
    file.key_ = std::move(*key);
    std::error_code ignored;
    if (!std::filesystem::exists(config.snapshot, ignored)) {
        return file;
    }
    if (auto earlier = read_sealed(config.snapshot, file.key_)) {
        file.serial_ = earlier->serial;
        file.earlier_ = std::move(*earlier);
    } else {
        file.refusal_ = config.snapshot.string() + ": " + earlier.error().text;
    }
    return file;
}

Result<void> SnapshotFile::write(Snapshot snapshot, std::uint64_t now) {
    snapshot.serial = std::max(serial_ + 1, now);
    const std::string document = swarm::write(snapshot);
    if (document.size() > kSnapshotBytesMax) {
        return failure("the swarm's services need more than the 16 MiB that a snapshot may have");
    }
    if (const auto written = replace_file(file_, seal(document, key_), kMode); !written) {
        return written.error();
    }
    serial_ = snapshot.serial;
    return {};
}

}  // namespace portcullis::swarm
