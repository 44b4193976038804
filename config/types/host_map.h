// Values by host: the most specific host that has one decides, an exact host before the wildcard
// with the longest suffix. Whoever decides by host decides by this one rule, so that two decisions
// about one host never disagree on whose it is.
#pragma once

#include "base/string_map.h"
#include "config/types/hostname.h"

#include <string_view>

namespace portcullis {

template <class Value>
class HostMap {
  public:
    Value& operator[](const HostPattern& host) {
        return (host.wildcard() ? wildcard_ : exact_)[host.name()];
    }

    // canonical: as canonical_hostname() gives it. Null when there is none. Allocates nothing.
    [[nodiscard]] const Value* find(std::string_view canonical) const {
        if (const auto found = exact_.find(canonical); found != exact_.end()) {
            return &found->second;
        }
        // From the longest suffix to the shortest. A host has at most 253 bytes, so this ends soon.
        for (std::size_t dot = canonical.find('.'); dot != std::string_view::npos;
             dot = canonical.find('.', dot + 1)) {
            if (const auto found = wildcard_.find(canonical.substr(dot + 1));
                dot > 0 && found != wildcard_.end()) {
                return &found->second;
            }
        }
        return nullptr;
    }

    // visit(value) for each.
    void for_each(auto visit) {
        for (StringMap<Value>* map : {&exact_, &wildcard_}) {
            for (auto& [name, value] : *map) {
                visit(value);
            }
        }
    }

  private:
    StringMap<Value> exact_;
    StringMap<Value> wildcard_;  // by what follows "*."
};

}  // namespace portcullis
