#include "proxy/http/field_edit.h"

#include "config/types/field.h"

#include <algorithm>

namespace portcullis::http {
namespace {

constexpr std::string_view kHsts = "Strict-Transport-Security";

}  // namespace

void remove_field(FieldList& fields, std::string_view name) {
    std::erase_if(fields.fields(),
                  [&](const Field& field) { return same_folded(field.name, name); });
}

void remove_other_spellings(FieldList& fields, std::string_view name) {
    std::erase_if(fields.fields(), [&](const Field& field) {
        return same_folded(field.name, name) && !same_name(field.name, name);
    });
}

void edit_fields(FieldList& fields, const HeaderEdits& edits) {
    for (const std::string& name : edits.remove) {
        remove_field(fields, name);
    }
    for (const HeaderField& field : edits.set) {
        remove_field(fields, field.name);
        fields.add(field.name, field.value);
    }
}

void add_hsts(FieldList& fields, const Hsts& hsts) {
    const bool given = std::any_of(fields.fields().begin(), fields.fields().end(),
                                   [](const Field& field) { return same_name(field.name, kHsts); });
    if (given) {
        return;
    }
    std::string& value = fields.text();
    value.append("max-age=")
        .append(
            std::to_string(std::chrono::duration_cast<std::chrono::seconds>(hsts.max_age).count()));
    value.append(hsts.include_subdomains == Switch::on ? "; includeSubDomains" : "");
    value.append(hsts.preload == Switch::on ? "; preload" : "");
    fields.add(kHsts, value);
}

}  // namespace portcullis::http
