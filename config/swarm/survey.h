// One look at the swarm: the questions of it, in their order, and what was answered.
#pragma once

#include "config/swarm/answers.h"
#include "config/swarm/engine.h"
#include "config/swarm/rhythm.h"
#include "config/swarm/table.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace portcullis::swarm {

struct Questions {
    Look look;
    Asked tasks = Asked::wanted;
    std::vector<std::string> networks;  // names
    Role role = Role::none;             // what this node was; asked anew unless it is a manager
    std::string holder = {};            // overlay.container; empty: none is named
};

// What was not asked is empty. A worker is not asked for services and tasks: it answers 503.
struct Survey {
    Answer trouble;  // good exactly when each question was answered; otherwise use nothing of this
    Role role = Role::none;
    std::map<std::string, std::string> networks;  // ids by name, of those that there are
    std::optional<std::vector<IpAddress>> nodes;
    std::optional<NodeFacts> facts;  // with nodes; what could not be asked is empty in it
    std::optional<std::vector<EngineService>> services;
    std::vector<EngineTask> tasks;
    Asked asked = Asked::wanted;  // which tasks
};

// engine outlives it.
boost::asio::awaitable<Survey> survey(Engine& engine, Questions questions);

// The target of the stream of events, for Engine::watch().
std::string events_target();

}  // namespace portcullis::swarm
