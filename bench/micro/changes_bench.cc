// What a new configuration of 1,000 services costs. The goal is 10 ms for a worker, whose
// connections wait meanwhile. The speed of light: a service is some 400 bytes to compare and a
// pointer to take over, so that a worker needs well under a millisecond when little has changed;
// what is left is the contexts of new certificates (OpenSSL takes about 100 us for one) and routes.
#include "config/certificate.h"
#include "config/changes.h"
#include "config/load.h"
#include "proxy/relay/site.h"
#include "tests/support/test_ca.h"

#include <benchmark/benchmark.h>

#include <string>

namespace portcullis {
namespace {

constexpr int kServices = 1'000;
constexpr int kCertificates = 100;

std::string host(int number) {
    return "s" + std::to_string(number) + ".example.com";
}

std::string address(int number, int version) {
    return "10." + std::to_string(version) + "." + std::to_string(number / 250) + "." +
           std::to_string(number % 250 + 1) + ":8080";
}

CertificateFile certificate(int number) {
    static const test::TestCa ca;
    const test::Issued issued = ca.issue({.names = {host(number)}});
    return {"site.pem", "site.key",
            std::make_shared<const Certificate>(
                parse_certificate(issued.certificate_pem, issued.key_pem).value())};
}

const std::vector<CertificateFile>& certificates() {
    static const std::vector<CertificateFile> all = [] {
        std::vector<CertificateFile> made;
        for (int i = 0; i < kCertificates; ++i) {
            made.push_back(certificate(i));
        }
        return made;
    }();
    return all;
}

// The first so many services are at other addresses in each version.
std::shared_ptr<Config> config(int changed, int version) {
    auto config = std::make_shared<Config>();
    config->tls.certificates = certificates();
    for (int i = 0; i < kServices; ++i) {
        ServiceConfig service;
        service.name = "service" + std::to_string(i);
        for (const int copy : {100, 200}) {
            service.endpoints.push_back(
                {SocketAddress::parse(address(i, copy + (i < changed ? version : 0))).value()});
        }
        config->services.push_back(std::move(service));
        config->routes.push_back({.host = HostPattern::parse(host(i)).value(),
                                  .service = "service" + std::to_string(i)});
    }
    return config;
}

relay::Published publish(const std::shared_ptr<const Config>& config) {
    return {config, std::make_shared<const route::Table>(*config)};
}

// From one version to the other and back, as a worker does it.
void apply(benchmark::State& state, const relay::Published& one, const relay::Published& other) {
    auto site = relay::make_site(one, nullptr).value();
    std::size_t kept = 0;
    for (auto _ : state) {
        auto next = relay::make_site(site->config == one.config ? other : one, site.get()).value();
        relay::retire_missing(*site, *next);
        kept = 0;
        for (std::size_t i = 0; i < next->services.size(); ++i) {
            kept += next->services[i] == site->services[i] ? 1 : 0;
        }
        site = std::move(next);
    }
    state.counters["kept"] = static_cast<double>(kept);
    state.counters["certificates_new"] = static_cast<double>(site->contexts->made());
}

void apply_services(benchmark::State& state) {
    const int changed = static_cast<int>(state.range(0));
    apply(state, publish(config(changed, 1)), publish(config(changed, 2)));
}

void apply_certificates(benchmark::State& state) {
    const auto other = config(0, 1);
    for (int i = 0; i < state.range(0); ++i) {
        other->tls.certificates[static_cast<std::size_t>(i)] = certificate(i);
    }
    apply(state, publish(config(0, 1)), publish(other));
}

void apply_first(benchmark::State& state) {
    const relay::Published published = publish(config(0, 1));
    for (auto _ : state) {
        benchmark::DoNotOptimize(relay::make_site(published, nullptr));
    }
}

// Once for all workers, on the process's own thread.
void make_routes(benchmark::State& state) {
    const auto made = config(0, 1);
    for (auto _ : state) {
        benchmark::DoNotOptimize(std::make_shared<const route::Table>(*made));
    }
}

void compare(benchmark::State& state) {
    const auto one = config(1, 1);
    const auto other = config(1, 2);
    std::size_t kept = 0;
    for (auto _ : state) {
        kept = changes_between(*one, *other).services.kept;
    }
    state.counters["kept"] = static_cast<double>(kept);
}

// The file, before it is a configuration; with one certificate.
void read_file(benchmark::State& state) {
    const test::TempDir dir;
    const test::TestCa ca;
    ca.issue_into(dir, "site", {.names = {"*.example.com"}, .until = std::chrono::days{60}});
    std::string services = "services:\n";
    std::string routes = "routes:\n";
    for (int i = 0; i < kServices; ++i) {
        const std::string name = "service" + std::to_string(i);
        services += "  " + name + ": { endpoints: [ \"" + address(i, 1) + "\", \"" + address(i, 2) +
                    "\" ] }\n";
        routes += "  - { host: " + host(i) + ", service: " + name + " }\n";
    }
    const auto file =
        dir.write("portcullis.yaml",
                  "tls:\n  certificates:\n    - { certificate: site.pem, key: site.key }\n" +
                      services + routes);
    std::size_t read = 0;
    for (auto _ : state) {
        const Loaded loaded = load(file);
        read = loaded.config ? loaded.config->services.size() : 0;
    }
    state.counters["services"] = static_cast<double>(read);
}

BENCHMARK(apply_services)->Arg(0)->Arg(1)->Arg(100)->Arg(kServices)->Unit(benchmark::kMicrosecond);
BENCHMARK(apply_certificates)->Arg(1)->Arg(kCertificates)->Unit(benchmark::kMicrosecond);
BENCHMARK(apply_first)->Unit(benchmark::kMicrosecond);
BENCHMARK(make_routes)->Unit(benchmark::kMicrosecond);
BENCHMARK(compare)->Unit(benchmark::kMicrosecond);
BENCHMARK(read_file)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace portcullis
