#include "config/yaml.h"

#include "config/types/quote.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <map>
#include <sstream>

namespace portcullis {
namespace {

// Thrown by the builder through yaml-cpp's parser, and caught by parse_yaml() alone.
struct Mistake {
    Mark mark;
    std::string wrong;
    std::string right;
};

Mark our_mark(const YAML::Mark& mark) {
    return mark.is_null() ? Mark{} : Mark{mark.line + 1, mark.column + 1};
}

// Builds the tree from yaml-cpp's events instead of its nodes: those forget duplicate keys, the
// places of aliases, and where to stop.
class Builder final : public YAML::EventHandler {
  public:
    explicit Builder(YamlDocument& document) : document_{document} {}

    void OnDocumentStart(const YAML::Mark&) override {}

    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        add(YamlNode::Kind::null, mark, anchor);
    }

    void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  const std::string& value) override {
        YamlNode& node = make(YamlNode::Kind::scalar, mark, anchor);
        node.text = value;
        place(node, node.mark);
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        const auto found = anchors_.find(anchor);
        const YamlNode* node = found == anchors_.end() ? nullptr : found->second;
        for (const Open& open : open_) {
            if (node == nullptr || open.node == node) {
                throw Mistake{our_mark(mark), "an alias inside the value that it stands for",
                              "write the value out"};
            }
        }
        place(*node, our_mark(mark));
    }

    void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        open(YamlNode::Kind::sequence, mark, anchor);
    }

    void OnSequenceEnd() override { open_.pop_back(); }

    void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        open(YamlNode::Kind::mapping, mark, anchor);
    }

    void OnMapEnd() override { open_.pop_back(); }

  private:
    // A sequence or mapping whose end has not come yet.
    struct Open {
        YamlNode* node;
        bool has_key = false;  // mapping: its last entry waits for a value
    };

    YamlNode& make(YamlNode::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
        if (document_.nodes.size() == kYamlNodesMax) {
            throw Mistake{our_mark(mark), "more than 200000 values in one file", {}};
        }
        YamlNode& node = document_.nodes.emplace_back();
        node.kind = kind;
        node.mark = our_mark(mark);
        if (anchor != YAML::NullAnchor) {
            anchors_[anchor] = &node;
        }
        return node;
    }

    void add(YamlNode::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
        YamlNode& node = make(kind, mark, anchor);
        place(node, node.mark);
    }

    void open(YamlNode::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
        if (open_.size() == kYamlDepthMax) {
            throw Mistake{our_mark(mark), "nested deeper than 32 levels",
                          "no option is nested so deep"};
        }
        YamlNode& node = make(kind, mark, anchor);
        place(node, node.mark);
        open_.push_back({&node});
    }

    // Puts a finished or just opened node where the innermost open one expects it.
    void place(const YamlNode& node, Mark mark) {
        if (open_.empty()) {
            document_.root = &node;
            return;
        }
        Open& parent = open_.back();
        if (parent.node->kind == YamlNode::Kind::sequence) {
            parent.node->items.push_back(&node);
        } else if (parent.has_key) {
            parent.node->entries.back().value = &node;
            parent.has_key = false;
        } else if (node.kind == YamlNode::Kind::scalar) {
            parent.node->entries.push_back({node.text, mark, &kNothing});
            parent.has_key = true;
        } else {
            throw Mistake{mark, "a key that is not a word", "write keys as 'word: value'"};
        }
    }

    static const YamlNode kNothing;

    YamlDocument& document_;
    std::vector<Open> open_;
    std::map<YAML::anchor_t, const YamlNode*> anchors_;
};

const YamlNode Builder::kNothing{};

// Only what yaml-cpp may be trusted with: no NUL, no other encoding, nothing a terminal would obey.
void check_bytes(std::string_view text) {
    Mark mark{1, 1};
    while (!text.empty()) {
        const auto byte = static_cast<unsigned char>(text.front());
        const std::size_t length = utf8_length(text);
        if (byte == 0) {
            throw Mistake{mark, "a NUL byte", "save the file as UTF-8 text"};
        }
        if (length == 0) {
            throw Mistake{mark, "bytes that are not UTF-8", "save the file as UTF-8 text"};
        }
        if ((byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7F) {
            throw Mistake{mark, "a control character", "remove it"};
        }
        mark = byte == '\n' ? Mark{mark.line + 1, 1}
                            : Mark{mark.line, mark.column + static_cast<int>(length)};
        text.remove_prefix(length);
    }
}

void parse(std::string_view text, YamlDocument& document) {
    check_bytes(text);
    std::istringstream stream{std::string{text}};
    YAML::Parser parser{stream};
    Builder builder{document};
    if (!parser.HandleNextDocument(builder) || document.root == nullptr ||
        document.root->kind == YamlNode::Kind::null) {
        throw Mistake{
            {}, "the file is empty", "the smallest useful one has tls, services and routes"};
    }
    YamlDocument second;
    Builder ignored{second};
    if (parser.HandleNextDocument(ignored)) {
        const Mark mark = second.root == nullptr ? Mark{} : second.root->mark;
        throw Mistake{mark, "a second YAML document",
                      "keep everything in one, without '---' in between"};
    }
}

}  // namespace

YamlDocument parse_yaml(std::string_view text) {
    YamlDocument document;
    const auto refuse = [&](Mark mark, std::string wrong, std::string right) {
        document.root = nullptr;
        document.mistakes = {
            {{}, mark.line, mark.column, {}, std::move(wrong), std::move(right), Severity::error}};
    };
    try {
        parse(text, document);
    } catch (const Mistake& mistake) {
        refuse(mistake.mark, mistake.wrong, mistake.right);
    } catch (const YAML::Exception& thrown) {
        refuse(our_mark(thrown.mark), "not YAML: " + thrown.msg,
               "check the indentation, quotes and brackets before this place");
    } catch (const std::exception& thrown) {
        refuse({}, std::string{"not YAML: "} + thrown.what(), {});
    }
    return document;
}

}  // namespace portcullis
