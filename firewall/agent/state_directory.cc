#include "firewall/agent/state_directory.h"

#include "base/file.h"
#include "firewall/agent/audit_chain.h"

#include <sys/stat.h>

#include <cerrno>
#include <sstream>

namespace portcullis::firewall {
namespace {

constexpr std::size_t kBansBytesMax = 64U << 20U;  // of bans_max at its greatest

Result<std::optional<std::string>> read_if_there(const std::filesystem::path& path,
                                                 std::size_t bytes_max) {
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) {
        return std::optional<std::string>{};
    }
    auto text = read_file(path, bytes_max);
    if (!text) {
        return text.error();
    }
    return std::optional{std::move(*text)};
}

}  // namespace

Result<StateDirectory> StateDirectory::open(const std::filesystem::path& path) {
    std::error_code error;
    if (path.has_parent_path()) {
        std::filesystem::create_directories(path.parent_path(), error);
    }
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
        return errno_error("cannot make the folder " + path.string());
    }
    if (!std::filesystem::is_directory(path, error)) {
        return failure(path.string() + " is not a folder");
    }
    return StateDirectory{path};
}

Result<std::optional<std::string>> StateDirectory::confirmed() const {
    return read_if_there(path_ / "confirmed.yaml", 16U << 20U);
}

Result<void> StateDirectory::set_confirmed(std::string_view configuration) const {
    if (const auto stored = replace_file(path_ / "confirmed.yaml", configuration); !stored) {
        return stored.error();
    }
    std::error_code error;
    std::filesystem::remove(path_ / "unconfirmed", error);
    return error ? Result<void>{failure("cannot remove " + (path_ / "unconfirmed").string() + ": " +
                                        error.message())}
                 : Result<void>{};
}

Result<void> StateDirectory::mark_unconfirmed(std::string_view configuration) const {
    return replace_file(path_ / "unconfirmed", digest(configuration));
}

bool StateDirectory::is_unconfirmed(std::string_view configuration) const {
    const auto marked = read_if_there(path_ / "unconfirmed", 1024);
    return marked && *marked && **marked == digest(configuration);
}

Result<ReadBans> StateDirectory::bans(std::size_t bans_max, Expiry now) const {
    const auto text = read_if_there(path_ / "bans", kBansBytesMax);
    if (!text) {
        return text.error();
    }
    return read_bans(text->value_or(""), bans_max, now);
}

Result<void> StateDirectory::set_bans(const BanTable& bans) const {
    return replace_file(path_ / "bans", bans_text(bans));
}

std::optional<Seeds> StateDirectory::seeds() const {
    const auto text = read_if_there(path_ / "seeds", 64);
    if (!text || !*text) {
        return {};
    }
    std::istringstream numbers{**text};
    Seeds seeds{};
    numbers >> seeds[0] >> seeds[1];
    return numbers ? std::optional{seeds} : std::nullopt;
}

Result<void> StateDirectory::set_seeds(const Seeds& seeds) const {
    return replace_file(path_ / "seeds", std::to_string(seeds[0]) + " " + std::to_string(seeds[1]));
}

}  // namespace portcullis::firewall
