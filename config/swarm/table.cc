#include "config/swarm/table.h"

#include "config/types/quote.h"

#include <algorithm>
#include <fmt/format.h>

namespace portcullis::swarm {

namespace {

std::size_t label_bytes_of(const EngineService& service) {
    std::size_t bytes = 0;
    for (const auto& [label, value] : service.labels) {
        bytes += label.size() + value.size();
    }
    return bytes;
}

}  // namespace

void Table::begin_with(const Snapshot& snapshot, Time now) {
    nodes_ = snapshot.nodes;
    std::set<IpAddress> addresses;
    for (const Service& service : snapshot.services) {
        Entry& entry = services_[service.id];
        entry.service.id = service.id;
        entry.service.name = service.name;
        entry.service.created = service.created;
        entry.service.stack = service.stack;
        entry.service.labels = service.labels;
        for (const Task& task : service.tasks) {
            if (addresses.insert(task.address).second) {
                entry.tasks[task.id] = {
                    {task.id, task.address}, {}, task.leaving ? std::optional{now} : std::nullopt};
            }
        }
    }
}

void Table::on_nodes(std::vector<IpAddress> nodes) {
    std::sort(nodes.begin(), nodes.end());
    nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
    nodes_ = std::move(nodes);
}

void Table::on_services(std::vector<EngineService> services, Time now) {
    if (doubts(services, now)) {
        return;
    }
    std::map<std::string, Entry> next;
    for (EngineService& service : services) {
        const auto before = services_.find(service.id);
        Entry& entry = next[service.id];
        if (before != services_.end()) {
            entry.tasks = std::move(before->second.tasks);
        }
        entry.service = std::move(service);
    }
    services_ = std::move(next);
    asked_ = true;
    // An event may be ahead of the answer.
    std::erase_if(removed_, [&](const std::string& id) { return !services_.contains(id); });
}

bool Table::doubts(const std::vector<EngineService>& services, Time now) {
    const bool removed = std::all_of(services_.begin(), services_.end(), [&](const auto& known) {
        return removed_.contains(known.first);
    });
    if (!services.empty() || removed) {
        empty_since_.reset();
        return false;
    }
    empty_since_ = empty_since_.value_or(now);
    if (now - *empty_since_ < kDoubt) {
        return true;
    }
    empty_since_.reset();
    return false;
}

void Table::on_tasks(const std::vector<EngineTask>& tasks, Asked asked, Time now) {
    if (empty_since_) {
        return;  // who forgot the services has forgotten the tasks
    }
    std::set<std::string_view> listed;
    for (const EngineTask& task : tasks) {
        listed.insert(task.id);
        take(task, now);
    }
    miss(listed, asked, now);
    give_away(Holders{tasks, network_ids()});
    note_errors(tasks, asked, now);
    forget(now);
}

void Table::miss(const std::set<std::string_view>& listed, Asked asked, Time now) {
    for (auto& [id, entry] : services_) {
        std::erase_if(entry.tasks, [&](const auto& known) {
            return asked == Asked::all && !listed.contains(known.first);
        });
        for (auto& [task_id, known] : entry.tasks) {
            if (!listed.contains(task_id)) {
                known.leaving_since = known.leaving_since.value_or(now);
            }
        }
    }
}

void Table::take(const EngineTask& task, Time now) {
    const auto found = services_.find(task.service);
    if (found == services_.end()) {
        return;  // its service is told with the next look at services
    }
    const IpAddress* address = address_of(task);
    if (!task.running || address == nullptr) {
        found->second.tasks.erase(task.id);
        return;
    }
    // On a node that is lost a task is said to run for ever: what was forgotten stays so.
    if (!task.wanted && !found->second.tasks.contains(task.id)) {
        return;
    }
    Known& known = found->second.tasks[task.id];
    known.task = {task.id, *address};
    known.container = task.container;
    known.leaving_since =
        task.wanted ? std::nullopt : std::optional{known.leaving_since.value_or(now)};
}

const IpAddress* Table::address_of(const EngineTask& task) const {
    for (const std::string& name : options_.networks) {
        const auto network = networks_.find(name);
        for (const auto& [id, address] : task.addresses) {
            if (network != networks_.end() && network->second == id) {
                return &address;
            }
        }
    }
    return nullptr;
}

bool Table::meant(const EngineService& service) const {
    return !service.labels.empty() || options_.named.contains(service.name);
}

// Some service that should be routed has no task, and wants some.
bool Table::starved() const {
    return std::any_of(services_.begin(), services_.end(), [&](const auto& one) {
        const EngineService& service = one.second.service;
        return one.second.tasks.empty() && meant(service) && service.replicas != 0 && !service.job;
    });
}

void Table::note_errors(const std::vector<EngineTask>& tasks, Asked asked, Time now) {
    if (asked == Asked::all) {
        errors_at_ = now;
    }
    errors_due_ = starved() && (!errors_at_ || now - *errors_at_ >= kErrorsEvery);
    std::map<std::string_view, const EngineTask*> youngest;
    for (const EngineTask& task : tasks) {
        const EngineTask*& known = youngest[task.service];
        if (!task.error.empty() && (known == nullptr || known->created < task.created)) {
            known = &task;
        }
    }
    for (auto& [id, entry] : services_) {
        const auto at = youngest.find(id);
        if (!entry.tasks.empty()) {
            entry.last_error.clear();
        } else if (at != youngest.end() && at->second != nullptr) {
            entry.last_error = at->second->error;
        }
    }
}

void Table::give_away(const Holders& holders) {
    for (auto& [id, entry] : services_) {
        std::erase_if(entry.tasks, [&](const auto& known) {
            return holders.gave_away(known.second.task.address, known.first);
        });
    }
}

std::vector<std::string> Table::network_ids() const {
    std::vector<std::string> ids;
    for (const auto& [name, id] : networks_) {
        ids.push_back(id);
    }
    return ids;
}

void Table::forget(Time now) {
    std::set<std::string> ill;
    for (auto& [id, entry] : services_) {
        const auto most = has_routable(entry) ? kServesMax : kLeavingMax;
        std::erase_if(entry.tasks, [&](const auto& known) {
            const auto& since = known.second.leaving_since;
            return since && now - *since >= most;
        });
        for (const auto& [task_id, known] : entry.tasks) {
            if (ill_.contains(known.container)) {
                ill.insert(known.container);
            }
        }
    }
    ill_ = std::move(ill);
}

std::string Table::on_health(const std::string& container, bool ill) {
    if (ill) {
        ill_.insert(container);
    } else {
        ill_.erase(container);
    }
    for (const auto& [id, entry] : services_) {
        for (const auto& [task_id, known] : entry.tasks) {
            if (known.container == container) {
                return entry.service.name;
            }
        }
    }
    return {};
}

bool Table::routable(const Known& known) const {
    return !known.leaving_since && !ill_.contains(known.container);
}

bool Table::has_routable(const Entry& entry) const {
    return std::any_of(entry.tasks.begin(), entry.tasks.end(),
                       [&](const auto& known) { return routable(known.second); });
}

bool Table::wants_all_tasks() const {
    return errors_due_ || std::any_of(services_.begin(), services_.end(), [&](const auto& service) {
               const auto& tasks = service.second.tasks;
               return std::any_of(tasks.begin(), tasks.end(), [&](const auto& known) {
                   return known.second.leaving_since.has_value();
               });
           });
}

bool Table::in_motion() const {
    return empty_since_ ||
           std::any_of(services_.begin(), services_.end(), [&](const auto& service) {
               const Entry& entry = service.second;
               return entry.service.updating ||
                      std::any_of(entry.tasks.begin(), entry.tasks.end(),
                                  [&](const auto& known) { return !routable(known.second); });
           });
}

std::vector<Task> Table::tasks_of(const Entry& entry) const {
    std::vector<Task> tasks;
    for (const auto& [id, known] : entry.tasks) {
        tasks.push_back({known.task.id, known.task.address, !routable(known)});
    }
    return tasks;
}

bool Table::on_a_network(const EngineService& service) const {
    return !asked_ ||
           std::any_of(options_.networks.begin(), options_.networks.end(), [&](const auto& name) {
               const auto network = networks_.find(name);
               return network != networks_.end() &&
                      std::find(service.networks.begin(), service.networks.end(),
                                network->second) != service.networks.end();
           });
}

std::string Table::complaint_about(const EngineService& service) const {
    if (label_bytes_of(service) > options_.label_bytes) {
        return fmt::format(
            "its labels have {} bytes, and discovery.label_bytes is {}; shorten them",
            label_bytes_of(service), options_.label_bytes);
    }
    if (service.publishes_ingress_port && !options_.published) {
        return "publishes port 443, in conflict with the proxy; take it out of its ports";
    }
    if (meant(service) && !service.job && !on_a_network(service)) {
        return "is on none of the networks of discovery.networks; attach it to " +
               (options_.networks.empty() ? "one" : in_quotes(options_.networks.front()));
    }
    return {};
}

Snapshot Table::snapshot() const {
    Snapshot snapshot;
    snapshot.nodes = nodes_;
    snapshot.notes = notes_about(facts_);
    for (const auto& [id, entry] : services_) {
        const EngineService& service = entry.service;
        if (const std::string reason = complaint_about(service); !reason.empty()) {
            snapshot.quarantine.push_back({service.name, reason});
        }
        if (std::string sentence =
                sentence_about({service, meant(service), asked_ && on_a_network(service),
                                entry.tasks.size(), entry.last_error});
            !sentence.empty()) {
            snapshot.notes.push_back({service.name, std::move(sentence)});
        }
        if (on_a_network(service)) {
            // Labels that are too long are left out: a few services with megabytes of them would
            // leave no room for the others in the snapshot.
            const bool fits = label_bytes_of(service) <= options_.label_bytes;
            snapshot.services.push_back({service.name, service.id, service.created, service.stack,
                                         fits ? service.labels : decltype(service.labels){},
                                         tasks_of(entry)});
        }
    }
    const auto by_name = [](const Service& a, const Service& b) { return a.name < b.name; };
    std::sort(snapshot.services.begin(), snapshot.services.end(), by_name);
    std::sort(snapshot.quarantine.begin(), snapshot.quarantine.end());
    std::sort(snapshot.notes.begin(), snapshot.notes.end());
    return snapshot;
}

}  // namespace portcullis::swarm
