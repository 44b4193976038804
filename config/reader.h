// Walks a configuration's tree along visit_options(). Part of read_config(); nothing else uses it.
#pragma once

#include "config/advice.h"
#include "config/options.h"
#include "config/read.h"
#include "config/scalar.h"
#include "config/types/quote.h"

#include <algorithm>
#include <optional>
#include <set>

namespace portcullis {

using Kind = YamlNode::Kind;

constexpr std::size_t kTextBytesMax = 4096;

inline std::string_view kind_name(Kind kind) {
    constexpr std::array<std::string_view, 4> kNames{"nothing", "a single value", "a list",
                                                     "a mapping"};
    return kNames.at(static_cast<std::size_t>(kind));
}

class Reader {
  public:
    Reader(Draft& draft, const std::filesystem::path& file)
        : draft_{draft}, file_{file.string()}, folder_{file.parent_path()} {}

    void mistake(Mark mark, std::string path, std::string wrong, std::string right) {
        ++mistakes_;
        if (draft_.diagnostics.size() < kDiagnosticsMax) {
            draft_.diagnostics.push_back({file_, mark.line, mark.column, std::move(path),
                                          std::move(wrong), std::move(right), Severity::error});
        }
    }

    void mistake(const YamlNode& node, const std::string& path, const Error& error) {
        auto [wrong, right] = wrong_and_right(error.text);
        mistake(node.mark, path, std::move(wrong), std::move(right));
    }

    // Anything with options of its own.
    template <class Section>
    requires std::is_class_v<Section>
    void read(const YamlNode& node, const std::string& path, Section& section);

    // Mappings whose keys are the operator's own.
    void read(const YamlNode& node, const std::string& path, std::vector<ServiceConfig>& services);
    void read(const YamlNode& node, const std::string& path, std::vector<HeaderField>& fields);
    void read(const YamlNode& node, const std::string& path, std::vector<ErrorPage>& pages);

    // A section that is there, or "off". One without a word would be a trap: "basic_auth:" with its
    // lines commented out protects nothing.
    template <class Section>
    requires std::is_class_v<Section>

    void read(const YamlNode& node, const std::string& path, std::optional<Section>& section) {
        if (node.kind == Kind::scalar && node.text == "off") {
            section.reset();
        } else if (node.kind == Kind::null) {
            mistake(node.mark, path, "nothing where a mapping belongs",
                    "write 'off', or its options");
        } else {
            read(node, path, section.emplace());
        }
    }

    template <class Item>
    void read(const YamlNode& node, const std::string& path, std::vector<Item>& items) {
        if (!is(node, path, Kind::sequence, "write '- ' before each entry, or [ a, b ]")) {
            return;
        }
        items.clear();
        for (std::size_t i = 0; i < node.items.size() && affordable(); ++i) {
            const std::string item_path = path + "[" + std::to_string(i) + "]";
            note(item_path, node.items[i]->mark);
            const std::size_t mistakes_before = mistakes_;
            // Also when it could not be read: the places of the others must not shift.
            read(*node.items[i], item_path, items.emplace_back());
            if (mistakes_ != mistakes_before && node.items[i]->kind == Kind::scalar) {
                draft_.positions.erase(item_path);
            }
        }
    }

    template <class Item>
    void read(const YamlNode& node, const std::string& path, std::vector<Item>& items,
              const OneOrMore&) {
        if (node.kind == Kind::scalar) {
            items.clear();
            read(node, path, items.emplace_back());
        } else {
            read(node, path, items);
        }
    }

    void read(const YamlNode& node, const std::string& path, IpAddress& address) {
        take(node, path, address, parse_listen_address);
    }

    void read(const YamlNode& node, const std::string& path, SocketAddress& address) {
        take(node, path, address, SocketAddress::parse);
    }

    // Its address alone, or with what else is to be said of it.
    void read(const YamlNode& node, const std::string& path, EndpointConfig& endpoint) {
        if (node.kind == Kind::mapping) {
            read<EndpointConfig>(node, path, endpoint);
        } else {
            read(node, path, endpoint.address);
        }
    }

    void read(const YamlNode& node, const std::string& path, Cidr& cidr) {
        take(node, path, cidr, Cidr::parse);
    }

    void read(const YamlNode& node, const std::string& path, InterfaceName& name) {
        take(node, path, name, InterfaceName::parse);
    }

    void read(const YamlNode& node, const std::string& path, HostPattern& host) {
        take(node, path, host, HostPattern::parse);
    }

    void read(const YamlNode& node, const std::string& path, std::string& text) {
        take(node, path, text,
             [](std::string_view word) -> Result<std::string> { return std::string{word}; });
    }

    void read(const YamlNode& node, const std::string& path, std::string& text,
              const PathOr& choice) {
        std::string taken;
        read(node, path, taken);
        const bool known =
            std::find(choice.words.begin(), choice.words.end(), taken) != choice.words.end();
        if (!taken.empty()) {
            text = known ? taken : resolved(taken).string();
        }
    }

    void read(const YamlNode& node, const std::string& path, std::filesystem::path& target) {
        take(node, path, target, [&](std::string_view word) -> Result<std::filesystem::path> {
            return resolved(word);
        });
    }

    template <class Content>
    void read(const YamlNode& node, const std::string& path, FileOf<Content>& target) {
        read(node, path, target.file);
    }

    template <class Value, class... Constraints>
    void read(const YamlNode& node, const std::string& path, Value& value, const OrWord& choice,
              const Constraints&... constraints) {
        if (node.kind == Kind::scalar && node.text == choice.word) {
            value = Value{};
        } else if constexpr (requires { value.emplace(); }) {
            read(node, path, value.emplace(), constraints...);
        } else {
            read(node, path, value, constraints...);
        }
    }

    void read(const YamlNode& node, const std::string& path, ByteSize& size,
              const Range<ByteSize>& range) {
        take_in_range(node, path, size, range, ByteSize::parse);
    }

    void read(const YamlNode& node, const std::string& path, Duration& duration,
              const Range<Duration>& range) {
        take_in_range(node, path, duration, range, parse_duration);
    }

    void read(const YamlNode& node, const std::string& path, Duration& duration,
              const OffOr& choice) {
        if (node.kind == Kind::scalar && node.text == "off") {
            duration = kNoEnd;
            return;
        }
        take_in_range(node, path, duration, choice.range, parse_duration);
    }

    void read(const YamlNode& node, const std::string& path, std::size_t& count,
              const Range<std::size_t>& range) {
        take_in_range(node, path, count, range, parse_count);
    }

    void read(const YamlNode& node, const std::string& path, std::size_t& count,
              const AutoOr& choice) {
        if (node.kind == Kind::scalar && node.text == "auto") {
            count = 0;
            return;
        }
        take_in_range(node, path, count, choice.range, [](std::string_view word) {
            auto parsed = parse_count(word);
            return parsed ? parsed
                          : failure(in_quotes(word) + " is neither 'auto' nor a whole number");
        });
    }

    template <class Value, class... Constraints>
    void read(const YamlNode& node, const std::string& path, Value& value, const Required&,
              const Constraints&... constraints) {
        read(node, path, value, constraints...);
    }

    template <class Enum>
    requires std::is_enum_v<Enum>

    void read(const YamlNode& node, const std::string& path, Enum& value) {
        take(node, path, value, parse_choice<Enum>);
    }

    // YAML 1.1 has four words for the two.
    void read(const YamlNode& node, const std::string& path, Switch& value) {
        take(node, path, value, [](std::string_view word) {
            return parse_choice<Switch>(word == "true" ? "on" : word == "false" ? "off" : word);
        });
    }

    // Enough mistakes were found; those that cost time to explain may go without.
    [[nodiscard]] bool full() const { return draft_.diagnostics.size() >= kDiagnosticsMax; }

    void note(const std::string& path, Mark mark) { draft_.positions.try_emplace(path, mark); }

    // Aliases may repeat one list thousands of times; what is read in all stays bounded.
    bool affordable() { return ++values_ <= kYamlNodesMax; }

    [[nodiscard]] bool exhausted() const { return values_ > kYamlNodesMax; }

    bool is(const YamlNode& node, const std::string& path, Kind wanted, std::string right) {
        if (node.kind == wanted) {
            return true;
        }
        // "routes:" with every entry commented out says nothing, and is no mistake.
        if (node.kind != Kind::null || wanted == Kind::scalar) {
            mistake(node.mark, path,
                    std::string{kind_name(node.kind)} + " where " + std::string{kind_name(wanted)} +
                        " belongs",
                    std::move(right));
        }
        return false;
    }

  private:
    // each(entry, path) for the entries of a mapping whose keys are names of a noun.
    template <class Each>
    void read_named(const YamlNode& node, const std::string& path, const char* noun,
                    const char* right, Each each);

    template <class Value, class Parse>
    bool take(const YamlNode& node, const std::string& path, Value& value, Parse parse) {
        if (!is(node, path, Kind::scalar, "write one word or number")) {
            return false;
        }
        if (node.text.empty() || node.text.size() > kTextBytesMax) {
            mistake(node.mark, path,
                    node.text.empty() ? "an empty value" : "a value longer than 4096 bytes", {});
            return false;
        }
        auto parsed = parse(node.text);
        if (!parsed) {
            mistake(node, path, parsed.error());
            return false;
        }
        value = std::move(*parsed);
        return true;
    }

    template <class Value, class Parse>
    void take_in_range(const YamlNode& node, const std::string& path, Value& value,
                       const Range<Value>& range, Parse parse) {
        Value taken{};
        if (!take(node, path, taken, parse)) {
            return;
        }
        if (taken < range.least || range.most < taken) {
            mistake(
                node.mark, path,
                in_quotes(node.text) + (taken < range.least ? " is too little" : " is too much"),
                "write " + option_text(range.least) + " to " + option_text(range.most) + ": " +
                    std::string{range.reason});
            return;
        }
        value = taken;
    }

    [[nodiscard]] std::filesystem::path resolved(std::string_view text) const {
        return (folder_ / std::filesystem::path{text}).lexically_normal();
    }

    Draft& draft_;
    std::string file_;
    std::filesystem::path folder_;
    std::size_t values_ = 0;
    std::size_t mistakes_ = 0;
};

// One mapping while its keys are read: visit_options() names the keys, finish() reports the others.
class Keys {
  public:
    Keys(Reader& reader, const YamlNode& node, const std::string& path)
        : reader_{reader}, node_{node}, path_{path} {
        for (const YamlEntry& entry : node.entries) {
            if (!seen_.insert(entry.key).second) {
                reader_.mistake(entry.mark, at(entry.key), "the key is here for the second time",
                                "keep one of them");
            }
        }
    }

    template <class Value, class... Constraints>
    void operator()(std::string_view key, Value& value, const Constraints&... constraints) {
        known_.push_back(key);
        const YamlEntry* entry = find(key);
        if (entry != nullptr) {
            reader_.note(at(key), entry->value->mark.line > 0 ? entry->value->mark : entry->mark);
            reader_.read(*entry->value, at(key), value, constraints...);
        } else if ((std::same_as<Constraints, Required> || ...)) {
            missing_.insert(key);
        }
    }

    // Once every known key was asked for. A missing key that was only misspelt is one mistake, not
    // two.
    void finish() {
        for (const YamlEntry& entry : node_.entries) {
            if (std::find(known_.begin(), known_.end(), entry.key) == known_.end() &&
                seen_.erase(entry.key) == 1) {
                reader_.mistake(entry.mark, at(entry.key), "unknown key",
                                reader_.full() ? "" : advice_on_key(entry.key, known_));
                if (!missing_.empty()) {
                    missing_.erase(meant_key(entry.key, known_));
                }
            }
        }
        for (const std::string_view key : missing_) {
            reader_.mistake(node_.mark, at(key), "the key is missing",
                            "add '" + std::string{key} + ": ...'");
        }
    }

  private:
    [[nodiscard]] std::string at(std::string_view key) const {
        return (path_.empty() ? "" : path_ + ".") + std::string{key};
    }

    [[nodiscard]] const YamlEntry* find(std::string_view key) const {
        for (const YamlEntry& entry : node_.entries) {
            if (entry.key == key) {
                return &entry;
            }
        }
        return nullptr;
    }

    Reader& reader_;
    const YamlNode& node_;
    const std::string& path_;
    std::set<std::string_view> seen_;
    std::vector<std::string_view> known_;
    std::set<std::string_view> missing_;  // required ones
};

template <class Section>
requires std::is_class_v<Section>

void Reader::read(const YamlNode& node, const std::string& path, Section& section) {
    if (!is(node, path, Kind::mapping, "write 'key: value' lines, or { key: value }")) {
        return;
    }
    Keys keys{*this, node, path};
    visit_options(keys, section);
    keys.finish();
}

}  // namespace portcullis
