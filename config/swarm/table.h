// What is known of the swarm: answers and a time in, a snapshot out. A pure machine. A task is
//
//   routable   running, wanted, on the network that the proxy shares with its service, not ill
//   leaving    running, but told to end, or not among those that are wanted, or ill
//
// and is forgotten at once when it runs no more, when an answer with all tasks lacks it, and when
// an answer gives its address to another task, whatever that one's service is (Holders); and else
// kLeavingMax after it began to leave: kServesMax when its service has a routable one, which may be
// slow to listen. What was forgotten comes back only if it is running and wanted.
//
// Invariant: no two tasks of a snapshot have the same address.
//
// An answer without any service, where there were some, is
// believed at once only if each was seen to be removed; otherwise it must be repeated for kDoubt: a
// manager that has just started has been seen to answer so.
#pragma once

#include "config/swarm/holders.h"
#include "config/swarm/notes.h"
#include "config/swarm/snapshot.h"

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace portcullis::swarm {

constexpr auto kLeavingMax = std::chrono::seconds{30};
// Docker tells a task to end (SIGTERM) 3 s after the manager does.
constexpr auto kServesMax = std::chrono::seconds{3};
constexpr auto kDoubt = std::chrono::seconds{10};

// Why no task of a service runs is in an answer with all tasks, which is asked for so often then.
constexpr auto kErrorsEvery = std::chrono::seconds{10};

// Which tasks were asked for: those that are wanted, or all.
enum class Asked : std::uint8_t { wanted, all };

struct TableOptions {
    std::vector<std::string> networks;     // names; the first that a service is on is its
    std::set<std::string> named;           // swarm services that the configuration file names
    bool published = false;                // a container answers on 443: that is the proxy
    std::size_t label_bytes = 64U << 10U;  // discovery.label_bytes
};

class Table {
  public:
    using Time = std::chrono::steady_clock::time_point;

    explicit Table(TableOptions options) : options_{std::move(options)} {}

    void use(TableOptions options) { options_ = std::move(options); }

    // An earlier snapshot, before any answer: the last good state.
    void begin_with(const Snapshot& snapshot, Time now);

    // Answers. Of one look in this order; those that were not asked for are left out.
    void on_network(const std::string& name, const std::string& id) { networks_[name] = id; }

    void on_nodes(std::vector<IpAddress> nodes);

    void on_node_facts(NodeFacts facts) { facts_ = std::move(facts); }

    void on_services(std::vector<EngineService> services, Time now);
    void on_tasks(const std::vector<EngineTask>& tasks, Asked asked, Time now);

    // Events.
    void on_removed(const std::string& service) { removed_.insert(service); }

    // Returns the name of the service whose task that container is; empty: of none that is known.
    std::string on_health(const std::string& container, bool ill);

    // Events are missed from here on: nobody is known to be ill.
    void on_deafness() { ill_.clear(); }

    // Only the answer with all tasks tells whether those that are leaving still run.
    [[nodiscard]] bool wants_all_tasks() const;

    // The last answers are not believed: what is known was not confirmed by them.
    [[nodiscard]] bool doubtful() const { return empty_since_.has_value(); }

    // A service is being updated, or a task is leaving.
    [[nodiscard]] bool in_motion() const;

    // Without serial, time and owners. Its quarantine is of services on none of the networks, and
    // of those that take port 443.
    [[nodiscard]] Snapshot snapshot() const;

  private:
    struct Known {
        Task task;
        std::string container;
        std::optional<Time> leaving_since;  // told to end, or not among those that are wanted
    };

    struct Entry {
        EngineService service;
        std::map<std::string, Known> tasks;  // by id
        std::string last_error;              // of the youngest task that had one, while none runs
    };

    [[nodiscard]] bool doubts(const std::vector<EngineService>& services, Time now);
    [[nodiscard]] const IpAddress* address_of(const EngineTask& task) const;  // null: none of ours
    [[nodiscard]] bool on_a_network(const EngineService& service) const;
    [[nodiscard]] bool routable(const Known& known) const;
    [[nodiscard]] bool has_routable(const Entry& entry) const;
    [[nodiscard]] std::vector<Task> tasks_of(const Entry& entry) const;
    [[nodiscard]] std::string complaint_about(const EngineService& service) const;
    void take(const EngineTask& task, Time now);
    void miss(const std::set<std::string_view>& listed, Asked asked, Time now);
    [[nodiscard]] bool meant(const EngineService& service) const;
    [[nodiscard]] bool starved() const;
    void note_errors(const std::vector<EngineTask>& tasks, Asked asked, Time now);
    [[nodiscard]] std::vector<std::string> network_ids() const;
    void give_away(const Holders& holders);
    void forget(Time now);

    TableOptions options_;
    std::map<std::string, std::string> networks_;  // ids by name; one that vanishes keeps its own
    std::vector<IpAddress> nodes_;
    std::map<std::string, Entry> services_;  // by id
    bool asked_ = false;             // services have been told by the engine, not by a snapshot
    std::set<std::string> removed_;  // of services_: an event said so
    std::set<std::string> ill_;      // containers
    NodeFacts facts_;
    std::optional<Time> errors_at_;    // the last answer with all tasks
    bool errors_due_ = false;          // that is long ago, and some service has no task
    std::optional<Time> empty_since_;  // exactly while answers without services are doubted
};

}  // namespace portcullis::swarm
