// What a route changes in the fields of a request or an answer, before they are given a protocol's
// form.
#pragma once

#include "config/route_model.h"
#include "proxy/http/fields.h"

namespace portcullis::http {

// Without every field that same_folded() takes for that name: origins that turn several spellings
// into HTTP_X_USER must not be told two things.
void remove_field(FieldList& fields, std::string_view name);

// Without the fields that an origin may take for that name, but for those that have it. Where we
// act on a field that a client sends, the origin must not be told another one by a spelling that we
// do not act on.
void remove_other_spellings(FieldList& fields, std::string_view name);

// edits must live as long as the list's content.
void edit_fields(FieldList& fields, const HeaderEdits& edits);

// Strict-Transport-Security, unless there is one already.
void add_hsts(FieldList& fields, const Hsts& hsts);

}  // namespace portcullis::http
