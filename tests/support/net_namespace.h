// Another machine of a test: a network namespace without a name, which is there exactly as long as
// somebody holds it. However a test ends, the kernel removes it with its interfaces and rules.
// Throws std::runtime_error when the kernel refuses.
#pragma once

#include "base/fd.h"
#include "tests/support/process.h"

#include <string>
#include <string_view>
#include <vector>

namespace portcullis::test {

class NetNamespace {
  public:
    NetNamespace();  // a new one: nothing but a loopback interface, which is up

    // Where the calling thread is; and the one that somebody bound to a file.
    static NetNamespace here();
    static NetNamespace at(const std::string& file);

    [[nodiscard]] int fd() const { return fd_.get(); }

    // For iproute2 ("netns PATH") and nsenter, as long as this process lives.
    [[nodiscard]] std::string path() const;

    // Runs a program in it. The first form hands over the input and throws unless the exit code is
    // 0; it gives the output.
    std::string must(std::vector<std::string> argv, std::string_view input = {}) const;
    [[nodiscard]] Ended run(std::vector<std::string> argv, std::string_view input = {}) const;

    // Writes a sysctl of this namespace: "net/ipv4/ip_forward", "1".
    void set(std::string_view sysctl, std::string_view value) const;

  private:
    explicit NetNamespace(Fd fd) : fd_{std::move(fd)} {}

    Fd fd_;
};

// The calling thread is in the namespace until the end of the scope: sockets it opens, and programs
// and threads it starts meanwhile, stay there.
class Inside {
  public:
    explicit Inside(const NetNamespace& there);
    ~Inside();
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;

  private:
    NetNamespace back_;
};

}  // namespace portcullis::test
