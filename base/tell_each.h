// Telling each of those in an intrusive list, when what is told may end any of them, or add new
// ones: each is told once, and of the new ones none. For boost::intrusive lists with the
// auto_unlink hook.
#pragma once

namespace portcullis {

template <class List, class Tell>
void tell_each(List& list, Tell tell) {
    List untold;
    untold.swap(list);
    while (!untold.empty()) {
        auto& first = untold.front();
        untold.pop_front();
        list.push_back(first);
        tell(first);
    }
}

}  // namespace portcullis
