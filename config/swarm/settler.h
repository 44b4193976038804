// Which labels of a service are in force. A mistake in a label of a running service takes nothing
// off: the labels that were right before stay in force, and if there were none, the named routes
// (portcullis.routes.NAME) that are wrong are left out.
//
//   the labels are right ----------------------------------------------> they are in force
//   they are wrong, those before were right ---------------------------> those before, a note
//   they are wrong, and right without some named routes ---------------> what is left, a note
//   they are wrong ----------------------------------------------------> they: assemble() says why
#pragma once

#include "config/model.h"
#include "config/swarm/snapshot.h"

#include <map>
#include <string>

namespace portcullis::swarm {

class Settler {
  public:
    // known: with labels as the swarm has them; then with those that are in force, and with notes.
    // before: as published last, or null.
    void settle(const Config& base, Snapshot& known, const Snapshot* before);

    // Another configuration: labels are judged anew.
    void forget() { right_.clear(); }

  private:
    using LabelMap = std::map<std::string, std::string>;

    [[nodiscard]] bool right(const Config& base, const Service& service);
    void settle(const Config& base, Service& service, const Service* before,
                std::vector<Note>& notes);

    std::map<std::string, LabelMap> right_;  // by service's id: labels that were found to be right
};

}  // namespace portcullis::swarm
