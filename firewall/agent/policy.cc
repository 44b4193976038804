#include "firewall/agent/policy.h"

#include "base/file.h"
#include "config/read.h"
#include "firewall/program/compile.h"
#include "firewall/program/prove.h"

#include <algorithm>
#include <utility>

namespace portcullis::firewall {
namespace {

PolicyAttempt attempt_of(Loaded loaded, const std::filesystem::path& file) {
    PolicyAttempt attempt;
    attempt.complaints = render(loaded.diagnostics, loaded.text);
    if (loaded.config) {
        attempt.draft = loaded.config->firewall;
        attempt.policy = WallPolicy{std::move(loaded.config), std::move(loaded.text)};
    } else {
        attempt.draft = read_config(loaded.text, file).config.firewall;
    }
    return attempt;
}

// The proof walks every element of every list, which takes minutes for 100,000 bans. They can only
// drop, so it walks the first few of them with all the rules, and that none drops whom the policy
// names is asked of each directly.
constexpr std::size_t kWalked = 16;

bool overlap(const Cidr& a, const Cidr& b) {
    return a.contains(b.network) || b.contains(a.network);
}

// Empty: this prefix may be dropped.
std::string why_cut(const FirewallConfig& policy, const Facts& facts, const Cidr& prefix) {
    for (const auto* named : {&policy.cluster.peers, &facts.peers, &policy.management.from}) {
        for (const Cidr& needed : *named) {
            if (overlap(needed, prefix)) {
                return prefix.text() + " is to be dropped and would cut " + needed.text() +
                       ", which the configuration lets in";
            }
        }
    }
    return {};
}

}  // namespace

PolicyAttempt load_policy(const std::filesystem::path& file) {
    return attempt_of(load_firewall(file), file);
}

PolicyAttempt policy_of(std::string text, const std::filesystem::path& file) {
    return attempt_of(load_firewall_text(std::move(text), file), file);
}

Result<Program> proven_program(const FirewallConfig& policy, const Facts& facts) {
    for (const Ban& ban : facts.bans) {
        if (auto cut = why_cut(policy, facts, ban.prefix); !cut.empty()) {
            return failure(std::move(cut));
        }
    }
    for (const Cidr& prefix : facts.feed) {
        if (auto cut = why_cut(policy, facts, prefix); !cut.empty()) {
            return failure(std::move(cut));
        }
    }
    Facts few = facts;
    few.bans.resize(std::min(few.bans.size(), kWalked));
    few.feed.resize(std::min(few.feed.size(), kWalked));
    const std::vector<Objection> objections = prove(compile(policy, few), policy, few);
    if (objections.empty()) {
        return compile(policy, facts);
    }
    std::string why;
    for (const Objection& objection : objections) {
        why += (why.empty() ? "" : "; ") + text(objection);
    }
    return failure(why);
}

}  // namespace portcullis::firewall
