#include "config/swarm/notes.h"

#include "config/types/quote.h"

#include <algorithm>
#include <fmt/format.h>

namespace portcullis::swarm {
namespace {

bool is_on(const EngineContainer& container, const std::string& network) {
    return std::find(container.networks.begin(), container.networks.end(), network) !=
           container.networks.end();
}

std::string sentence_about_tasks(const ServiceFacts& facts) {
    const std::string wanted = facts.service.replicas
                                   ? fmt::format("{} wanted, 0 running", *facts.service.replicas)
                                   : std::string{"no task is running"};
    return wanted + (facts.last_error.empty() ? "" : ", last error: " + facts.last_error);
}

}  // namespace

std::string sentence_about(const ServiceFacts& facts) {
    if (!facts.meant) {
        return facts.service.other_labels && facts.reachable
                   ? "its labels traefik.* have no effect here; write portcullis.host and "
                     "portcullis.port"
                   : "";
    }
    if (facts.service.job) {
        return "is a job, whose tasks are to end: nothing is routed to it; make it a replicated or "
               "a global service";
    }
    return facts.reachable && facts.running == 0 ? sentence_about_tasks(facts) : "";
}

std::vector<Note> notes_about(const NodeFacts& facts) {
    std::vector<Note> notes;
    for (const std::string& network : facts.missing_networks) {
        notes.push_back({"", "the swarm has no network " + in_quotes(network) +
                                 ", which discovery.networks names; create it: docker network "
                                 "create --driver overlay --attachable " +
                                 network});
    }
    for (const EngineContainer& container : facts.labelled_containers) {
        notes.push_back(
            {"", "the container " + in_quotes(container.name) +
                     " has labels portcullis.*, which have no effect there; write them on a "
                     "service: under deploy.labels in a stack, or with docker service create "
                     "--label"});
    }
    for (const std::string& network : facts.networks) {
        const bool met = std::any_of(facts.holders.begin(), facts.holders.end(),
                                     [&](const auto& one) { return is_on(one, network); });
        if (!facts.holders.empty() && !met && !facts.missing_networks.contains(network)) {
            notes.push_back({"", "the container " + in_quotes(facts.holder) +
                                     ", in whose network tasks are met, is not on " +
                                     in_quotes(network) + "; attach it: docker network connect " +
                                     network + " " + facts.holders.front().name});
        }
    }
    return notes;
}

}  // namespace portcullis::swarm
