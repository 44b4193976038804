// The guard against locking oneself out: would the policy still admit the login from which it is
// applied?
#pragma once

#include "config/firewall_model.h"
#include "firewall/agent/bans.h"
#include "firewall/agent/login.h"

#include <string>

namespace portcullis::firewall {

// Empty: a new connection like this one would get in. Otherwise why not, in a sentence for the
// operator. Only what comes from outside is judged: the loopback interface is never filtered.
std::string why_locked_out(const FirewallConfig& policy, const BanTable& bans,
                           const SshConnection& ssh);

}  // namespace portcullis::firewall
