// From policy to program. Pure: equal policy and facts give equal programs, and nothing is asked of
// the machine. One file for each group of chains; how they hang together:
//
//   netdev ingress -500  layer2       frames for others, which only macvlan would take
//   prerouting     -450  early        bans, bogons, forged sources, options, fragments: no state
//   yet prerouting     -300  raw_in       flags, floods, SYNs to other ports; 443 untracked (edge)
//   prerouting     -150  gate         policy drop: what is not accepted here is dropped
//   input            -5  cookies      from synproxy in a container's place (published)
//   output         -300  raw_out      the untracked answers
//   output           -5  verified     limits on sources that gave the cookie back (published)
//   input, forward  300  canary_*     counters that stay 0 as long as all of the above is true
//
// Each of the first three starts with the same question, outside or inside: a pinned index is
// outside, then a name may be inside, then a Docker bridge is, and everything else is outside.
#pragma once

#include "config/firewall_model.h"
#include "firewall/program/facts.h"
#include "firewall/program/program.h"

namespace portcullis::firewall {

// The policy must have passed validate_firewall(). Every program of compile() passes prove() with
// the same policy, unless the policy asks for what must not be.
Program compile(const FirewallConfig& policy, const Facts& facts);

}  // namespace portcullis::firewall
