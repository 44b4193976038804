#include "admin/command.h"
#include "admin/explain.h"
#include "admin/target.h"
#include "config/load.h"

namespace portcullis::admin {
namespace {

Output wrong_use(const Error& error) {
    return {2, {}, error.text + "\n"};
}

}  // namespace

Output run_explain(const ExplainArguments& arguments) {
    const auto target = parse_target(arguments.url);
    if (!target) {
        return wrong_use(target.error());
    }
    Question question{*target, arguments.sni, std::nullopt};
    if (arguments.client) {
        const auto client = IpAddress::parse(*arguments.client);
        if (!client) {
            return wrong_use(client.error());
        }
        question.client = *client;
    }
    const Loaded loaded = load(arguments.file);
    if (!loaded.config) {
        return {1, {}, render(loaded.diagnostics, loaded.text)};
    }
    const auto explanation = explain(loaded.config, question);
    if (!explanation) {
        return wrong_use(explanation.error());
    }
    return {explanation->answer == "forwarded" ? 0 : 1,
            arguments.json ? explanation_json(*explanation) : explanation_text(*explanation),
            {}};
}

}  // namespace portcullis::admin
