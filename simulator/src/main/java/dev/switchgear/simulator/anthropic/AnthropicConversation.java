package dev.switchgear.simulator.anthropic;

import dev.switchgear.simulator.answer.ApiErrorException;
import dev.switchgear.simulator.anthropic.AnthropicTraits.Trait;
import dev.switchgear.simulator.mind.Tokens;
import dev.switchgear.simulator.seal.Signatures;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Checks the messages of a request as the API does (section 2, "Hard rules"), and reads them.
final class AnthropicConversation {
    /// A turn, its content always a list of blocks.
    record Turn(String role, List<JsonNode> blocks) {
        Turn {
            blocks = List.copyOf(blocks);
        }

        boolean has(String type) {
            return blocks.stream().anyMatch(block -> type(block).equals(type));
        }

        String text() {
            var text = new StringBuilder();
            for (JsonNode block : blocks) {
                if (type(block).equals("text")) {
                    text.append(text.isEmpty() ? "" : " ").append(block.path("text").asString(""));
                }
            }
            return text.toString();
        }
    }

    static final int IMAGE_TOKENS = 800;
    private static final int PDF_TOKENS = 1500;
    private static final int MESSAGES_MAX = 100_000;
    private static final List<String> IMAGES =
            List.of("image/jpeg", "image/png", "image/gif", "image/webp");
    private static final List<String> BLOCKS =
            List.of(
                    "bash_code_execution_tool_result",
                    "code_execution_tool_result",
                    "compaction",
                    "container_upload",
                    "document",
                    "image",
                    "mcp_tool_result",
                    "mcp_tool_use",
                    "redacted_thinking",
                    "search_result",
                    "server_tool_use",
                    "text",
                    "text_editor_code_execution_tool_result",
                    "thinking",
                    "tool_reference",
                    "tool_result",
                    "tool_search_tool_result",
                    "tool_use",
                    "web_fetch_tool_result",
                    "web_search_tool_result");

    private final AnthropicTraits traits;
    private final String model;
    private final Signatures signatures;

    AnthropicConversation(AnthropicTraits traits, String model, Signatures signatures) {
        this.traits = traits;
        this.model = model;
        this.signatures = signatures;
    }

    static String type(JsonNode block) {
        return block.path("type").asString("");
    }

    /// The turns of `messages`.
    ///
    /// @param budgeted whether `thinking.type` is `enabled`; with `adaptive` thoughts may be missing
    List<Turn> read(JsonNode messages, boolean budgeted) throws ApiErrorException {
        AnthropicFields.list(messages, "messages");
        if (messages.isEmpty()) {
            throw AnthropicErrorShapes.invalid("messages: at least one message is required");
        }
        if (messages.size() > MESSAGES_MAX) {
            throw AnthropicErrorShapes.invalid(
                    "messages: List should have at most 100000 items after validation, not "
                            + messages.size());
        }
        List<Turn> turns = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            turns.add(turn(messages.get(i), i, i == messages.size() - 1));
        }
        if (!turns.getFirst().role().equals("user")) {
            throw AnthropicErrorShapes.invalid(
                    "messages: first message must use the \"user\" role");
        }
        checkLast(turns.getLast());
        checkTools(turns);
        if (budgeted) {
            checkThoughts(turns);
        }
        return turns;
    }

    private Turn turn(JsonNode message, int index, boolean last) throws ApiErrorException {
        String at = "messages." + index;
        AnthropicFields.object(message, at);
        String role = AnthropicFields.text(message, "role", at + ".");
        boolean set = role.equals("system") && traits.has(Trait.SETTINGS_AMID);
        AnthropicFields.only(
                message,
                at + ".",
                set ? Set.of("role", "content", "output_config") : Set.of("role", "content"));
        if (role.equals("system") && !(traits.has(Trait.SYSTEM_AMID) && index > 0)) {
            throw AnthropicErrorShapes.invalid(
                    "messages: Unexpected role \"system\". The Messages API accepts a top-level"
                            + " `system` parameter, not \"system\" as an input message role.");
        }
        if (!List.of("user", "assistant", "system").contains(role)) {
            throw AnthropicErrorShapes.invalid(
                    "messages: Unexpected role \""
                            + role
                            + "\". Allowed roles are \"user\" or \"assistant\".");
        }
        List<JsonNode> blocks = new ArrayList<>();
        for (JsonNode block : content(AnthropicFields.required(message, "content", at + "."), at)) {
            blocks.add(block);
        }
        if (blocks.isEmpty() && !(last && role.equals("assistant"))) {
            throw AnthropicErrorShapes.invalid(
                    at
                            + ": all messages must have non-empty content except for the optional"
                            + " final assistant message");
        }
        for (int i = 0; i < blocks.size(); i++) {
            block(blocks.get(i), role, at + ".content." + i);
        }
        return new Turn(role, blocks);
    }

    /// A string becomes one block of text; an empty one, none.
    private static JsonNode content(JsonNode content, String at) throws ApiErrorException {
        if (content.isArray()) {
            return content;
        }
        String text = AnthropicFields.text(content, at + ".content");
        ArrayNode blocks = JsonNodeFactory.instance.arrayNode();
        if (!text.isEmpty()) {
            blocks.addObject().put("type", "text").put("text", text);
        }
        return blocks;
    }

    private void block(JsonNode block, String role, String at) throws ApiErrorException {
        AnthropicFields.object(block, at);
        String type = AnthropicFields.text(block, "type", at + ".");
        if (!BLOCKS.contains(type)) {
            throw AnthropicErrorShapes.invalid(
                    at
                            + ": Input tag '"
                            + type
                            + "' found using 'type' does not match any of the expected tags: '"
                            + String.join("', '", BLOCKS)
                            + "'");
        }
        String here = at + "." + type + ".";
        boolean user = role.equals("user");
        boolean misplaced =
                switch (type) {
                    case "tool_result", "image", "document" -> !user;
                    case "tool_use", "thinking", "redacted_thinking", "server_tool_use" -> user;
                    default -> false;
                };
        if (misplaced) {
            throw AnthropicErrorShapes.invalid(
                    at
                            + ": `"
                            + type
                            + "` blocks can only be in `"
                            + (user ? "assistant" : "user")
                            + "` messages");
        }
        switch (type) {
            case "text" -> text(block, here);
            case "image" -> source(block, here, false);
            case "document" -> source(block, here, true);
            case "tool_use" -> toolUse(block, here);
            case "tool_result" -> toolResult(block, here, at);
            case "thinking" -> thinking(block, here, at);
            case "redacted_thinking" -> redacted(block, here, at);
            default -> {}
        }
    }

    private static void text(JsonNode block, String at) throws ApiErrorException {
        AnthropicFields.only(block, at, Set.of("type", "text", "cache_control", "citations"));
        if (AnthropicFields.text(block, "text", at).isEmpty()) {
            throw AnthropicErrorShapes.invalid("messages: text content blocks must be non-empty");
        }
    }

    private static void source(JsonNode block, String at, boolean document)
            throws ApiErrorException {
        JsonNode source =
                AnthropicFields.object(
                        AnthropicFields.required(block, "source", at), at + "source");
        String type = AnthropicFields.text(source, "type", at + "source.");
        String here = at + "source." + type + ".";
        switch (type) {
            case "base64" -> {
                String media = AnthropicFields.text(source, "media_type", here);
                List<String> fitting = document ? List.of("application/pdf") : IMAGES;
                if (!fitting.contains(media)) {
                    throw AnthropicErrorShapes.invalid(
                            here
                                    + "media_type: Input should be "
                                    + AnthropicFields.either(fitting));
                }
                data(AnthropicFields.text(source, "data", here), at + "source.base64");
            }
            case "url" -> {
                String url = AnthropicFields.text(source, "url", here);
                if (!url.startsWith("https://") && !url.startsWith("http://")) {
                    throw AnthropicErrorShapes.invalid(
                            here + "url: Only HTTPS URLs are supported.");
                }
            }
            case "file" -> AnthropicFields.text(source, "file_id", here);
            case "text", "content" -> {
                if (!document) {
                    throw wrongSource(at, type, "'base64', 'file', 'url'");
                }
                AnthropicFields.required(source, type.equals("text") ? "data" : "content", here);
            }
            default ->
                    throw wrongSource(
                            at,
                            type,
                            document
                                    ? "'base64', 'content', 'file', 'text', 'url'"
                                    : "'base64', 'file', 'url'");
        }
    }

    private static ApiErrorException wrongSource(String at, String type, String expected) {
        return AnthropicErrorShapes.invalid(
                at
                        + "source: Input tag '"
                        + type
                        + "' found using 'type' does not match any of the expected tags: "
                        + expected);
    }

    private static void data(String base64, String at) throws ApiErrorException {
        try {
            if (Base64.getDecoder().decode(base64).length == 0) {
                throw AnthropicErrorShapes.invalid(at + ": base64 data cannot be empty");
            }
        } catch (IllegalArgumentException _) {
            throw AnthropicErrorShapes.invalid(at + ": invalid base64 data");
        }
    }

    private static void toolUse(JsonNode block, String at) throws ApiErrorException {
        String id = AnthropicFields.text(block, "id", at);
        if (!id.matches("[a-zA-Z0-9_-]+")) {
            throw AnthropicErrorShapes.invalid(
                    at + "id: String should match pattern '^[a-zA-Z0-9_-]+$'");
        }
        String name = AnthropicFields.text(block, "name", at);
        if (!name.matches("[a-zA-Z0-9_-]{1,200}")) {
            throw AnthropicErrorShapes.invalid(
                    at + "name: String should match pattern '^[a-zA-Z0-9_-]{1,200}$'");
        }
        if (!AnthropicFields.required(block, "input", at).isObject()) {
            throw AnthropicErrorShapes.invalid(at + "input: Input should be a valid dictionary");
        }
    }

    private void toolResult(JsonNode block, String here, String at) throws ApiErrorException {
        AnthropicFields.only(
                block, here, Set.of("type", "tool_use_id", "content", "is_error", "cache_control"));
        AnthropicFields.text(block, "tool_use_id", here);
        AnthropicFields.flag(block, "is_error", here);
        JsonNode content = block.path("content");
        if (content.isArray()) {
            for (int i = 0; i < content.size(); i++) {
                String type = type(content.get(i));
                String inside = here + "content." + i;
                if (!Set.of("text", "image", "document", "search_result", "tool_reference")
                        .contains(type)) {
                    throw AnthropicErrorShapes.invalid(
                            inside
                                    + ": Input tag '"
                                    + type
                                    + "' found using 'type' does not match any of the expected"
                                    + " tags: 'document', 'image', 'search_result', 'text',"
                                    + " 'tool_reference'");
                }
                block(content.get(i), "user", inside);
            }
        } else if (AnthropicFields.present(content) && !content.isString()) {
            throw AnthropicErrorShapes.invalid(at + ".content: Input should be a valid string");
        }
    }

    private void thinking(JsonNode block, String here, String at) throws ApiErrorException {
        AnthropicFields.only(block, here, Set.of("type", "thinking", "signature"));
        String thought = AnthropicFields.text(block, "thinking", here);
        String signature = AnthropicFields.text(block, "signature", here);
        checkSignature(
                signatures.signer(signature, thought),
                at + ": Invalid `signature` in `thinking` block");
    }

    private void redacted(JsonNode block, String here, String at) throws ApiErrorException {
        AnthropicFields.only(block, here, Set.of("type", "data"));
        checkSignature(
                signatures.signer(
                        AnthropicFields.text(block, "data", here), MessagesModel.REDACTED),
                at + ": Invalid `data` in `redacted_thinking` block");
    }

    private void checkSignature(Optional<String> signer, String otherwise)
            throws ApiErrorException {
        boolean foreign =
                traits.has(Trait.OWN_THOUGHTS_ONLY)
                        && signer.isPresent()
                        && !signer.get().equals(model);
        if (signer.isEmpty() || foreign) {
            throw AnthropicErrorShapes.invalid(otherwise);
        }
    }

    private void checkLast(Turn last) throws ApiErrorException {
        if (!last.role().equals("assistant")) {
            return;
        }
        if (!traits.has(Trait.PREFILL)) {
            throw AnthropicErrorShapes.invalid(
                    "This model does not support assistant message prefill. The conversation must"
                            + " end with a user message.");
        }
        String text = last.text();
        if (!text.equals(text.stripTrailing())) {
            throw AnthropicErrorShapes.invalid(
                    "messages: final assistant content cannot end with trailing whitespace");
        }
    }

    private static void checkTools(List<Turn> turns) throws ApiErrorException {
        Set<String> all = new HashSet<>();
        Set<String> awaited = new LinkedHashSet<>();
        for (int i = 0; i < turns.size(); i++) {
            Turn turn = turns.get(i);
            Set<String> asked = Set.copyOf(awaited);
            boolean first = true;
            for (int j = 0; j < turn.blocks().size(); j++) {
                JsonNode block = turn.blocks().get(j);
                boolean result = type(block).equals("tool_result");
                if (result) {
                    answer(block.path("tool_use_id").asString(""), i, j, asked, awaited, first);
                }
                first &= result;
            }
            if (!awaited.isEmpty()) {
                throw AnthropicErrorShapes.invalid(
                        "messages."
                                + (i - 1)
                                + ": `tool_use` ids were found without `tool_result` blocks"
                                + " immediately after: "
                                + String.join(", ", awaited)
                                + ". Each `tool_use` block must have a corresponding `tool_result`"
                                + " block in the next message.");
            }
            for (JsonNode block : turn.blocks()) {
                if (type(block).equals("tool_use")) {
                    String id = block.path("id").asString("");
                    if (!all.add(id)) {
                        throw AnthropicErrorShapes.invalid(
                                "messages: `tool_use` ids must be unique");
                    }
                    awaited.add(id);
                }
            }
        }
        if (!awaited.isEmpty()) {
            throw AnthropicErrorShapes.invalid(
                    "messages."
                            + (turns.size() - 1)
                            + ": `tool_use` ids were found without `tool_result` blocks immediately"
                            + " after: "
                            + String.join(", ", awaited)
                            + ". Each `tool_use` block must have a corresponding `tool_result`"
                            + " block in the next message.");
        }
    }

    /// Takes `id` from `awaited`, unless its result is misplaced.
    ///
    /// @param first whether only results went before in the message; a result behind a text counts
    ///     as none
    private static void answer(
            String id, int turn, int block, Set<String> asked, Set<String> awaited, boolean first)
            throws ApiErrorException {
        String at = "messages." + turn + ".content." + block;
        if (!asked.contains(id)) {
            throw AnthropicErrorShapes.invalid(
                    at
                            + ": unexpected `tool_use_id` found in `tool_result` blocks: "
                            + id
                            + ". Each `tool_result` block must have a corresponding `tool_use` block"
                            + " in the previous message.");
        }
        if (first && !awaited.remove(id)) {
            throw AnthropicErrorShapes.invalid(
                    at
                            + ": each tool_use must have a single result. Found multiple"
                            + " `tool_result` blocks with id: "
                            + id);
        }
    }

    /// With thinking on, the assistant's turn that the last results answer begins with its thoughts.
    private static void checkThoughts(List<Turn> turns) throws ApiErrorException {
        int after = turns.size() - 1;
        if (after < 1 || !turns.get(after).has("tool_result")) {
            return;
        }
        // The model thinks before its first call and, unless thoughts may be interleaved, not again
        // until its tools have said all.
        while (after >= 3 && turns.get(after - 2).has("tool_result")) {
            after -= 2;
        }
        Turn turn = turns.get(after - 1);
        String first = turn.blocks().isEmpty() ? "" : type(turn.blocks().getFirst());
        if (turn.has("tool_use")
                && !first.equals("thinking")
                && !first.equals("redacted_thinking")
                && !(first.equals("text") && turn.has("thinking"))) {
            throw AnthropicErrorShapes.invalid(
                    "messages."
                            + (after - 1)
                            + ".content.0.type: Expected `thinking` or `redacted_thinking`, but"
                            + " found `"
                            + first
                            + "`. When `thinking` is enabled, a final `assistant` message must start"
                            + " with a thinking block (preceeding the lastmost set of `tool_use` and"
                            + " `tool_result` blocks). We recommend you include thinking blocks from"
                            + " previous turns. To avoid this requirement, disable `thinking`.");
        }
    }

    /// What a block costs: its text, or what stands for an image or a document.
    static int tokens(JsonNode block) {
        JsonNode source = block.path("source");
        return switch (type(block)) {
            case "text" -> Tokens.estimate(block.path("text").asString(""));
            case "image" -> IMAGE_TOKENS;
            case "document" ->
                    switch (source.path("type").asString("")) {
                        case "text" -> Tokens.estimate(source.path("data").asString(""));
                        case "content" -> Tokens.estimate(source.path("content").toString());
                        default -> PDF_TOKENS;
                    };
            case "thinking", "redacted_thinking" -> 0;
            case "tool_result" -> {
                JsonNode content = block.path("content");
                int tokens = 8;
                if (content.isString()) {
                    yield tokens + Tokens.estimate(content.stringValue());
                }
                for (JsonNode inner : content) {
                    tokens += tokens(inner);
                }
                yield tokens;
            }
            default -> Tokens.estimate(unmarked(block).toString());
        };
    }

    /// The block without its mark, which is no part of what a model reads.
    static JsonNode unmarked(JsonNode block) {
        if (!block.has("cache_control")) {
            return block;
        }
        ObjectNode copy = ((ObjectNode) block).deepCopy();
        copy.remove("cache_control");
        return copy;
    }
}
