#include "proxy/serving_user.h"

#include "config/types/quote.h"
#include "proxy/privileges.h"

#include <sys/prctl.h>

#include <algorithm>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <unistd.h>
#include <vector>

namespace portcullis {
namespace {

// A change of user takes the parent-death signal away (prctl(2)): whoever asked for it before, a
// keeper or a supervisor, still wants this process to end with it.
class ParentDeathSignal {
  public:
    ParentDeathSignal() { ::prctl(PR_GET_PDEATHSIG, &signal_); }

    void restore() const {
        if (signal_ == 0) {
            return;
        }
        ::prctl(PR_SET_PDEATHSIG, signal_);
        if (::getppid() != parent_) {
            ::kill(::getpid(), signal_);  // it ended in between
        }
    }

  private:
    int signal_ = 0;
    pid_t parent_ = ::getppid();
};

std::string name_of_group(gid_t gid) {
    const group* const found = ::getgrgid(gid);
    return found != nullptr ? found->gr_name : std::to_string(gid);
}

// A group may be worth as much as root: "docker" is.
Result<void> leave_groups() {
    if (::setgroups(0, nullptr) == 0) {
        return {};
    }
    std::vector<gid_t> groups(static_cast<std::size_t>(std::max(0, ::getgroups(0, nullptr))));
    const int count = ::getgroups(static_cast<int>(groups.size()), groups.data());
    std::string names;
    for (int i = 0; i < count; ++i) {
        const gid_t gid = groups[static_cast<std::size_t>(i)];
        if (gid != ::getegid()) {
            names += (names.empty() ? "" : ", ") + name_of_group(gid);
        }
    }
    if (names.empty()) {
        return {};
    }
    return failure("the supplementary groups (" + names +
                   ") cannot be given up without CAP_SETGID: start the proxy without them, or as "
                   "root");
}

Result<void> leave_root(const ServingUser& user) {
    if (::setresgid(user.gid, user.gid, user.gid) != 0) {
        return errno_error("cannot change to group " + std::to_string(user.gid));
    }
    ::prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
    if (::setresuid(user.uid, user.uid, user.uid) != 0) {
        return errno_error("cannot change to user " + std::to_string(user.uid));
    }
    ::prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0);
    return {};
}

Result<void> become(const ServingUser& user, std::span<const int> capabilities) {
    const ParentDeathSignal of_parent;
    if (const auto limited = limit_capabilities({}); !limited) {
        return limited.error();
    }
    if (const auto left = leave_groups(); !left) {
        return left.error();
    }
    if (const auto left = leave_root(user); !left) {
        return failure(
            left.error().text +
            ": root needs CAP_SETUID and CAP_SETGID for that; a process of a version that "
            "served as root has neither, and is restarted, not upgraded");
    }
    of_parent.restore();
    return keep_capabilities(capabilities);
}

// Of a process that is not root.
Result<void> stay(const UserChoice& choice, std::span<const int> capabilities) {
    if (choice.is_explicit) {
        const auto user = find_user(choice.name);
        if (!user) {
            return user.error();
        }
        if (user->uid != ::geteuid()) {
            return failure("a process of user " + std::to_string(::geteuid()) + " cannot become " +
                           in_quotes(choice.name) +
                           ": start it as root or as that user, or leave out --user");
        }
    }
    if (const auto left = leave_groups(); !left) {
        return left.error();
    }
    return keep_capabilities(capabilities);
}

}  // namespace

Result<ServingUser> find_user(const std::string& name) {
    const passwd* const found = ::getpwnam(name.c_str());
    if (found == nullptr) {
        return failure("the user " + in_quotes(name) +
                       " does not exist: 'useradd --system --user-group --no-create-home --shell "
                       "/usr/sbin/nologin " +
                       name +
                       "' makes it (or systemd-sysusers with deploy/sysusers.d/portcullis.conf); "
                       "--user names another one");
    }
    return ServingUser{found->pw_uid, found->pw_gid};
}

Result<void> become_serving_user(const UserChoice& choice, std::span<const int> capabilities) {
    if (::geteuid() != 0) {
        return stay(choice, capabilities);
    }
    if (choice.allow_root) {
        // Where groups cannot be given up, in a user namespace that forbids it, they are no more
        // than what its maker had.
        (void)::setgroups(0, nullptr);
        return keep_capabilities(capabilities);
    }
    const auto user = find_user(choice.name);
    if (!user) {
        return user.error();
    }
    if (user->uid == 0) {
        return failure("the user " + in_quotes(choice.name) +
                       " is root, which the proxy does not serve as: name another one with --user, "
                       "or give --allow-root in place of --user");
    }
    return become(*user, capabilities);
}

}  // namespace portcullis
