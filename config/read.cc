#include "config/reader.h"

namespace portcullis {

template <class Each>
void Reader::read_named(const YamlNode& node, const std::string& path, const char* noun,
                        const char* right, Each each) {
    if (!is(node, path, Kind::mapping, right)) {
        return;
    }
    std::set<std::string_view> seen;
    for (const YamlEntry& entry : node.entries) {
        if (!affordable()) {
            return;
        }
        const std::string below = path + "." + entry.key;
        if (!seen.insert(entry.key).second) {
            mistake(entry.mark, below, "a second " + std::string{noun} + " of this name",
                    "keep one of them");
            continue;
        }
        note(below, entry.mark);
        each(entry, below);
    }
}

void Reader::read(const YamlNode& node, const std::string& path,
                  std::vector<ServiceConfig>& services) {
    read_named(node, path, "service", "write 'NAME: { endpoints: [ ... ] }' for each service",
               [&](const YamlEntry& entry, const std::string& below) {
                   services.emplace_back().name = entry.key;
                   if (entry.value->kind == Kind::null) {
                       mistake(entry.mark, below, "a service without options",
                               "write 'endpoints: [ ... ]' below it");
                       return;
                   }
                   read(*entry.value, below, services.back());
               });
}

void Reader::read(const YamlNode& node, const std::string& path, std::vector<HeaderField>& fields) {
    read_named(node, path, "header", "write 'NAME: VALUE' for each header",
               [&](const YamlEntry& entry, const std::string& below) {
                   fields.push_back({entry.key, {}});
                   read(*entry.value, below, fields.back().value);
               });
}

void Reader::read(const YamlNode& node, const std::string& path, std::vector<ErrorPage>& pages) {
    read_named(node, path, "page", "write '\"404\": FILE' for each status, or '5xx: FILE'",
               [&](const YamlEntry& entry, const std::string& below) {
                   pages.push_back({entry.key, {}});
                   read(*entry.value, below, pages.back().page);
               });
}

Draft read_config(const YamlDocument& document, const std::filesystem::path& file) {
    Draft draft;
    draft.config.file = file;
    if (document.root == nullptr) {
        return draft;
    }
    Reader reader{draft, file};
    reader.read(*document.root, "", draft.config);
    if (reader.exhausted()) {
        reader.mistake({}, {}, "more than 200000 values in one file, aliases included", {});
    }
    return draft;
}

Draft read_config(std::string_view text, const std::filesystem::path& file) {
    const YamlDocument document = parse_yaml(text);
    Draft draft = read_config(document, file);
    for (const Diagnostic& mistake : document.mistakes) {
        draft.diagnostics.push_back(mistake);
        draft.diagnostics.back().file = file.string();
    }
    return draft;
}

}  // namespace portcullis
