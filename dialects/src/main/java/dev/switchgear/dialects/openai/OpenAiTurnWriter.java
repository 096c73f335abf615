package dev.switchgear.dialects.openai;

import dev.switchgear.dialects.CacheMarks;
import dev.switchgear.dialects.CustomTool;
import dev.switchgear.dialects.Wording;
import dev.switchgear.dialects.json.DataUrl;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.dialects.openai.OpenAiFlavour.Takes;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Media;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.Signature;
import dev.switchgear.families.llm.chat.Turn;
import dev.switchgear.families.llm.dialect.NotTranslatable;
import dev.switchgear.families.llm.model.Capability;
import dev.switchgear.families.llm.model.Reasoning;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/// Words the turns as `messages`. For one thread, once.
///
/// A call must be answered by exactly one message of a tool, right behind the assistant's. A result
/// that is missing is told as an error; one without a call is refused.
final class OpenAiTurnWriter {
    private static final String BREAKPOINT = "prompt_cache_breakpoint";
    private static final String NO_RESULT = "Error: this call brought no result.";

    private final Wording wording;
    private final ChatRequest asked;
    private final OpenAiFlavour flavour;
    private final Set<String> customs;
    private final ArrayNode messages = Json.array();

    /// The calls of the assistant's turn before, unanswered yet.
    private final Map<String, Part.ToolCall> open = new LinkedHashMap<>();

    /// @param customs names of tools that are no functions here
    OpenAiTurnWriter(Wording wording, OpenAiFlavour flavour, Set<String> customs) {
        this.wording = wording;
        this.customs = customs;
        this.asked = wording.asked();
        this.flavour = flavour;
    }

    ArrayNode messages() throws NotTranslatable {
        List<Turn> turns = asked.turns();
        for (int i = 0; i < turns.size(); i++) {
            Turn turn = turns.get(i);
            switch (turn.role()) {
                case SYSTEM -> {
                    answerAll(Map.of());
                    system(turn);
                }
                case USER -> user(turn);
                case ASSISTANT -> {
                    answerAll(Map.of());
                    assistant(turn, i == turns.size() - 1);
                }
            }
        }
        answerAll(Map.of());
        return messages;
    }

    private void system(Turn turn) throws NotTranslatable {
        List<ObjectNode> parts = contents(turn.parts(), "system");
        if (!parts.isEmpty()) {
            boolean developer =
                    flavour.takes(Takes.DEVELOPER) && wording.traits().reasonsBy(Reasoning.EFFORT);
            ObjectNode message =
                    messages.addObject().put("role", developer ? "developer" : "system");
            message.set("content", content(parts));
        }
    }

    private void user(Turn turn) throws NotTranslatable {
        var results = new LinkedHashMap<String, Part.ToolResult>();
        var rest = new ArrayList<Part>();
        for (Part part : turn.parts()) {
            if (part instanceof Part.ToolResult result) {
                if (!open.containsKey(result.id())) {
                    throw new NotTranslatable(
                            "tool_call_id", "\"" + result.id() + "\" is of no call right before");
                }
                if (results.put(result.id(), result) != null) {
                    wording.drop("tool_call_id: a second result of " + result.id());
                }
            } else {
                rest.add(part);
            }
        }
        List<Part> behind = answerAll(results);
        var parts = new ArrayList<>(contents(behind, "tool"));
        parts.addAll(contents(rest, "user"));
        if (!parts.isEmpty()) {
            messages.addObject().put("role", "user").set("content", content(parts));
        } else if (results.isEmpty()) {
            messages.addObject().put("role", "user").put("content", "");
        }
    }

    /// Writes a message for each open call.
    ///
    /// @return media within the results, for the user's message behind them: these messages take text
    ///     only
    private List<Part> answerAll(Map<String, Part.ToolResult> results) throws NotTranslatable {
        var behind = new ArrayList<Part>();
        for (String id : open.keySet()) {
            Part.ToolResult result = results.get(id);
            ObjectNode message =
                    messages.addObject().put("role", "tool").put("tool_call_id", shortened(id));
            if (result == null) {
                message.put("content", NO_RESULT);
                wording.drop("tool_call_id: no result of " + id + " was given");
            } else {
                message.set("content", result(result, behind));
            }
        }
        open.clear();
        return behind;
    }

    private JsonNode result(Part.ToolResult result, List<Part> behind) throws NotTranslatable {
        var texts = new ArrayList<Part>();
        var media = new ArrayList<Part>();
        // To which of them the part before went, as a mark goes with it.
        List<Part> last = texts;
        for (Part part : result.content()) {
            switch (part) {
                case Part.Text _, Part.Refusal _, Part.Foreign _ -> {
                    texts.add(part);
                    last = texts;
                }
                case Part.CacheMark _ -> last.add(part);
                case Part.Document(Media.PlainText _, _) -> {
                    texts.add(part);
                    last = texts;
                }
                case Part.Image _, Part.Document _, Part.Audio _ -> {
                    media.add(part);
                    last = media;
                }
                case Part.ToolCall _, Part.ToolResult _, Part.Thinking _, Part.HiddenThinking _ ->
                        wording.drop("tool_result.content");
            }
        }
        if (!media.isEmpty()) {
            behind.add(new Part.Text("Returned by the tool call " + shortened(result.id()) + ":"));
            behind.addAll(media);
            if (texts.isEmpty()) {
                texts.add(new Part.Text("The content is in the user's message that follows."));
            }
        }
        if (result.error()) {
            texts.addFirst(new Part.Text("Error: "));
        }
        List<ObjectNode> parts = contents(texts, "tool");
        return result.error() && parts.stream().noneMatch(OpenAiTurnWriter::marked)
                ? StringNode.valueOf(joined(parts, ""))
                : parts.isEmpty() ? StringNode.valueOf("") : content(parts);
    }

    private void assistant(Turn turn, boolean last) throws NotTranslatable {
        var said = new ArrayList<Part>();
        var thoughts = new ArrayList<Part>();
        var refusal = new StringBuilder();
        ArrayNode calls = Json.array();
        Optional<Signature> textSeal = Optional.empty();
        for (Part part : turn.parts()) {
            switch (part) {
                case Part.ToolCall call -> calls.add(call(call));
                case Part.Thinking(String text, Optional<Signature> seal)
                        when text.isEmpty()
                                && seal.filter(by -> by.signer() == Dialect.GEMINI).isPresent() ->
                        textSeal = seal;
                case Part.Thinking _, Part.HiddenThinking _ -> thoughts.add(part);
                case Part.Refusal(String text) when flavour.takes(Takes.REFUSAL) ->
                        refusal.append(text);
                case Part.Text _,
                        Part.Image _,
                        Part.Document _,
                        Part.Audio _,
                        Part.ToolResult _,
                        Part.Refusal _,
                        Part.CacheMark _,
                        Part.Foreign _ ->
                        said.add(part);
            }
        }
        List<ObjectNode> parts = contents(said, "assistant");
        ObjectNode message = messages.addObject().put("role", "assistant");
        if (!parts.isEmpty()) {
            message.set("content", content(parts));
        } else if (calls.isEmpty() && refusal.isEmpty()) {
            message.put("content", "");
        } else {
            message.putNull("content");
        }
        if (!refusal.isEmpty()) {
            message.put("refusal", refusal.toString());
        }
        if (!calls.isEmpty()) {
            message.set("tool_calls", calls);
        }
        replay(thoughts, !calls.isEmpty(), message);
        textSeal.ifPresent(signature -> google(message, signature));
        boolean thoughtOnly = !thoughts.isEmpty() || textSeal.isPresent();
        if (thoughtOnly && said.isEmpty() && blank(message)) {
            // Only what another provider thought: no answer is to be made of it.
            messages.remove(messages.size() - 1);
        }
        if (last && calls.isEmpty() && !parts.isEmpty()) {
            wording.continued();
            if (flavour.takes(Takes.PREFIX)) {
                message.put("prefix", true);
            }
        }
    }

    /// Whether a message says nothing.
    private static boolean blank(ObjectNode message) {
        return message.size() == 2 && message.path("content").asString("?").isEmpty();
    }

    private ObjectNode call(Part.ToolCall call) {
        if (open.put(call.id(), call) != null) {
            wording.drop("tool_calls.id: " + call.id() + " stands twice");
        }
        ObjectNode worded = Json.object().put("id", shortened(call.id()));
        if (custom(call)) {
            worded.put("type", "custom")
                    .putObject("custom")
                    .put("name", call.name())
                    .put("input", CustomTool.input(call.arguments()));
        } else {
            worded.put("type", "function")
                    .putObject("function")
                    .put("name", call.name())
                    .put("arguments", call.arguments().isEmpty() ? "{}" : call.arguments());
        }
        call.signature().ifPresent(signature -> google(worded, signature));
        return worded;
    }

    /// Whether it is of a tool that takes a text, also of one that is not offered any more.
    private boolean custom(Part.ToolCall call) {
        return customs.contains(call.name())
                || (flavour.customTools()
                        && call.raw()
                                .filter(raw ->
                                        raw.dialect() == Dialect.OPENAI
                                                || raw.kind().equals("custom_tool_call"))
                                .isPresent());
    }

    private void google(ObjectNode holder, Signature signature) {
        if (flavour.takes(Takes.GOOGLE_SIGNATURES) && wording.signed(signature, Dialect.GEMINI)) {
            holder.putObject("extra_content")
                    .putObject("google")
                    .put("thought_signature", signature.value());
        } else {
            wording.drop("thought_signature");
        }
    }

    /// The same each time for the same id.
    private String shortened(String id) {
        if (flavour.toolIds().takes(id)) {
            return id;
        }
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(id.getBytes(StandardCharsets.UTF_8));
            if (!flavour.toolIds().plain()) {
                return "call_" + HexFormat.of().formatHex(hash, 0, 12);
            }
            String digits = new BigInteger(1, hash).toString(Character.MAX_RADIX);
            return digits.substring(0, Math.min(flavour.toolIds().charsMax(), digits.length()));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every JDK has SHA-256", missing);
        }
    }

    private void replay(List<Part> thoughts, boolean calls, ObjectNode message) {
        switch (flavour.replay()) {
            case NONE -> {
                if (!thoughts.isEmpty()) {
                    wording.drop("reasoning_content");
                }
            }
            case CONTENT -> {
                String text = texts(thoughts);
                if (!text.isEmpty()) {
                    message.put("reasoning_content", text);
                }
            }
            case CONTENT_WITH_CALLS -> {
                // Without calls it would be ignored, and was an error for the models before V4.
                String text = texts(thoughts);
                if (calls && !(wording.off() && text.isEmpty())) {
                    message.put("reasoning_content", text);
                } else if (!text.isEmpty()) {
                    wording.drop("reasoning_content: of an answer without calls");
                }
            }
            case DETAILS -> details(thoughts, message);
            case CHUNKS -> chunk(texts(thoughts), message);
        }
    }

    /// Puts what was thought in front of what was said.
    private void chunk(String thought, ObjectNode message) {
        if (thought.isEmpty()) {
            return;
        }
        if (!wording.traits().reasonsBy(Reasoning.EFFORT)) {
            wording.drop("thinking: " + wording.model() + " is not known to reason");
            return;
        }
        ArrayNode content = Json.array();
        content.addObject().put("type", "thinking").putArray("thinking").add(text(thought));
        JsonNode said = message.path("content");
        if (said.isString() && !said.stringValue().isEmpty()) {
            content.add(text(said.stringValue()));
        }
        said.values().forEach(content::add);
        message.set("content", content);
    }

    private String texts(List<Part> thoughts) {
        var text = new StringBuilder();
        for (Part thought : thoughts) {
            switch (thought) {
                case Part.Thinking thinking -> {
                    text.append(thinking.text());
                    if (thinking.signature().isPresent()) {
                        wording.drop("reasoning.signature: of another provider");
                    }
                }
                case Part.HiddenThinking _ -> wording.drop("reasoning.encrypted");
                default -> throw new IllegalStateException("no thought: " + thought);
            }
        }
        return text.toString();
    }

    private void details(List<Part> thoughts, ObjectNode message) {
        ArrayNode details = Json.array();
        var unsigned = new StringBuilder();
        for (Part thought : thoughts) {
            switch (thought) {
                case Part.Thinking(String text, Optional<Signature> signature) -> {
                    if (signature.isPresent() && wording.signed(signature.get(), Dialect.OPENAI)) {
                        details.add(ReasoningDetails.entry(text, signature.get(), details.size()));
                    } else {
                        unsigned.append(text);
                        if (signature.isPresent()) {
                            wording.drop("reasoning.signature: of another provider");
                        }
                    }
                }
                case Part.HiddenThinking(Signature signature) -> {
                    if (wording.signed(signature, Dialect.OPENAI)) {
                        details.add(ReasoningDetails.hidden(signature, details.size()));
                    } else {
                        wording.drop("reasoning.encrypted: of another provider");
                    }
                }
                default -> throw new IllegalStateException("no thought: " + thought);
            }
        }
        if (!details.isEmpty()) {
            message.set("reasoning_details", details);
        } else if (!unsigned.isEmpty()) {
            message.put("reasoning", unsigned.toString());
        }
    }

    /// Parts of a message's content, each as its object.
    private List<ObjectNode> contents(List<Part> parts, String role) throws NotTranslatable {
        var contents = new ArrayList<ObjectNode>();
        for (Part part : parts) {
            switch (part) {
                case Part.Text(String text) -> {
                    if (!text.isEmpty() || parts.size() == 1) {
                        contents.add(text(text));
                    }
                }
                case Part.Refusal(String text) -> contents.add(text(text));
                case Part.Image image -> contents.add(image(image, role));
                case Part.Document document -> contents.add(document(document, role));
                case Part.Audio audio -> contents.add(audio(audio, role));
                case Part.CacheMark mark -> {
                    if (contents.isEmpty() || !marked(contents.getLast(), mark)) {
                        wording.drop("cache_control");
                    }
                }
                case Part.Foreign foreign -> {
                    if (foreign.dialect() == Dialect.OPENAI
                            && flavour.takes(Takes.LISTS)
                            && foreign.raw() instanceof ObjectNode object) {
                        contents.add(object.deepCopy());
                    } else {
                        wording.foreign(foreign);
                    }
                }
                case Part.ToolCall _, Part.ToolResult _, Part.Thinking _, Part.HiddenThinking _ ->
                        throw new NotTranslatable(
                                "messages", "a " + role + " turn holds what is not its own");
            }
        }
        return contents;
    }

    private static ObjectNode text(String text) {
        return Json.object().put("type", "text").put("text", text);
    }

    /// Marks a part as the provider takes it, if it does.
    private boolean marked(ObjectNode part, Part.CacheMark mark) {
        if (flavour.takes(Takes.CACHE_MARKS)) {
            mark(part, mark);
            return true;
        }
        if (!flavour.takes(Takes.CACHE_BREAKPOINTS) || !CacheMarks.breakpoints(wording.model())) {
            return false;
        }
        part.putObject(BREAKPOINT).put("mode", "explicit");
        wording.drop("cache_control.ttl", !mark.ttl().isEmpty());
        return true;
    }

    private static boolean marked(ObjectNode part) {
        return part.has("cache_control") || part.has(BREAKPOINT);
    }

    static void mark(ObjectNode marked, Part.CacheMark mark) {
        ObjectNode control = marked.putObject("cache_control").put("type", "ephemeral");
        if (!mark.ttl().isEmpty()) {
            control.put("ttl", mark.ttl());
        }
    }

    private ObjectNode image(Part.Image image, String role) throws NotTranslatable {
        wording.demand(
                flavour.takes(Takes.IMAGES) && wording.takes(Capability.VISION),
                "image_url",
                "images");
        if (role.equals("system")) {
            throw new NotTranslatable("image_url", "instructions are text");
        }
        String url =
                switch (image.media()) {
                    case Media.Inline inline -> DataUrl.of(inline);
                    case Media.Url(String address, _) -> address;
                    case Media.PlainText _ ->
                            throw new NotTranslatable("image_url", "a text is no image");
                    case Media.FileId _ ->
                            throw new NotTranslatable("image_url", "a file that lies elsewhere");
                };
        ObjectNode part = Json.object().put("type", "image_url");
        ObjectNode inner = part.putObject("image_url").put("url", url);
        if (!image.detail().isEmpty()) {
            inner.put("detail", image.detail());
        }
        return part;
    }

    private ObjectNode document(Part.Document document, String role) throws NotTranslatable {
        if (document.media() instanceof Media.PlainText(String text)) {
            return text(document.name().isEmpty() ? text : document.name() + ":\n" + text);
        }
        if (document.media() instanceof Media.Inline(String type, String base64)
                && type.startsWith("text/")
                && (asked.asked() != Dialect.OPENAI || !flavour.takes(Takes.FILES))) {
            String text = decoded(base64);
            return text(document.name().isEmpty() ? text : document.name() + ":\n" + text);
        }
        wording.demand(
                flavour.takes(Takes.FILES) && wording.takes(Capability.DOCUMENTS),
                "file",
                "documents");
        if (role.equals("system")) {
            throw new NotTranslatable("file", "instructions are text");
        }
        ObjectNode part = Json.object().put("type", "file");
        ObjectNode file = part.putObject("file");
        switch (document.media()) {
            case Media.Inline inline -> {
                file.put(
                        "filename",
                        document.name().isEmpty() ? named(inline.type()) : document.name());
                file.put("file_data", DataUrl.of(inline));
            }
            case Media.Url(String address, _) -> {
                if (!flavour.takes(Takes.FILE_URLS)) {
                    throw new NotTranslatable("file", "an address of a document is not fetched");
                }
                file.put("filename", document.name().isEmpty() ? "document" : document.name());
                file.put("file_data", address);
            }
            case Media.FileId(Dialect dialect, String id, _) -> {
                if (dialect != Dialect.OPENAI) {
                    throw new NotTranslatable("file", "a file that lies elsewhere");
                }
                file.put("file_id", id);
            }
            case Media.PlainText _ -> throw new IllegalStateException("written as text above");
        }
        return part;
    }

    private static String decoded(String base64) throws NotTranslatable {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notBase64) {
            throw new NotTranslatable("file", "its data is not base64");
        }
    }

    private static String named(String type) {
        String ending = type.substring(type.indexOf('/') + 1);
        return "document." + (ending.isEmpty() || ending.length() > 8 ? "bin" : ending);
    }

    private ObjectNode audio(Part.Audio audio, String role) throws NotTranslatable {
        wording.demand(
                flavour.takes(Takes.AUDIO) && wording.takes(Capability.AUDIO),
                "input_audio",
                "audio");
        if (role.equals("system")) {
            throw new NotTranslatable("input_audio", "instructions are text");
        }
        if (!(audio.media() instanceof Media.Inline inline)) {
            throw new NotTranslatable("input_audio", "audio must stand in the request itself");
        }
        String type = inline.type();
        String format =
                switch (type) {
                    case "audio/wav", "audio/x-wav", "audio/wave" -> "wav";
                    case "audio/mpeg", "audio/mp3" -> "mp3";
                    default -> {
                        if (asked.asked() != Dialect.OPENAI || !type.startsWith("audio/")) {
                            throw new NotTranslatable(
                                    "input_audio", type + " (expected: audio/wav or audio/mpeg)");
                        }
                        yield type.substring("audio/".length());
                    }
                };
        ObjectNode part = Json.object().put("type", "input_audio");
        part.putObject("input_audio").put("data", inline.base64()).put("format", format);
        return part;
    }

    /// One text is written as itself, which every server takes; others as a list where one is taken.
    private JsonNode content(List<ObjectNode> parts) {
        boolean plain =
                parts.stream()
                        .allMatch(part ->
                                part.path("type").asString("").equals("text") && part.size() == 2);
        if (plain && (parts.size() == 1 || !flavour.takes(Takes.LISTS))) {
            return StringNode.valueOf(joined(parts, "\n\n"));
        }
        ArrayNode list = Json.array();
        parts.forEach(list::add);
        return list;
    }

    private static String joined(List<ObjectNode> parts, String between) {
        var text = new StringBuilder();
        for (ObjectNode part : parts) {
            text.append(text.isEmpty() ? "" : between).append(part.path("text").asString(""));
        }
        return text.toString();
    }
}
