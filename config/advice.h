// What to say about a key that no option has: people mistype, shorten, and come from other proxies.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace portcullis {

// The known key that this one most likely means: what other proxies' option of that name is called
// here, or the nearest in spelling. Empty when none is near.
std::string_view meant_key(std::string_view key, const std::vector<std::string_view>& known);

// "did you mean 'host'?", or all that is known here, or why there is no such option.
std::string advice_on_key(std::string_view key, const std::vector<std::string_view>& known);

// "a, b or c"
std::string listed(const std::vector<std::string_view>& words);

}  // namespace portcullis
