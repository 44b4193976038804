#include "proxy/upgrade/successor.h"

#include "base/file.h"

#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <array>
#include <cstring>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>
#include <utility>

namespace portcullis::upgrade {
namespace {

constexpr int kChildFd = 3;
constexpr std::size_t kArgumentBytesMax = 1U << 20U;
// Between a process's last descriptor and its end.
constexpr Duration kEndTime = std::chrono::seconds{1};

std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> result;
    for (const std::string& text : texts) {
        result.push_back(const_cast<char*>(text.c_str()));
    }
    result.push_back(nullptr);
    return result;
}

std::vector<std::string> environment(const Command& command) {
    std::vector<std::string> all = command.environment;
    const std::string ours = std::string{kVariable} + "=";
    for (char** variable = environ; *variable != nullptr; ++variable) {
        if (!std::string_view{*variable}.starts_with(ours)) {
            all.emplace_back(*variable);
        }
    }
    all.push_back(ours + std::to_string(kChildFd));
    return all;
}

// With nothing open but the standard streams and its end of the socket.
Result<pid_t> spawn_with(const Command& command, int socket) {
    const auto arguments = pointers(command.arguments);
    const auto texts = environment(command);
    const auto variables = pointers(texts);
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_adddup2(&actions, socket, kChildFd);
    posix_spawn_file_actions_addclosefrom_np(&actions, kChildFd + 1);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    pid_t pid = 0;
    const int error = ::posix_spawnp(&pid, arguments.front(), &actions, &attributes,
                                     arguments.data(), variables.data());
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) {
        return failure("cannot start " + command.arguments.front() + ": " + std::strerror(error));
    }
    return pid;
}

std::string ending(int status) {
    return WIFSIGNALED(status) ? "was ended by signal " + std::to_string(WTERMSIG(status))
                               : "ended with exit code " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

std::vector<std::string> own_arguments() {
    const auto read = read_file("/proc/self/cmdline", kArgumentBytesMax);
    const std::string text = read ? *read : "";
    std::vector<std::string> arguments;
    for (std::size_t at = 0; at < text.size(); at += arguments.back().size() + 1) {
        arguments.emplace_back(text.c_str() + at);
    }
    return arguments;
}

Result<std::unique_ptr<Successor>> Successor::start(boost::asio::io_context& io,
                                                    const Command& command, const Parcel& parcel,
                                                    OnWord on_word, Duration patience) {
    std::array<int, 2> pair{-1, -1};
    if (command.arguments.empty() ||
        ::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair.data()) != 0) {
        return errno_error("cannot make a socket for the new process");
    }
    Fd ours{pair[0]};
    Fd theirs{pair[1]};
    if (const auto sent = send(ours.get(), parcel); !sent) {
        return sent.error();
    }
    const auto pid = spawn_with(command, theirs.get());
    if (!pid) {
        return pid.error();
    }
    std::unique_ptr<Successor> successor{
        new Successor{io, std::move(ours), *pid, std::move(on_word)}};
    successor->wait(patience);
    return successor;
}

Successor::Successor(boost::asio::io_context& io, Fd socket, pid_t pid, OnWord on_word)
    : socket_{io, socket.release()}, deadline_{io}, pid_{pid}, on_word_{std::move(on_word)} {}

Successor::~Successor() {
    if (!serves_ && pid_ != 0) {
        end();
    }
}

void Successor::wait(Duration patience) {
    const std::weak_ptr<int> alive = alive_;
    socket_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                       [this, alive](const boost::system::error_code& error) {
                           if (!error && !alive.expired() && !said()) {
                               on_readable();
                           }
                       });
    deadline_.expires_after(patience);
    deadline_.async_wait([this, alive, patience](const boost::system::error_code& error) {
        if (!error && !alive.expired() && !said()) {
            end();
            say(failure("the new process did not serve within " + duration_text(patience)));
        }
    });
}

void Successor::on_readable() {
    std::array<char, 16> word{};
    const ssize_t size = ::recv(socket_.native_handle(), word.data(), word.size(), MSG_DONTWAIT);
    if (size > 0 && std::string_view{word.data(), static_cast<std::size_t>(size)} == kReady) {
        serves_ = true;
        return say({});
    }
    await_end();
    const int status = end();
    say(failure("the new process " + ending(status) + " before it served"));
}

int Successor::end() {
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) != pid_) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, &status, 0);
    }
    pid_ = 0;
    return status;
}

// A process whose end of the socket is closed has ended, or is about to: its descriptors go first.
void Successor::await_end() const {
    // glibc 2.36 declares pidfd_open() for C only.
    const Fd process{static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0))};
    pollfd ended{process.get(), POLLIN, 0};
    (void)::poll(&ended, 1, static_cast<int>(kEndTime.count()));
}

void Successor::say(const Result<void>& word) {
    deadline_.cancel();
    const OnWord on_word = std::exchange(on_word_, nullptr);
    on_word(word);
}

}  // namespace portcullis::upgrade
