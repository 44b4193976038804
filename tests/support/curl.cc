#include "tests/support/curl.h"

#include "base/file.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

#include <algorithm>
#include <cctype>
#include <sstream>

namespace portcullis::test {

namespace {

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return std::tolower(c); });
    return text;
}

// Heads as --dump-header writes them, interim and redirected ones too: each status line starts
// anew.
void read_heads(const std::string& text, Fetched& fetched) {
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);) {
        if (line.ends_with('\r')) {
            line.pop_back();
        }
        if (line.starts_with("HTTP/")) {
            const std::size_t space = line.find(' ');
            fetched.status = space == std::string::npos ? 0 : std::atoi(line.c_str() + space);
            fetched.headers.clear();
        } else if (const std::size_t colon = line.find(':'); colon != std::string::npos) {
            const std::size_t value = line.find_first_not_of(" \t", colon + 1);
            fetched.headers.emplace_back(lower(line.substr(0, colon)),
                                         value == std::string::npos ? "" : line.substr(value));
        }
    }
}

}  // namespace

std::string_view Fetched::header(std::string_view name) const {
    const auto found = std::find_if(headers.begin(), headers.end(),
                                    [&](const auto& h) { return h.first == name; });
    return found == headers.end() ? std::string_view{} : std::string_view{found->second};
}

Curl::Curl(std::filesystem::path ca, std::string address, int port)
    : ca_{std::move(ca)}, connect_to_{"::" + std::move(address) + ":" + std::to_string(port)} {}

Fetched Curl::operator()(const std::string& url, const std::vector<std::string>& arguments,
                         Timeout timeout) const {
    const TempDir dir;
    const std::filesystem::path heads = dir.write("heads", "");
    const std::filesystem::path body = dir.write("body", "");
    Command command{{"curl", "--disable", "--silent", "--show-error", "--noproxy", "*", "--http1.1",
                     "--cacert", ca_.string(), "--connect-to", connect_to_, "--dump-header",
                     heads.string(), "--output", body.string()}};
    command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
    command.argv.push_back(url);
    const Ended ended = run(command, timeout);
    Fetched fetched;
    fetched.exit_code = ended.exit_code.value_or(-1);
    fetched.error = ended.err;
    fetched.body = read_file(body, 1U << 30U).value();
    read_heads(read_file(heads).value(), fetched);
    return fetched;
}

}  // namespace portcullis::test
