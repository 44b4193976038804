// An option lives in four places: model.h, options.h, reference.yaml and schema.json. These tests
// compare the first three; schema_check.py compares the last two.
#include "config/options.h"

#include "base/file.h"
#include "config/certificate.h"
#include "config/load.h"
#include "config/yaml.h"
#include "tests/config/sandbox.h"

#include <boost/pfr/tuple_size.hpp>
#include <gtest/gtest.h>

#include <map>
#include <set>

namespace portcullis {
namespace {

using test::Sandbox;

std::string shown(const IpAddress& address) {
    return address.text();
}

std::string shown(const std::string& text) {
    return text;
}

std::string shown(const std::filesystem::path& path) {
    return path.string();
}

template <class Content>
std::string shown(const FileOf<Content>& file) {
    return file.file.string();
}

template <class Value>

requires requires(const Value& value) {
    option_text(value);
}

std::string shown(const Value& value) {
    return option_text(value);
}

// Walks every option below a value: its key with a text for its value, as far as it has a default.
class Collector {
  public:
    template <class Value, class... Constraints>
    void operator()(std::string_view key, const Value& value, const Constraints&...) {
        const std::string at = prefix_ + std::string{key};
        ++visits;
        if constexpr (requires { shown(value); }) {
            texts[at] = (std::same_as<Constraints, Required> || ...) ? "required" : shown(value);
        } else if constexpr (requires(Collector & c) { visit_options(c, value); }) {
            texts[at] = "";
            below(at + ".", value);
        } else {
            texts[at] = "";
            list(at, value);
        }
    }

    std::size_t visits = 0;
    std::map<std::string, std::string> texts;

  private:
    template <class Value>
    void below(std::string prefix, const Value& value) {
        prefix_.swap(prefix);
        visit_options(*this, value);
        prefix_.swap(prefix);
    }

    template <class Value>
    void list(const std::string& at, const std::optional<Value>& value) {
        texts[at] = value ? "given" : "";
        if constexpr (requires { shown(*value); }) {
            texts[at] = value ? shown(*value) : "";
        } else {
            below(at + ".", value.value_or(Value{}));
        }
    }

    void list(const std::string& at, const std::vector<std::string>& words) {
        for (const std::string& word : words) {
            texts[at] += word + " ";
        }
    }

    void list(const std::string& at, const std::vector<RetryOn>& reasons) {
        for (const RetryOn reason : reasons) {
            texts[at] += std::string{word(reason)} + " ";
        }
    }

    void list(const std::string& at, const std::vector<HeaderField>& fields) {
        texts[at] = std::to_string(fields.size());
    }

    void list(const std::string& at, const std::vector<ErrorPage>& pages) {
        texts[at] = std::to_string(pages.size());
    }

    // Each kind of entry once, whether there is one or not: a default-constructed model has none.
    void list(const std::string& at, const std::vector<CertificateFile>& files) {
        below(at + "[].", files.empty() ? CertificateFile{} : files.front());
    }

    void list(const std::string& at, const std::vector<ServiceConfig>& services) {
        below(at + ".*.", services.empty() ? ServiceConfig{} : services.front());
    }

    void list(const std::string& at, const std::vector<RouteConfig>& routes) {
        RouteConfig route = routes.empty() ? RouteConfig{} : routes.front();
        route.service.clear();  // has no default, but may be left out
        below(at + "[].", route);
    }

    void list(const std::string& at, const std::vector<UplinkConfig>& uplinks) {
        below(at + "[].", uplinks.empty() ? UplinkConfig{} : uplinks.front());
    }

    void list(const std::string& at, const std::vector<InterfaceName>& names) {
        for (const InterfaceName& name : names) {
            texts[at] += name.text + " ";
        }
    }

    void list(const std::string& at, const std::vector<std::filesystem::path>& files) {
        for (const std::filesystem::path& file : files) {
            texts[at] += file.string() + " ";
        }
    }

    void list(const std::string& at, const InterfaceName&) { texts[at] = "required"; }

    void list(const std::string& at, const std::vector<IpAddress>& addresses) {
        for (const IpAddress& address : addresses) {
            texts[at] += shown(address) + " ";
        }
    }

    void list(const std::string& at, const std::vector<Cidr>& prefixes) {
        for (const Cidr& prefix : prefixes) {
            texts[at] += prefix.text() + " ";
        }
    }

    void list(const std::string& at, const SocketAddress&) { texts[at] = "required"; }

    void list(const std::string& at, const std::vector<EndpointConfig>&) {
        texts[at] = "required";
        below(at + "[].", EndpointConfig{});
    }

    void list(const std::string& at, const std::vector<HostPattern>& hosts) {
        for (const HostPattern& host : hosts) {
            texts[at] += host.text() + " ";
        }
    }

    void list(const std::string& at, const std::vector<std::vector<std::string>>& groups) {
        for (const std::vector<std::string>& group : groups) {
            list(at, group);
        }
    }

    void list(const std::string& at, const HostPattern&) { texts[at] = "required"; }

    std::string prefix_;
};

std::map<std::string, std::string> options_of(const Config& config) {
    Collector collector;
    visit_options(collector, config);
    return collector.texts;
}

// Counts the lines of visit_options() for one struct, without what is below them.
struct Counter {
    std::size_t lines = 0;

    template <class... Anything>
    void operator()(const Anything&...) {
        ++lines;
    }
};

template <class Section>
std::size_t lines_for() {
    Counter counter;
    const Section section{};
    visit_options(counter, section);
    return counter.lines;
}

TEST(Options, EveryFieldOfTheModelIsOneOrIsKnownNotToBe) {
    using boost::pfr::tuple_size_v;
    EXPECT_EQ(lines_for<Limits>(), tuple_size_v<Limits>);
    EXPECT_EQ(lines_for<Timeouts>(), tuple_size_v<Timeouts>);
    EXPECT_EQ(lines_for<TlsConfig>(), tuple_size_v<TlsConfig>);
    EXPECT_EQ(lines_for<LogConfig>(), tuple_size_v<LogConfig>);
    EXPECT_EQ(lines_for<AdminConfig>(), tuple_size_v<AdminConfig>);
    EXPECT_EQ(lines_for<DiscoveryConfig>(), tuple_size_v<DiscoveryConfig>);
    EXPECT_EQ(lines_for<DockerTls>(), tuple_size_v<DockerTls>);
    EXPECT_EQ(lines_for<OverlayConfig>(), tuple_size_v<OverlayConfig>);
    EXPECT_EQ(lines_for<FirewallConfig>(), tuple_size_v<FirewallConfig>);
    EXPECT_EQ(lines_for<FirewallLimits>(), tuple_size_v<FirewallLimits>);
    EXPECT_EQ(lines_for<ClusterConfig>(), tuple_size_v<ClusterConfig>);
    EXPECT_EQ(lines_for<ManagementConfig>(), tuple_size_v<ManagementConfig>);
    EXPECT_EQ(lines_for<UplinkConfig>(), tuple_size_v<UplinkConfig>);
    EXPECT_EQ(lines_for<RouteConfig>(), tuple_size_v<RouteConfig>);
    EXPECT_EQ(lines_for<BasicAuth>(), tuple_size_v<BasicAuth>);
    EXPECT_EQ(lines_for<ForwardAuth>(), tuple_size_v<ForwardAuth>);
    EXPECT_EQ(lines_for<Redirect>(), tuple_size_v<Redirect>);
    EXPECT_EQ(lines_for<HeaderEdits>(), tuple_size_v<HeaderEdits>);
    EXPECT_EQ(lines_for<Hsts>(), tuple_size_v<Hsts>);
    EXPECT_EQ(lines_for<Maintenance>(), tuple_size_v<Maintenance>);
    EXPECT_EQ(lines_for<RetryConfig>(), tuple_size_v<RetryConfig>);
    EXPECT_EQ(lines_for<RouteTimeouts>(), tuple_size_v<RouteTimeouts>);
    EXPECT_EQ(lines_for<ProxyProtocolConfig>(), tuple_size_v<ProxyProtocolConfig>);
    EXPECT_EQ(lines_for<EndpointConfig>() + 2, tuple_size_v<EndpointConfig>)
        << "leaving and task are no options";
    EXPECT_EQ(lines_for<HashConfig>(), tuple_size_v<HashConfig>);
    EXPECT_EQ(lines_for<StickyConfig>(), tuple_size_v<StickyConfig>);
    EXPECT_EQ(lines_for<RetryBudgetConfig>(), tuple_size_v<RetryBudgetConfig>);
    EXPECT_EQ(lines_for<CircuitConfig>(), tuple_size_v<CircuitConfig>);
    EXPECT_EQ(lines_for<HealthConfig>(), tuple_size_v<HealthConfig>);
    EXPECT_EQ(lines_for<ParkingConfig>(), tuple_size_v<ParkingConfig>);
    EXPECT_EQ(lines_for<EjectionConfig>(), tuple_size_v<EjectionConfig>);
    EXPECT_EQ(lines_for<EndpointTls>(), tuple_size_v<EndpointTls> + 1) << "client is two options";
    EXPECT_EQ(lines_for<CertificateFile>() + 1, tuple_size_v<CertificateFile>)
        << "loaded is no option";
    EXPECT_EQ(lines_for<ServiceConfig>() + 1, tuple_size_v<ServiceConfig>)
        << "name is the mapping's key";
    EXPECT_EQ(lines_for<Config>() + 1, tuple_size_v<Config>) << "file is no option";
}

void collect_keys(const YamlNode& node, const std::string& path, std::set<std::string>& keys) {
    if (path.ends_with(".set") || path.ends_with("error_pages")) {
        return;  // keys of the operator's own
    }
    for (const YamlEntry& entry : node.entries) {
        const bool name = path == "services";
        const std::string below = name           ? "services.*"
                                  : path.empty() ? entry.key
                                                 : path + "." + entry.key;
        if (!name) {
            keys.insert(below);
        }
        collect_keys(*entry.value, below, keys);
    }
    for (const YamlNode* item : node.items) {
        collect_keys(*item, path + "[]", keys);
    }
}

TEST(Reference, ShowsEveryOptionAndNoOther) {
    const YamlDocument document = parse_yaml(read_file("config/reference.yaml").value());
    ASSERT_NE(document.root, nullptr);
    std::set<std::string> in_reference;
    collect_keys(*document.root, "", in_reference);
    std::set<std::string> in_options;
    for (const auto& [key, text] : options_of(Config{})) {
        in_options.insert(key);
    }
    EXPECT_EQ(in_reference, in_options);
    EXPECT_GT(in_options.size(), 120U);
}

void write_users(const Sandbox& sandbox) {
    const auto file =
        sandbox.dir().write("users.txt", "nurse:$6$salt$" + std::string(86, 'x') + "\n");
    std::filesystem::permissions(file, std::filesystem::perms{0600});
}

TEST(Reference, LoadsAndIsTheDefaults) {
    const Sandbox sandbox;
    sandbox.issue("certs/shop.example.com", {"shop.example.com"});
    write_users(sandbox);
    const std::string text = read_file("config/reference.yaml").value();
    EXPECT_EQ(sandbox.say(text), "");
    const Loaded loaded = sandbox.load(text);
    ASSERT_NE(loaded.config, nullptr);
    EXPECT_EQ(options_of(*loaded.config), options_of(Config{}));
}

TEST(Examples, Load) {
    const Sandbox sandbox;
    write_users(sandbox);
    sandbox.issue("certs/shop.example.com", {"shop.example.com"});
    sandbox.issue("certs/portal.ecdsa", {"portal.clinic.example"});
    sandbox.issue("certs/portal.rsa", {"portal.clinic.example"}, test::KeyKind::rsa_2048);
    sandbox.issue("certs/wards", {"*.wards.clinic.example"});
    for (const char* name : {"minimal", "clinic", "access", "swarm"}) {
        const auto text = read_file("deploy/examples/" + std::string{name} + ".yaml");
        ASSERT_TRUE(text) << text.error().text;
        EXPECT_EQ(sandbox.say(*text), "") << name;
    }
}

TEST(Word, IsWhatTheOperatorWrites) {
    EXPECT_EQ(word(TlsVersion::tls13), "1.3");
    EXPECT_EQ(word(Balance::least_requests), "least_requests");
    EXPECT_EQ(option_text(LoggedAddress::none), "none");
    EXPECT_EQ(option_text(ByteSize{8192}), "8KiB");
    EXPECT_EQ(option_text(Duration{1500}), "1500ms");
}

}  // namespace
}  // namespace portcullis
