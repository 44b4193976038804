#include "tests/config/sandbox.h"

namespace portcullis::test {
namespace {

std::string without(std::string text, std::string_view part) {
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at)) {
        text.erase(at, part.size());
    }
    return text;
}

bool has_key(std::string_view yaml, std::string_view key) {
    const std::string line = std::string{key} + ":";
    return yaml.starts_with(line) || yaml.find("\n" + line) != std::string_view::npos;
}

}  // namespace

Sandbox::Sandbox() {
    issue("shop", {"shop.example.com"});
}

void Sandbox::issue(std::string_view name, std::vector<std::string> names, KeyKind key) const {
    (void)ca_.issue_into(
        dir_, name, {.names = std::move(names), .key = key, .until = std::chrono::hours{24 * 30}});
}

Loaded Sandbox::load(std::string_view yaml) const {
    return portcullis::load(dir_.write("portcullis.yaml", yaml));
}

std::string Sandbox::say(std::string_view yaml) const {
    const Loaded loaded = load(yaml);
    return without(render(loaded.diagnostics, loaded.text), dir_.path().string() + "/");
}

std::string Sandbox::say_about(std::string_view part) const {
    return say(completed(part));
}

std::string Sandbox::lines_about(std::string_view part) const {
    std::string lines;
    for (const Diagnostic& diagnostic : load(completed(part)).diagnostics) {
        lines += (diagnostic.severity == Severity::warning ? "?" : "") +
                 std::to_string(diagnostic.line) + ":" + std::to_string(diagnostic.column) + " " +
                 diagnostic.path + ": " + diagnostic.wrong + "; " + diagnostic.right + "\n";
    }
    return without(lines, dir_.path().string() + "/");
}

std::string Sandbox::completed(std::string_view part) {
    std::string yaml{part};
    if (!has_key(part, "tls")) {
        yaml += "tls: { certificates: [ { certificate: shop.pem, key: shop.key } ] }\n";
    }
    if (!has_key(part, "services")) {
        yaml += "services: { shop: { endpoints: [ '10.0.1.4:8080' ] } }\n";
    }
    if (!has_key(part, "routes")) {
        yaml += "routes: [ { host: shop.example.com, service: shop } ]\n";
    }
    return yaml;
}

}  // namespace portcullis::test
