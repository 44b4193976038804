// A folder with certificates in which a configuration is written and loaded, and what load() says
// about it.
#pragma once

#include "config/load.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_ca.h"

#include <string>
#include <string_view>

namespace portcullis::test {

class Sandbox {
  public:
    Sandbox();

    [[nodiscard]] const TempDir& dir() const { return dir_; }

    [[nodiscard]] const TestCa& ca() const { return ca_; }

    // NAME.pem and NAME.key, valid for a month.
    void issue(std::string_view name, std::vector<std::string> names,
               KeyKind key = KeyKind::ecdsa_p256) const;

    // What load() makes of the text, as portcullis.yaml beside the certificates.
    [[nodiscard]] Loaded load(std::string_view yaml) const;
    // The diagnostics as an operator reads them, the folder's path left out; "" when there are
    // none.
    [[nodiscard]] std::string say(std::string_view yaml) const;
    // The same for a fault in one place: tls with shop.pem, and shop as service and route, are put
    // around it unless the text has the key itself. Columns are the text's own; it comes first, so
    // lines are too.
    [[nodiscard]] std::string say_about(std::string_view part) const;
    // The same in one line for each diagnostic: "LINE:COLUMN PATH: wrong; right", a warning with a
    // '?' in front.
    [[nodiscard]] std::string lines_about(std::string_view part) const;

  private:
    [[nodiscard]] static std::string completed(std::string_view part);

    TempDir dir_;
    TestCa ca_;
};

}  // namespace portcullis::test
