#include "firewall/program/intervals.h"

#include <algorithm>
#include <map>

namespace portcullis::firewall {
namespace {

bool is_of(const Cidr& prefix, IpFamily family) {
    return prefix.network.is_v4() == (family == IpFamily::v4);
}

bool is_address(const Cidr& prefix) {
    return prefix.bits == (prefix.network.is_v4() ? 32 : 128);
}

// The next value; false when there is none.
bool increment(Bytes& bytes) {
    for (std::size_t i = bytes.size(); i-- > 0;) {
        if (++bytes[i] != 0) {
            return true;
        }
    }
    return false;
}

// Never called with zero.
Bytes before(Bytes bytes) {
    for (std::size_t i = bytes.size(); i-- > 0;) {
        if (bytes[i]-- != 0) {
            break;
        }
    }
    return bytes;
}

bool touches(const Bytes& last, const Bytes& first) {
    Bytes next = last;
    return first <= last || (increment(next) && first == next);
}

// Adds an element behind the others, as part of the last one where that says the same.
void append(std::vector<Element>& all, const Element& element) {
    if (!all.empty() && all.back().expires == element.expires &&
        touches(all.back().last, element.first)) {
        all.back().last = std::max(all.back().last, element.last);
    } else {
        all.push_back(element);
    }
}

// Prefixes nest or are apart, never anything between. So the open ones are a stack, and below the
// top of it each contains the next.
class Nesting {
  public:
    void add(const Interval& prefix, Expiry until) {
        close_before(prefix.first);
        if (!open_.empty()) {
            until = std::max(until, open_.back().until);
            if (from_ < prefix.first) {
                append(done_, {from_, before(prefix.first), open_.back().until});
            }
        }
        from_ = prefix.first;
        open_.push_back({prefix.last, until});
    }

    std::vector<Element> finish() {
        while (!open_.empty()) {
            close();
        }
        return std::move(done_);
    }

  private:
    struct Open {
        Bytes last;
        Expiry until;
    };

    void close_before(const Bytes& first) {
        while (!open_.empty() && open_.back().last < first) {
            close();
        }
    }

    // The rest of the innermost prefix, from where the last one ended.
    void close() {
        const Open top = open_.back();
        open_.pop_back();
        if (!exhausted_ && from_ <= top.last) {
            append(done_, {from_, top.last, top.until});
            from_ = top.last;
            exhausted_ = !increment(from_);
        }
    }

    std::vector<Element> done_;
    std::vector<Open> open_;
    Bytes from_;              // the first address of the innermost prefix that is not done yet
    bool exhausted_ = false;  // the last address of all is done
};

}  // namespace

std::vector<Interval> merged(const std::vector<Cidr>& prefixes, IpFamily family) {
    std::vector<Interval> sorted;
    for (const Cidr& prefix : prefixes) {
        if (is_of(prefix, family)) {
            sorted.push_back(interval(prefix));
        }
    }
    std::sort(sorted.begin(), sorted.end());
    std::vector<Interval> result;
    for (const Interval& next : sorted) {
        if (!result.empty() && touches(result.back().last, next.first)) {
            result.back().last = std::max(result.back().last, next.last);
        } else {
            result.push_back(next);
        }
    }
    return result;
}

std::vector<Interval> without(const std::vector<Interval>& from,
                              const std::vector<Interval>& gone) {
    std::vector<Interval> result;
    for (Interval rest : from) {
        bool some = true;
        for (const Interval& hole : gone) {
            if (hole.last < rest.first || rest.last < hole.first) {
                continue;
            }
            if (rest.first < hole.first) {
                result.push_back({rest.first, before(hole.first)});
            }
            if (rest.last <= hole.last) {
                some = false;
                break;
            }
            rest.first = hole.last;
            increment(rest.first);
        }
        if (some) {
            result.push_back(rest);
        }
    }
    return result;
}

std::vector<Element> banned_addresses(const std::vector<Ban>& bans, IpFamily family) {
    std::map<Bytes, Expiry> until;
    for (const Ban& ban : bans) {
        if (is_of(ban.prefix, family) && is_address(ban.prefix)) {
            Expiry& known = until[address_bytes(ban.prefix.network)];
            known = std::max(known, ban.until);
        }
    }
    std::vector<Element> result;
    result.reserve(until.size());
    for (const auto& [address, expiry] : until) {
        result.push_back({address, address, expiry});
    }
    return result;
}

std::vector<Element> banned_prefixes(const std::vector<Ban>& bans, IpFamily family) {
    std::vector<std::pair<Interval, Expiry>> sorted;
    for (const Ban& ban : bans) {
        if (is_of(ban.prefix, family) && !is_address(ban.prefix)) {
            sorted.emplace_back(interval(ban.prefix), ban.until);
        }
    }
    // The wider ones first.
    std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
        return a.first.first != b.first.first ? a.first.first < b.first.first
                                              : b.first.last < a.first.last;
    });
    Nesting nesting;
    for (const auto& [prefix, until] : sorted) {
        nesting.add(prefix, until);
    }
    return nesting.finish();
}

std::vector<Element> elements(const std::vector<Interval>& intervals) {
    std::vector<Element> result;
    result.reserve(intervals.size());
    for (const Interval& one : intervals) {
        result.push_back({one.first, one.last, {}});
    }
    return result;
}

}  // namespace portcullis::firewall
