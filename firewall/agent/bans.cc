#include "firewall/agent/bans.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <iterator>

namespace portcullis::firewall {
namespace {

std::optional<Ban> read_ban(std::string_view line) {
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos) {
        return {};
    }
    const auto prefix = Cidr::parse(line.substr(0, space));
    long long seconds = 0;
    const auto [end, error] =
        std::from_chars(line.data() + space + 1, line.data() + line.size(), seconds);
    // Later than any ban may last is a damaged line, and would overflow when computed with.
    if (!prefix || error != std::errc{} || end != line.data() + line.size() || seconds < 0 ||
        seconds > 1LL << 40U) {
        return {};
    }
    return Ban{*prefix, Expiry{std::chrono::seconds{seconds}}};
}

}  // namespace

bool BanTable::ban(const Ban& ban) {
    const auto known = until_.find(ban.prefix);
    if (known != until_.end()) {
        const bool longer = known->second < ban.until;
        known->second = std::max(known->second, ban.until);
        return longer;
    }
    return !full() && until_.emplace(ban.prefix, ban.until).second;
}

bool BanTable::unban(const Cidr& prefix) {
    return until_.erase(prefix) == 1;
}

std::vector<Cidr> BanTable::take_expired(Expiry now) {
    std::vector<Cidr> expired;
    for (auto ban = until_.begin(); ban != until_.end();) {
        if (ban->second <= now) {
            expired.push_back(ban->first);
            ban = until_.erase(ban);
        } else {
            ++ban;
        }
    }
    return expired;
}

std::optional<Ban> BanTable::covering(const IpAddress& address) const {
    for (int bits = address.is_v4() ? 32 : 128; bits >= 0; --bits) {
        const auto known = until_.find(Cidr{truncate(address, bits, bits), bits});
        if (known != until_.end() && known->first.contains(address)) {
            return Ban{known->first, known->second};
        }
    }
    return {};
}

std::vector<Ban> BanTable::all() const {
    std::vector<Ban> bans;
    bans.reserve(until_.size());
    std::transform(until_.begin(), until_.end(), std::back_inserter(bans), [](const auto& entry) {
        return Ban{entry.first, entry.second};
    });
    return bans;
}

std::string bans_text(const BanTable& bans) {
    std::string text;
    for (const Ban& ban : bans.all()) {
        fmt::format_to(std::back_inserter(text), "{} {}\n", ban.prefix.text(),
                       ban.until.time_since_epoch().count());
    }
    return text;
}

ReadBans read_bans(std::string_view text, std::size_t bans_max, Expiry now) {
    ReadBans read{BanTable{bans_max}, 0};
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const auto ban = read_ban(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (!ban) {
            ++read.unread;
        } else if (ban->until > now && !read.bans.ban(*ban)) {
            ++read.unread;
        }
    }
    return read;
}

Result<Cidr> parse_bannable(std::string_view text) {
    const auto prefix = Cidr::parse(text);
    if (!prefix) {
        return prefix.error();
    }
    const int least = prefix->network.is_v4() ? kBanBits4Min : kBanBits6Min;
    if (prefix->bits < least) {
        return failure(
            fmt::format("{} is too wide for a ban; the widest is a /{}", prefix->text(), least));
    }
    return *prefix;
}

}  // namespace portcullis::firewall
