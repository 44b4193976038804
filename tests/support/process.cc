#include "tests/support/process.h"

#include "base/fd.h"

#include <sys/prctl.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <signal.h>
#include <sstream>
#include <stdexcept>
#include <unistd.h>

namespace portcullis::test {

namespace {

std::string content(const std::filesystem::path& file) {
    std::ostringstream text;
    text << std::ifstream{file, std::ios::binary}.rdbuf();
    return text.str();
}

std::vector<std::string> environment_with(const Command& command) {
    std::vector<std::string> result;
    for (char** variable = environ; *variable != nullptr; ++variable) {
        const std::string_view text = *variable;
        bool replaced = false;
        for (const auto& [name, value] : command.environment) {
            replaced = replaced || text.starts_with(name + "=");
        }
        if (!replaced) {
            result.emplace_back(text);
        }
    }
    for (const auto& [name, value] : command.environment) {
        result.push_back(name + "=" + value);
    }
    return result;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> result;
    for (std::string& text : texts) {
        result.push_back(text.data());
    }
    result.push_back(nullptr);
    return result;
}

Fd open_or_throw(const std::filesystem::path& file, int flags) {
    Fd fd{::open(file.c_str(), flags | O_CLOEXEC, 0600)};
    if (!fd) {
        throw std::runtime_error{"cannot open " + file.string() + ": " + std::strerror(errno)};
    }
    return fd;
}

}  // namespace

Process::Process(const Command& command) {
    const Fd in = open_or_throw(dir_.write("in", command.input), O_RDONLY);
    const Fd out = open_or_throw(dir_.path() / "out", O_WRONLY | O_CREAT | O_APPEND);
    const Fd err = open_or_throw(dir_.path() / "err", O_WRONLY | O_CREAT | O_APPEND);
    std::vector<std::string> arguments = command.argv;
    std::vector<std::string> variables = environment_with(command);
    const std::vector<char*> argv = pointers(arguments);
    const std::vector<char*> envp = pointers(variables);
    const pid_t parent = ::getpid();
    pid_ = ::fork();
    if (pid_ < 0) {
        throw std::runtime_error{std::string{"cannot fork: "} + std::strerror(errno)};
    }
    if (pid_ == 0) {
        // Between fork and exec only async-signal-safe calls: other threads may hold the
        // allocator's lock.
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::signal(SIGPIPE, SIG_DFL);  // an ignored signal would stay ignored in the program
        if (::getppid() != parent) {
            ::_exit(127);  // the parent died before the line above
        }
        ::dup2(in.get(), 0);
        ::dup2(out.get(), 1);
        ::dup2(err.get(), 2);
        ::execvpe(argv[0], argv.data(), envp.data());
        constexpr std::string_view reason = "cannot execute the program\n";
        [[maybe_unused]] const auto written = ::write(2, reason.data(), reason.size());
        ::_exit(127);
    }
}

Process::~Process() {
    if (!exit_code_) {
        ::kill(pid_, SIGKILL);
        wait();
    }
}

bool Process::running() {
    return !wait(0ms);
}

void Process::signal(int number) {
    if (running()) {
        ::kill(pid_, number);
    }
}

std::optional<int> Process::wait(Timeout timeout) {
    const auto reaped = [this] {
        int status = 0;
        if (!exit_code_ && ::waitpid(pid_, &status, WNOHANG) == pid_) {
            exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        }
        return exit_code_.has_value();
    };
    eventually(reaped, timeout);
    return exit_code_;
}

std::string Process::out() const {
    return content(dir_.path() / "out");
}

std::string Process::err() const {
    return content(dir_.path() / "err");
}

bool Process::says(std::string_view words, Timeout timeout) {
    const auto said = [&] {
        return out().find(words) != std::string::npos || err().find(words) != std::string::npos;
    };
    bool alive = true;
    eventually([&] { return !(alive = running()) || said(); }, timeout);
    return said();
}

Ended run(const Command& command, Timeout timeout) {
    Process process{command};
    const std::optional<int> exit_code = process.wait(timeout);
    return {exit_code, process.out(), process.err()};
}

std::filesystem::path program(std::string_view name) {
    return std::filesystem::path{PORTCULLIS_BUILD_DIR} / name;
}

std::filesystem::path source(std::string_view name) {
    return std::filesystem::path{PORTCULLIS_SOURCE_DIR} / name;
}

}  // namespace portcullis::test
