// A real program, started by a test and gone with it: it is killed at the end of the scope, and by
// the kernel when the starting thread dies. Its standard output and error are kept in files. Throws
// std::runtime_error when the program cannot be started; GoogleTest makes a failure of it.
#pragma once

#include "tests/support/eventually.h"
#include "tests/support/temp_dir.h"

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace portcullis::test {

struct Command {
    std::vector<std::string> argv;                                   // argv[0] is looked up in PATH
    std::vector<std::pair<std::string, std::string>> environment{};  // added to ours
    std::string input{};                                             // standard input
};

class Process {
  public:
    explicit Process(const Command& command);
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    [[nodiscard]] pid_t pid() const { return pid_; }

    [[nodiscard]] bool running();
    void signal(int number);
    // The exit code, or 128 + the signal that ended it; nothing when it still runs at the end of
    // the time.
    std::optional<int> wait(Timeout timeout = kPatience);

    [[nodiscard]] std::string out() const;
    [[nodiscard]] std::string err() const;
    // True as soon as the words are in its output or error; false when it ends without them, or
    // time is up.
    bool says(std::string_view words, Timeout timeout = kPatience);

  private:
    TempDir dir_;
    pid_t pid_ = -1;
    std::optional<int> exit_code_;  // non-empty once reaped
};

struct Ended {
    std::optional<int> exit_code;  // empty: it ran out of time and was killed
    std::string out;
    std::string err;
};

Ended run(const Command& command, Timeout timeout = kPatience);

// A program of this build ("portcullis-proxy") and a file of this tree ("quickstart").
std::filesystem::path program(std::string_view name);
std::filesystem::path source(std::string_view name);

}  // namespace portcullis::test
