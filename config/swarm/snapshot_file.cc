#include "config/swarm/snapshot_file.h"

#include "base/file.h"
#include "config/swarm/seal.h"

#include <algorithm>

namespace portcullis::swarm {
namespace {

constexpr auto kMode = std::filesystem::perms{0640};  // the proxy's group reads it

Result<Snapshot> read_sealed(const std::filesystem::path& file, const VerifyKeys& keys) {
    const auto sealed = read_file(file, kSnapshotBytesMax + kSealBytes);
    if (!sealed) {
        return sealed.error();
    }
    const auto opened = swarm::open(*sealed, keys);
    return opened ? read(opened->document) : opened.error();
}

}  // namespace

Result<SnapshotFile> SnapshotFile::open(const DiscoveryConfig& config) {
    auto key = SigningKey::read(config.signing_key);
    if (!key) {
        return failure("discovery.signing_key: " + key.error().text);
    }
    SnapshotFile file{config.snapshot, std::move(*key)};
    std::error_code ignored;
    if (!std::filesystem::exists(config.snapshot, ignored)) {
        return file;
    }
    if (auto earlier = read_sealed(config.snapshot, file.key_.verify_keys())) {
        file.serial_ = earlier->serial;
        file.earlier_ = std::move(*earlier);
    } else {
        file.refusal_ = config.snapshot.string() + ": " + earlier.error().text;
    }
    return file;
}

Result<void> SnapshotFile::write(Snapshot snapshot, std::uint64_t now, Durable durable) {
    snapshot.serial = std::max(serial_ + 1, now);
    const std::string document = swarm::write(snapshot);
    if (document.size() > kSnapshotBytesMax) {
        return failure("the swarm's services need more than the 16 MiB that a snapshot may have");
    }
    if (const auto written = replace_file(file_, seal(document, key_), kMode, durable); !written) {
        return written.error();
    }
    serial_ = snapshot.serial;
    return {};
}

}  // namespace portcullis::swarm
