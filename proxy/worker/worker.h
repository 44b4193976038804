// One thread: its listeners, its connections, its view of the configuration. Workers share nothing
// but what they are handed, and they are only ever told things by messages posted to their loop.
#pragma once

#include "base/fd.h"
#include "proxy/relay/board.h"
#include "proxy/relay/client.h"
#include "proxy/relay/context.h"
#include "proxy/relay/health_watch.h"
#include "proxy/relay/silence_watch.h"
#include "proxy/worker/watchdog.h"

#include <boost/intrusive/list.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <latch>
#include <memory>
#include <thread>
#include <vector>

namespace portcullis::worker {

// What becomes, while a worker drains, of connections that carry no request. close: at once.
// keep: each may bring one more, which is its last; closed at the deadline.
enum class Idle : std::uint8_t { close, keep };

// Where workers stand still together.
struct Halt {
    explicit Halt(std::size_t workers) : arrived{static_cast<std::ptrdiff_t>(workers)} {}

    std::latch arrived;
    std::latch over{1};
};

class Worker {
  public:
    // Fails when the configuration's certificates cannot be used. log and shared must outlive the
    // worker.
    static Result<std::unique_ptr<Worker>> make(const relay::Published& published,
                                                std::shared_ptr<const tls::TicketKeys> keys,
                                                std::vector<Fd> listeners, observe::AccessLog& log,
                                                limit::Shared& shared);
    ~Worker();  // the thread must have ended

    // on_end is called on the worker's thread, as the last thing it does.
    void start(std::function<void()> on_end);

    // After start().
    void be_watched(Watchdog& watchdog) { watchdog.watch(context_.loop, thread_.native_handle()); }

    void join() { thread_.join(); }

    // The owner's thread; they take effect a little later.
    void use(relay::Published published);
    void use(std::shared_ptr<const tls::TicketKeys> keys);
    // Arrives there, and does nothing until it is over.
    void halt(std::shared_ptr<Halt> halt);
    // Closes the listeners; connections go on.
    void stop_accepting();
    // Accepts nothing more, lets exchanges finish until the deadline, and ends the thread. A second
    // call replaces the first one's deadline.
    void drain(Duration deadline, Idle idle = Idle::close);

    [[nodiscard]] const observe::Counters& counters() const { return context_.counters; }

    // Any thread: that of the configuration it serves now.
    [[nodiscard]] std::shared_ptr<const relay::Board> board() const { return board_.load(); }

  private:
    friend class Place;
    friend Task<> accept_connections(Worker& worker, std::size_t listener);
    friend Task<> serve_connection(Fd fd, SocketAddress from, Worker& worker);

    Worker(observe::AccessLog& log, limit::Shared& shared) : context_{log, shared} {}

    void post(std::function<void()> message);
    void run(const std::function<void()>& on_end);
    void cancel_listeners();
    void leave_idle(Idle idle);
    Task<> end_at(Duration deadline);
    void cut_all();
    void stop_if_empty();

    void show() { board_.store(relay::make_board(*context_.site)); }

    relay::Context context_;
    relay::HealthWatch health_{context_};
    Task<> silence_ = relay::watch_silence(context_);
    std::atomic<std::shared_ptr<const relay::Board>> board_;
    std::shared_ptr<const tls::TicketKeys> keys_;
    boost::intrusive::list<relay::Client, boost::intrusive::constant_time_size<true>> open_;
    std::vector<std::unique_ptr<stream::Socket>> listeners_;  // null once closed
    Task<> ending_;                                           // runs from drain() on
    std::thread thread_;
};

}  // namespace portcullis::worker
