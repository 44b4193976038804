// What each subcommand of `portcullis` does, without the process around it: text to print and an
// exit code.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace portcullis::admin {

// Exit codes of every subcommand: 0 fine, 1 the answer is no, 2 wrong use, 3 could not ask.
struct Output {
    int exit_code = 0;
    std::string text;   // the answer, for standard output
    std::string error;  // why there is none, for standard error
};

// portcullis check FILE: every mistake with its place, and one line that sums up.
Output check(const std::filesystem::path& file, bool json);

struct ExplainArguments {
    std::filesystem::path file;
    std::string url;
    std::optional<std::string> sni;
    std::optional<std::string> client;
    bool json = false;
};

// portcullis explain FILE URL: 0 when the request is forwarded, 1 when it is refused or the file is
// invalid, 2 when URL, SNI or client are none.
Output run_explain(const ExplainArguments& arguments);

}  // namespace portcullis::admin
