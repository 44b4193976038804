// Questions to a Docker Engine, and its stream of events. The API's version is agreed on first: its
// newest, kApiNewest at most, kApiOldest at least. Answers are bounded in size, and each question
// in time. All on the io_context's thread.
#pragma once

#include "config/swarm/connection.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace portcullis::swarm {

constexpr int kApiOldest = 41;  // 1.41: Docker 20.10
constexpr int kApiNewest = 47;
constexpr std::size_t kAnswerBytesMax = 32U << 20U;
constexpr std::size_t kEventBytesMax = 1U << 20U;

// Why there is no answer that could be used. The reader of an answer finds it malformed, not the
// engine.
enum class Trouble : std::uint8_t {
    none,
    unreachable,  // no connection, or no valid certificate
    timeout,
    cut,       // it ended before the answer did, or is not HTTP
    too_long,  // kAnswerBytesMax, kEventBytesMax
    refused,   // an HTTP status that is no success
    version,   // no version of the API that both speak
    malformed,
};
constexpr std::size_t kTroubles = 8;

std::string_view name(Trouble trouble);

struct Answer {
    Trouble trouble = Trouble::none;
    unsigned status = 0;  // of HTTP; 0: no answer came
    std::string text;     // the body; with trouble a sentence

    [[nodiscard]] bool good() const { return trouble == Trouble::none; }
};

struct Watcher {
    std::function<void()> opened;                 // the stream is there
    std::function<void(std::string_view)> event;  // one line of JSON
};

class Engine {
  public:
    Engine(boost::asio::io_context& io, EnginePlace place, Duration timeout)
        : io_{io}, place_{std::move(place)}, timeout_{timeout} {}

    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    // target: "/tasks?filters=...", without the version. One question at a time.
    boost::asio::awaitable<Answer> ask(std::string target);

    // The same for an answer without end. Returns when it has ended, with trouble always. Beside
    // questions, once.
    boost::asio::awaitable<Answer> watch(std::string target, Watcher watcher);

    // What is asked and watched ends, and nothing is asked any more.
    void close();

    // "1.41"; empty until it is agreed on.
    [[nodiscard]] const std::string& version() const { return version_; }

  private:
    using Code = Connection::Code;

    [[nodiscard]] Connection::Request request(const std::string& target) const;
    [[nodiscard]] Answer failed(const std::string& target, const Code& error);
    [[nodiscard]] Answer judged(const std::string& target, unsigned status, std::string body);
    boost::asio::awaitable<Answer> agree();
    boost::asio::awaitable<Answer> get(std::string target);
    boost::asio::awaitable<Answer> get_once(std::string target);
    boost::asio::awaitable<Code> exchange(Connection::Parser& parser, std::string target);
    boost::asio::awaitable<Code> open_stream(Connection& stream, Connection::Parser& parser,
                                             std::string target);

    boost::asio::io_context& io_;
    const EnginePlace place_;
    const Duration timeout_;
    std::string version_;
    std::string newest_;                      // "Api-Version" of the last answer
    std::shared_ptr<Connection> connection_;  // kept from question to question; null: none is open
    std::shared_ptr<Connection> stream_;      // non-null exactly while watched
    bool asking_ = false;
    bool closed_ = false;
};

}  // namespace portcullis::swarm
