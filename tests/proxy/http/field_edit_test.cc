#include "proxy/http/field_edit.h"

#include <gtest/gtest.h>

namespace portcullis::http {
namespace {

std::string shown(const FieldList& fields) {
    std::string text;
    for (const Field& field : fields.all()) {
        text.append(field.name).append("=").append(field.value).append(" ");
    }
    return text;
}

TEST(EditFields, RemovesThenSetsInAnyLetterCase) {
    FieldList fields;
    for (const char* name : {"X-A", "x-a", "X_a", "X.A", "X-B", "Server", "X-C"}) {
        fields.add(name, "1");
    }
    const HeaderEdits edits{.set = {{"X-A", "2"}, {"X-New", "3"}, {"X-C", "4"}},
                            .remove = {"server", "X-C", "x-absent"}};
    edit_fields(fields, edits);
    EXPECT_EQ(shown(fields), "X-B=1 X-A=2 X-New=3 X-C=4 ");
}

TEST(RemoveOtherSpellings, LeavesTheNameItself) {
    FieldList fields;
    for (const char* name : {"X-Key", "x-KEY", "X_Key", "X.Key", "X-Keys"}) {
        fields.add(name, "1");
    }
    remove_other_spellings(fields, "x-key");
    EXPECT_EQ(shown(fields), "X-Key=1 x-KEY=1 X-Keys=1 ");
}

TEST(EditFields, NothingIsNoChange) {
    FieldList fields;
    fields.add("A", "1");
    edit_fields(fields, {});
    EXPECT_EQ(shown(fields), "A=1 ");
}

// Neither of the two can be taken back soon, and both speak for hosts that are not ours.
TEST(AddHsts, IsTwoYearsForThisHostAloneUnlessAskedFor) {
    FieldList fields;
    add_hsts(fields, {});
    EXPECT_EQ(shown(fields), "Strict-Transport-Security=max-age=63072000 ");
    FieldList all;
    add_hsts(all, {.include_subdomains = Switch::on, .preload = Switch::on});
    EXPECT_EQ(shown(all),
              "Strict-Transport-Security=max-age=63072000; includeSubDomains; preload ");
    FieldList little;
    add_hsts(little, {.max_age = 0s});
    EXPECT_EQ(shown(little), "Strict-Transport-Security=max-age=0 ");
}

TEST(AddHsts, LeavesTheOriginsOwn) {
    FieldList own;
    own.add("strict-transport-security", "max-age=1");
    add_hsts(own, {});
    EXPECT_EQ(shown(own), "strict-transport-security=max-age=1 ");
}

}  // namespace
}  // namespace portcullis::http
