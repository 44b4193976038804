// The process's own log: one line a call on standard error, "level place: sentence", for journald
// to date. Only main, the agent, the server, the relay and who follows the swarm log; libraries
// return errors. Never a secret, never patient data. Thread-safe: one write(2) a line.
#pragma once

#include <string_view>

namespace portcullis {

void log_info(std::string_view place, std::string_view sentence);
void log_warning(std::string_view place, std::string_view sentence);
void log_error(std::string_view place, std::string_view sentence);

}  // namespace portcullis
