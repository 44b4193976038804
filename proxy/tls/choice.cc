#include "proxy/tls/choice.h"

#include <algorithm>
#include <map>

namespace portcullis::tls {
namespace {

// The first of each type wins; the operator is warned of a second one for the same name.
void join(Choice& choice, const Certificate& certificate) {
    if (certificate.key_type == KeyType::ecdsa && choice.ecdsa == nullptr) {
        choice.ecdsa = &certificate;
    } else if (certificate.key_type == KeyType::rsa && choice.rsa == nullptr) {
        choice.rsa = &certificate;
    }
}

}  // namespace

Choices::Choices(const TlsConfig& tls) {
    std::map<HostPattern, Choice> by_name;
    for (const CertificateFile& file : tls.certificates) {
        if (!file.loaded) {
            continue;
        }
        certificates_.push_back(file.loaded);
        for (const HostPattern& name : file.loaded->names) {
            join(by_name[name], *file.loaded);
        }
    }
    for (const auto& [name, pair] : by_name) {
        (name.wildcard() ? wildcard_ : exact_).emplace(name.name(), add(pair));
    }
    if (tls.unknown_sni == UnknownSni::default_certificate && !certificates_.empty()) {
        // The first certificate, together with what shares its first name: both key types, then.
        const Certificate& first = *certificates_.front();
        Choice pair;
        join(pair, first);
        default_ = add(first.names.empty() ? pair : by_name[first.names.front()]);
        choices_[*default_].is_default = true;
    }
}

const Choice* Choices::find(std::string_view canonical_sni) const {
    if (const auto found = exact_.find(canonical_sni); found != exact_.end()) {
        return &choices_[found->second];
    }
    const std::size_t dot = canonical_sni.find('.');
    if (dot != std::string_view::npos && dot > 0) {
        if (const auto found = wildcard_.find(canonical_sni.substr(dot + 1));
            found != wildcard_.end()) {
            return &choices_[found->second];
        }
    }
    return default_ ? &choices_[*default_] : nullptr;
}

std::size_t Choices::add(const Choice& pair) {
    const auto same = [&](const Choice& known) {
        return known.ecdsa == pair.ecdsa && known.rsa == pair.rsa;
    };
    const auto known = std::find_if(choices_.begin(), choices_.end(), same);
    if (known == choices_.end()) {
        choices_.push_back(pair);
        return choices_.size() - 1;
    }
    return static_cast<std::size_t>(known - choices_.begin());
}

}  // namespace portcullis::tls
