#include "proxy/upgrade/successor.h"

#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <array>
#include <poll.h>
#include <signal.h>
#include <unistd.h>
#include <utility>

namespace portcullis::upgrade {
namespace {

// Between a process's last descriptor and its end.
constexpr Duration kEndTime = std::chrono::seconds{1};

std::string ending(std::optional<int> status) {
    if (!status) {
        return "ended";
    }
    return WIFSIGNALED(*status) ? "was ended by signal " + std::to_string(WTERMSIG(*status))
                                : "ended with exit code " + std::to_string(WEXITSTATUS(*status));
}

}  // namespace

std::function<Result<pid_t>(int socket)> starter(Command command) {
    command.environment.push_back(std::string{kVariable} + "=" + std::to_string(kFirstFd));
    return
        [command = std::move(command)](int socket) { return spawn(command, std::array{socket}); };
}

Result<std::unique_ptr<Successor>> Successor::start(boost::asio::io_context& io, const Start& start,
                                                    const Parcel& parcel, OnWord on_word,
                                                    Duration patience) {
    std::array<int, 2> pair{-1, -1};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair.data()) != 0) {
        return errno_error("cannot make a socket for the new process");
    }
    Fd ours{pair[0]};
    Fd theirs{pair[1]};
    if (const auto sent = send(ours.get(), parcel); !sent) {
        return sent.error();
    }
    const auto pid = start(theirs.get());
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
    const std::optional<int> status = end();
    say(failure("the new process " + ending(status) + " before it served"));
}

std::optional<int> Successor::end() {
    int status = 0;
    pid_t ended = ::waitpid(pid_, &status, WNOHANG);
    if (ended != pid_) {
        ::kill(pid_, SIGKILL);
        ended = ::waitpid(pid_, &status, 0);
    }
    const bool was_child = ended == std::exchange(pid_, 0);
    return was_child ? std::optional{status} : std::nullopt;
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
