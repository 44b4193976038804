// A value or the reason why there is none, for failures of the world (files, kernel, peers).
// The data path uses Fault instead (proxy/fault.h); an operator's mistakes are Diagnostics
// (config/diagnostics.h).
#pragma once

#include <boost/system/result.hpp>

#include <stdexcept>
#include <string>
#include <utility>

namespace portcullis {

// A sentence for a person: what was tried and why it failed. No trailing full stop, no newline.
// Made by failure() only: were it constructible from a string, Result<std::string> would be
// ambiguous.
class Error {
  public:
    struct Made {};

    Error() = default;  // an empty one, which Boost asks for; nobody reads it

    Error(Made, std::string sentence) : text{std::move(sentence)} {}

    std::string text;

    bool operator==(const Error&) const = default;
};

inline Error failure(std::string sentence) {
    return {Error::Made{}, std::move(sentence)};
}

// value() on an error throws std::runtime_error: start-up code may rely on it, nothing else does.
[[noreturn]] inline void throw_exception_from_error(const Error& error,
                                                    const boost::source_location&) {
    throw std::runtime_error{error.text};
}

template <class T>
using Result = boost::system::result<T, Error>;

// "cannot read /etc/x: Permission denied", from the errno of the call that just failed.
Error errno_error(const std::string& what);

}  // namespace portcullis
