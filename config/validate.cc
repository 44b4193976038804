#include "config/validate.h"

#include "config/types/quote.h"

#include <set>

namespace portcullis {
namespace {

void validate_listen(const Config& config, Findings& findings) {
    if (config.listen.empty()) {
        findings.error("listen", "no address to listen on",
                       "write [ '::' ] for every address of both families");
    }
    bool everything = false;
    for (std::size_t i = 0; i < config.listen.size(); ++i) {
        everything |= config.listen[i] == IpAddress{} && findings.placed(indexed("listen", i));
    }
    std::set<IpAddress> seen;
    for (std::size_t i = 0; i < config.listen.size(); ++i) {
        if (!findings.placed(indexed("listen", i))) {
            continue;
        }
        const IpAddress& address = config.listen[i];
        if (!seen.insert(address).second) {
            findings.error(indexed("listen", i), in_quotes(address.text()) + " is there twice",
                           "keep one of them");
        } else if (everything && address != IpAddress{}) {
            findings.error(indexed("listen", i),
                           "'::' listens on " + in_quotes(address.text()) + " already",
                           "keep '::' alone, or name the addresses");
        }
    }
}

void validate_trust(const Config& config, Findings& findings) {
    validate_no_twins(config.trusted_proxies, "trusted_proxies", findings);
    validate_no_twins(config.proxy_protocol.from, "proxy_protocol.from", findings);
    for (const auto& [list, path] :
         {std::pair{&config.trusted_proxies, "trusted_proxies"},
          std::pair{&config.proxy_protocol.from, "proxy_protocol.from"}}) {
        for (std::size_t i = 0; i < list->size(); ++i) {
            if ((*list)[i].bits == 0) {
                findings.warning(
                    indexed(path, i),
                    in_quotes((*list)[i].text()) + " lets every client forge its address",
                    "name the proxies in front of this one, or nothing");
            }
        }
    }
}

void validate_limits(const Config& config, Findings& findings) {
    if (config.limits.request_line.bytes + config.limits.header_bytes.bytes > kHeadBytesMax) {
        const ByteSize rest{kHeadBytesMax - config.limits.request_line.bytes};
        findings.error("limits.header_bytes",
                       "a head is held in one buffer of 64KiB, and limits.request_line may fill " +
                           config.limits.request_line.text() + " of it",
                       rest.bytes >= 1024 ? "write " + in_quotes(rest.text()) + " or less"
                                          : "write a smaller limits.request_line");
    }
    if (config.limits.connections_per_client > config.limits.connections_per_worker) {
        findings.warning("limits.connections_per_client",
                         "never reached, because limits.connections_per_worker is " +
                             std::to_string(config.limits.connections_per_worker),
                         "write less than that, so that one client cannot take every connection");
    }
}

}  // namespace

std::vector<Diagnostic> validate(const Config& config, const Positions& positions,
                                 std::chrono::system_clock::time_point now) {
    Findings findings{config, positions};
    validate_listen(config, findings);
    validate_certificates(config, now, findings);
    validate_revocations(config, now, findings);
    validate_services(config, findings);
    validate_routes(config, findings);
    validate_error_pages(config.error_pages, "error_pages", findings);
    validate_coverage(config, findings);
    validate_trust(config, findings);
    validate_limits(config, findings);
    validate_discovery(config, SnapshotUse::follows, findings);
    validate_overlay(config, findings);
    validate_firewall(config, findings);
    return findings.take();
}

void Findings::error(std::string path, std::string wrong, std::string right) {
    add(Severity::error, std::move(path), std::move(wrong), std::move(right));
}

void Findings::warning(std::string path, std::string wrong, std::string right) {
    add(Severity::warning, std::move(path), std::move(wrong), std::move(right));
}

void Findings::judge(const Result<void>& checked, std::string path) {
    if (!checked) {
        auto [wrong, right] = wrong_and_right(checked.error().text);
        error(std::move(path), std::move(wrong), std::move(right));
    }
}

void Findings::add(Severity severity, std::string path, std::string wrong, std::string right) {
    Mark mark;
    for (std::string_view around = path; !around.empty();) {
        if (const auto found = positions_.find(around); found != positions_.end()) {
            mark = found->second;
            break;
        }
        const std::size_t cut = around.find_last_of(".[");
        around = cut == std::string_view::npos ? std::string_view{} : around.substr(0, cut);
    }
    diagnostics_.push_back({file_, mark.line, mark.column, std::move(path), std::move(wrong),
                            std::move(right), severity});
}

void validate_no_twins(const std::vector<Cidr>& prefixes, const std::string& path,
                       Findings& findings) {
    std::set<Cidr> seen;
    for (std::size_t i = 0; i < prefixes.size(); ++i) {
        if (findings.placed(indexed(path, i)) && !seen.insert(prefixes[i]).second) {
            findings.error(indexed(path, i), in_quotes(prefixes[i].text()) + " is there twice",
                           "keep one of them");
        }
    }
}

std::string indexed(std::string_view list, std::size_t index, std::string_view key) {
    std::string path{list};
    path += "[" + std::to_string(index) + "]";
    return key.empty() ? path : path + "." + std::string{key};
}

}  // namespace portcullis
