#include "firewall/agent/audit_chain.h"

#include "base/check.h"

#include <boost/json/serialize.hpp>

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/chrono.h>
#include <fmt/format.h>

namespace portcullis::firewall {
namespace {

constexpr std::size_t kHexDigits = 64;
constexpr std::string_view kHashKey = R"(,"hash":")";
constexpr std::string_view kPrevKey = R"(,"prev":")";
constexpr std::string_view kWhatKey = R"(,"what":")";
// ,"hash":"<64>"}
constexpr std::size_t kTail = kHashKey.size() + kHexDigits + 2;

// One printable line whatever a process calls itself.
std::string quoted(std::string_view text) {
    std::string plain{text.substr(0, kAuditTextMax)};
    if (text.size() > kAuditTextMax) {
        plain += "...";
    }
    std::replace_if(
        plain.begin(), plain.end(), [](char c) { return c < 0x20 || c > 0x7e; }, '?');
    return boost::json::serialize(boost::json::string_view{plain});
}

std::string utc(std::chrono::system_clock::time_point time) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                       fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)),
                       std::chrono::floor<std::chrono::milliseconds>(time - seconds).count());
}

}  // namespace

std::string_view name(AuditEvent event) {
    constexpr std::array<std::string_view, 17> names{
        "started",    "stopped",  "policy",   "trial", "confirmed", "rolled_back",
        "refused",    "drift",    "repaired", "ban",   "unban",     "sysctl",
        "interfaces", "listener", "alarm",    "torn",  "continued"};
    static_assert(names.size() == static_cast<std::size_t>(AuditEvent::continued) + 1);
    return names[static_cast<std::size_t>(event)];
}

std::string chain_line(AuditHead& head, std::chrono::system_clock::time_point time,
                       const AuditEntry& entry) {
    std::string line =
        fmt::format(R"({{"n":{},"time":"{}","who":{},"what":"{}","detail":{})", head.number + 1,
                    utc(time), quoted(entry.who), name(entry.what), quoted(entry.detail));
    line.append(kPrevKey).append(head.hash).append("\"");
    head = {head.number + 1, digest(line)};
    line.append(kHashKey).append(head.hash).append("\"}\n");
    CHECK(line.size() <= kAuditLineMax && "an audit line outgrew its limit");
    return line;
}

std::optional<AuditLink> read_link(std::string_view line) {
    constexpr std::string_view start = R"({"n":)";
    const std::size_t prev_size = kPrevKey.size() + kHexDigits + 1;
    if (!line.starts_with(start) || line.size() < start.size() + prev_size + kTail) {
        return {};
    }
    const std::string_view hashed = line.substr(0, line.size() - kTail);
    const std::string_view prev = hashed.substr(hashed.size() - prev_size);
    const std::string_view tail = line.substr(line.size() - kTail);
    AuditLink link;
    const auto [end, error] =
        std::from_chars(line.data() + start.size(), line.data() + line.size(), link.number);
    const std::size_t what = line.find(kWhatKey);
    if (error != std::errc{} || *end != ',' || what == std::string_view::npos ||
        !prev.starts_with(kPrevKey) || !tail.starts_with(kHashKey) || !tail.ends_with("\"}")) {
        return {};
    }
    link.prev = prev.substr(kPrevKey.size(), kHexDigits);
    link.hash = tail.substr(kHashKey.size(), kHexDigits);
    link.what = line.substr(what + kWhatKey.size());
    link.what = link.what.substr(0, link.what.find('"'));
    if (digest(hashed) != link.hash) {
        return {};
    }
    return link;
}

std::string digest(std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned size = 0;
    CHECK(EVP_Digest(text.data(), text.size(), bytes.data(), &size, EVP_sha256(), nullptr) == 1 &&
          size == kHexDigits / 2 && "SHA-256 is there");
    std::string hex;
    for (unsigned i = 0; i < size; ++i) {
        fmt::format_to(std::back_inserter(hex), "{:02x}", bytes[i]);
    }
    return hex;
}

std::string torn_detail(std::string_view text) {
    return fmt::format("a crash cut the line before; sha256 of its {} bytes: {}", text.size(),
                       digest(text));
}

}  // namespace portcullis::firewall
