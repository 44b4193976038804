#include "firewall/agent/ban_check.h"

#include "firewall/agent/difference.h"

#include <utility>

namespace portcullis::firewall {
namespace {

Expiry now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

Program of_one(Set set) {
    return {{{Family::inet, std::string{kTable}, {}, {std::move(set)}, {}}}};
}

// How the kernel's differs, in a sentence; empty when it does not.
Answer<std::string> look(Socket& reader, const Set& wanted) {
    Answer<InstalledElements> installed = read_elements(reader, wanted);
    if (!installed) {
        return installed.error();
    }
    if (installed->foreign) {
        return "set " + wanted.name + " holds what we did not write";
    }
    Set have = wanted;
    have.elements = std::move(installed->elements);
    return difference(of_one(wanted), of_one(std::move(have)), now());
}

Answer<std::string> look_twice(Socket& reader, const Set& wanted) {
    Answer<std::string> differs = look(reader, wanted);
    return differs && !differs->empty() ? look(reader, wanted) : differs;
}

}  // namespace

BanVerdict check_bans(Socket& reader, const std::vector<Set>& wanted) {
    BanVerdict verdict;
    for (const Set& set : wanted) {
        Answer<std::string> differs = look_twice(reader, set);
        if (!differs) {
            verdict.state = BanState::unknown;
            verdict.sentence = differs.error().text;
            return verdict;
        }
        if (!differs->empty()) {
            verdict.state = BanState::different;
            verdict.sets.push_back(set.name);
            if (verdict.sentence.empty()) {
                verdict.sentence = std::move(*differs);
            }
        }
    }
    return verdict;
}

BanCheck::~BanCheck() {
    if (thread_.joinable()) {
        thread_.join();
    }
}

void BanCheck::start(std::vector<Set> wanted, std::uint64_t version,
                     std::function<void(BanVerdict)> tell) {
    thread_ = std::thread{[wanted = std::move(wanted), version, tell = std::move(tell)] {
        BanVerdict verdict;
        if (auto reader = Socket::open()) {
            verdict = check_bans(*reader, wanted);
        } else {
            verdict.state = BanState::unknown;
            verdict.sentence = reader.error().text;
        }
        verdict.version = version;
        tell(std::move(verdict));
    }};
}

}  // namespace portcullis::firewall
