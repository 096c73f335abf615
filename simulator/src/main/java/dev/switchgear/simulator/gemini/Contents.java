package dev.switchgear.simulator.gemini;

import dev.switchgear.simulator.answer.ApiErrorException;
import dev.switchgear.simulator.cache.PromptCache.Block;
import dev.switchgear.simulator.mind.Tokens;
import dev.switchgear.simulator.seal.Signatures;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Checks the turns of a conversation as the API does (sections 2 and 5), and reads them.
final class Contents {
    private static final int MEDIA_TOKENS = 258;

    /// Accepted instead of a signature, for calls that came from elsewhere.
    private static final Set<String> SENTINELS =
            Set.of("skip_thought_signature_validator", "context_engineering_is_the_way_to_go");

    private static final List<String> KINDS =
            List.of(
                    "text",
                    "inlineData",
                    "fileData",
                    "functionCall",
                    "functionResponse",
                    "executableCode",
                    "codeExecutionResult",
                    "toolCall",
                    "toolResponse");

    private final JsonNode turns;

    private Contents(JsonNode turns) {
        this.turns = turns;
    }

    /// @param message what the API calls the request, for its words
    static Contents read(JsonNode contents, String message) throws ApiErrorException {
        if (contents.isEmpty()) {
            throw GeminiErrorShapes.invalid(
                    "* " + message + ".contents: contents is not specified\n");
        }
        for (int i = 0; i < contents.size(); i++) {
            turn(contents.get(i), "* " + message + ".contents[" + i + "]", i);
        }
        return new Contents(contents);
    }

    private static void turn(JsonNode turn, String at, int index) throws ApiErrorException {
        String role = turn.path("role").asString("user");
        if (!Set.of("user", "model", "function", "").contains(role)) {
            throw GeminiErrorShapes.invalid("Please use a valid role: user, model.");
        }
        JsonNode parts = turn.path("parts");
        if (parts.isEmpty()) {
            throw GeminiErrorShapes.invalid(at + ".parts: contents.parts must not be empty.\n");
        }
        for (int i = 0; i < parts.size(); i++) {
            JsonNode part = parts.get(i);
            String here = "contents[" + index + "].parts[" + i + "]";
            String whole = at + ".parts[" + i + "]";
            List<String> kinds = KINDS.stream().filter(part::has).toList();
            if (kinds.isEmpty() && !part.has("thoughtSignature")) {
                throw GeminiErrorShapes.invalid(
                        whole
                                + ".data: required oneof field 'data' must have one initialized"
                                + " field\n");
            }
            if (kinds.size() > 1) {
                throw GeminiErrorShapes.field(
                        here,
                        "Invalid value at '"
                                + here
                                + "' (oneof), oneof field 'data' is already set. Cannot set '"
                                + kinds.getLast()
                                + "'");
            }
            part(part, whole);
        }
    }

    private static void part(JsonNode part, String at) throws ApiErrorException {
        if (part.has("inlineData")) {
            String mime = part.path("inlineData").path("mimeType").asString("");
            if (modality(mime).isEmpty()) {
                throw GeminiErrorShapes.invalid("Unsupported MIME type: " + mime);
            }
        }
        if (part.has("fileData")) {
            String uri = part.path("fileData").path("fileUri").asString("");
            boolean known =
                    uri.matches(
                            "https://generativelanguage\\.googleapis\\.com/.*/files/.+|gs://.+"
                                    + "|https://(?:www\\.)?(?:m\\.)?(?:youtube\\.com|youtu\\.be)/.+");
            if (!known) {
                throw GeminiErrorShapes.invalid(
                        "Unsupported file URI type: "
                                + uri
                                + ". File uris must be file API (i.e.,"
                                + " https://generativelanguage.googleapis.com/files/*), Youtube"
                                + " (i.e., https://www.youtube.com/watch?v=*), or GCS (i.e.,"
                                + " gs://path) URIs.");
            }
        }
        for (String kind : List.of("functionCall", "functionResponse")) {
            JsonNode call = part.path(kind);
            if (part.has(kind) && call.path("name").asString("").isBlank()) {
                throw GeminiErrorShapes.invalid(
                        at + "." + Proto.snake(kind) + ".name: Name cannot be empty.\n");
            }
            String field = kind.equals("functionCall") ? "args" : "response";
            if (call.has(field) && !call.path(field).isObject()) {
                String here = at.substring(at.indexOf(".contents") + 1);
                throw GeminiErrorShapes.field(
                        here + "." + Proto.snake(kind) + "." + field,
                        "Invalid value at '"
                                + here
                                + "."
                                + Proto.snake(kind)
                                + "."
                                + field
                                + "' (type.googleapis.com/google.protobuf.Struct), "
                                + call.path(field));
            }
        }
    }

    /// The kind of medium that counts its tokens; empty for a type that is not taken.
    static Optional<String> modality(String mime) {
        String type = mime.toLowerCase(Locale.ROOT);
        if (type.equals("application/pdf")) {
            return Optional.of("DOCUMENT");
        }
        if (type.startsWith("text/") || type.equals("application/json")) {
            return Optional.of("TEXT");
        }
        if (type.matches("image/(?:png|jpeg|webp|heic|heif|gif|bmp)")) {
            return Optional.of("IMAGE");
        }
        if (type.startsWith("audio/")) {
            return Optional.of("AUDIO");
        }
        return type.startsWith("video/") ? Optional.of("VIDEO") : Optional.empty();
    }

    /// A turn with calls is followed directly by one with as many responses.
    void checkCalls() throws ApiErrorException {
        int awaited = 0;
        for (JsonNode turn : turns) {
            int responses = count(turn, "functionResponse");
            int calls = count(turn, "functionCall");
            if (awaited > 0 && responses != awaited) {
                throw GeminiErrorShapes.invalid(
                        "Please ensure that the number of function response parts is equal to the"
                                + " number of function call parts of the function call turn.");
            }
            if (awaited == 0 && responses > 0) {
                throw GeminiErrorShapes.invalid(
                        "Please ensure that function response turn comes immediately after a"
                                + " function call turn.");
            }
            awaited = calls;
        }
        if (awaited > 0) {
            throw GeminiErrorShapes.invalid(
                    "Please ensure that the number of function response parts is equal to the"
                            + " number of function call parts of the function call turn.");
        }
        JsonNode first = turns.get(0);
        if (count(first, "functionCall") > 0) {
            throw GeminiErrorShapes.invalid(
                    "Please ensure that function call turn comes immediately after a user turn or"
                            + " after a function response turn.");
        }
    }

    /// The calls of the current turn, which begins behind the last words of the user, carry what this
    /// provider signed for this model and key: the first call of each step.
    void checkSignatures(Signatures signatures, String model, String key) throws ApiErrorException {
        int begin = turns.size() - 1;
        while (begin >= 0 && !asks(turns.get(begin))) {
            begin--;
        }
        for (int i = Math.max(begin, 0); i < turns.size(); i++) {
            boolean first = true;
            for (JsonNode part : turns.get(i).path("parts")) {
                String signature = part.path("thoughtSignature").asString("");
                boolean call = part.has("functionCall");
                if (call && first && signature.isEmpty()) {
                    throw GeminiErrorShapes.invalid(
                            "Function call is missing a thought_signature in functionCall parts."
                                    + " This is required for tools to work correctly, and missing"
                                    + " thought_signature may lead to degraded model performance."
                                    + " Additional data, function call `default_api:"
                                    + part.path("functionCall").path("name").asString("")
                                    + "` , position "
                                    + (i + 1)
                                    + ". Please refer to"
                                    + " https://ai.google.dev/gemini-api/docs/thought-signatures"
                                    + " for more details.");
                }
                if (!signature.isEmpty() && !SENTINELS.contains(signature)) {
                    String plain = signature.replace('-', '+').replace('_', '/');
                    Optional<String> signer = signatures.signer(plain, key);
                    if (signer.isEmpty()) {
                        throw GeminiErrorShapes.invalid("Corrupted thought signature.");
                    }
                    if (!signer.get().equals(model)) {
                        throw GeminiErrorShapes.invalid("Invalid thought signature.");
                    }
                }
                first &= !call;
            }
        }
    }

    /// Whether the user says something of their own here, not only what functions answered.
    private static boolean asks(JsonNode turn) {
        boolean user = !turn.path("role").asString("user").equals("model");
        return user && count(turn, "functionResponse") == 0;
    }

    private static int count(JsonNode turn, String kind) {
        int count = 0;
        for (JsonNode part : turn.path("parts")) {
            count += part.has(kind) ? 1 : 0;
        }
        return count;
    }

    /// The text of the last user turn that has any.
    String prompt() {
        for (int i = turns.size() - 1; i >= 0; i--) {
            boolean user = !turns.get(i).path("role").asString("user").equals("model");
            String text = user ? text(turns.get(i)) : "";
            if (!text.isEmpty()) {
                return text;
            }
        }
        return "";
    }

    String allText() {
        var all = new StringBuilder();
        for (JsonNode turn : turns) {
            all.append(text(turn)).append('\n');
            results(turn).forEach(all::append);
        }
        return all.toString();
    }

    int images() {
        int images = 0;
        for (JsonNode part : turns.get(turns.size() - 1).path("parts")) {
            String mime = part.path("inlineData").path("mimeType").asString("");
            images += mime.startsWith("image/") ? 1 : 0;
        }
        return images;
    }

    List<String> results() {
        return results(turns.get(turns.size() - 1));
    }

    private static List<String> results(JsonNode turn) {
        List<String> results = new ArrayList<>();
        for (JsonNode part : turn.path("parts")) {
            if (part.has("functionResponse")) {
                JsonNode response = part.path("functionResponse").path("response");
                JsonNode only = response.size() == 1 ? response.iterator().next() : response;
                results.add(only.isString() ? only.stringValue() : only.toString());
            }
        }
        return results;
    }

    static String text(JsonNode turn) {
        var text = new StringBuilder();
        for (JsonNode part : turn.path("parts")) {
            if (!part.path("thought").asBoolean(false)) {
                String more = part.path("text").asString("");
                text.append(text.isEmpty() || more.isEmpty() ? "" : " ").append(more);
            }
        }
        return text.toString();
    }

    /// Tokens by kind of medium.
    Map<String, Integer> tokens() {
        Map<String, Integer> tokens = new TreeMap<>();
        for (JsonNode turn : turns) {
            for (JsonNode part : turn.path("parts")) {
                boolean inline = part.has("inlineData");
                String mime =
                        part.path(inline ? "inlineData" : "fileData").path("mimeType").asString("");
                boolean media = inline || part.has("fileData");
                String kind = media ? modality(mime).orElse("VIDEO") : "TEXT";
                int cost =
                        media && !kind.equals("TEXT")
                                ? MEDIA_TOKENS
                                : part.path("thought").asBoolean(false) ? 0 : cost(part);
                tokens.merge(kind, cost, Integer::sum);
            }
        }
        return tokens;
    }

    /// The prompt as a model reads it: tools, the instruction, then what was said. Thoughts that came
    /// back are not read again.
    static List<Block> blocks(JsonNode body) {
        List<Block> blocks = new ArrayList<>();
        for (JsonNode tool : body.path("tools")) {
            blocks.add(block(tool.toString(), 0));
        }
        for (JsonNode part : body.path("systemInstruction").path("parts")) {
            blocks.add(block(part.path("text").asString(""), 0));
        }
        for (JsonNode turn : body.path("contents")) {
            blocks.add(block(turn.path("role").asString("user"), 0));
            for (JsonNode part : turn.path("parts")) {
                boolean media = part.has("inlineData") || part.has("fileData");
                if (part.has("text") && !part.path("thought").asBoolean(false)) {
                    blocks.add(block(part.path("text").asString(""), 0));
                } else if (!part.has("text")) {
                    ObjectNode bare = (ObjectNode) part.deepCopy();
                    bare.remove("thoughtSignature");
                    blocks.add(block(bare.toString(), media ? MEDIA_TOKENS : 0));
                }
            }
        }
        return blocks;
    }

    /// @param tokens what it costs; 0 for a text, which costs what its length says
    private static Block block(String text, int tokens) {
        return new Block(text, tokens == 0 ? Tokens.estimate(text) : tokens, Optional.empty());
    }

    private static int cost(JsonNode part) {
        for (String kind : List.of("functionCall", "functionResponse", "inlineData")) {
            if (part.has(kind)) {
                return Tokens.estimate(part.path(kind).toString());
            }
        }
        return Tokens.estimate(part.path("text").asString(""));
    }
}
