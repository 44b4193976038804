#include "proxy/relay/client.h"

namespace portcullis::relay {

// One that is cancelled may go, and may take others with it, or bring new ones. So each is taken
// from the front and put behind, and those that were there at first are counted.
void Client::cut_origins() {
    for (std::size_t left = origins.size(); left > 0 && !origins.empty(); --left) {
        Cuttable& first = origins.front();
        origins.pop_front();
        origins.push_back(first);
        first.cancel();
    }
}

}  // namespace portcullis::relay
