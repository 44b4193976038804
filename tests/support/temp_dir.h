// A folder of its own under the system's temporary one, removed with everything in it at the end of
// the scope. A proxy under test reads and writes in it (serving_user.h); everybody else is kept
// out.
#pragma once

#include <filesystem>
#include <string_view>

namespace portcullis::test {

class TempDir {
  public:
    TempDir();
    ~TempDir();
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

    // Writes the file (mode 0640, or 0600 where the proxy serves as root) and gives its full path.
    // name may hold folders; they are made.
    std::filesystem::path write(std::string_view name, std::string_view content) const;

  private:
    std::filesystem::path path_;
};

}  // namespace portcullis::test
