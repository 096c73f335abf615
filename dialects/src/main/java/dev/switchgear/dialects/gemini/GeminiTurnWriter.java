package dev.switchgear.dialects.gemini;

import dev.switchgear.dialects.Wording;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.Media;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.Role;
import dev.switchgear.families.llm.chat.Signature;
import dev.switchgear.families.llm.chat.Turn;
import dev.switchgear.families.llm.dialect.NotTranslatable;
import dev.switchgear.families.llm.model.Capability;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Words the turns as `contents`, and those of the system in front of them apart. For one thread,
/// once.
///
/// Gemini wants each turn with calls followed at once by a turn with as many results and nothing
/// else, so what a user says beside results goes into a turn behind them.
final class GeminiTurnWriter {
    private final Wording wording;
    private final GeminiFlavour flavour;
    private final ArrayNode system = Json.array();
    private final ArrayNode contents = Json.array();

    /// Calls of the latest turn that calls, until their results come.
    private final List<Part.ToolCall> open = new ArrayList<>();

    GeminiTurnWriter(Wording wording, GeminiFlavour flavour) {
        this.wording = wording;
        this.flavour = flavour;
    }

    /// Writes `systemInstruction` and `contents`.
    void write(ObjectNode body) throws NotTranslatable {
        List<Turn> turns = wording.asked().turns();
        boolean begun = false;
        for (Turn turn : turns) {
            switch (turn.role()) {
                case SYSTEM -> {
                    if (begun) {
                        wording.drop("system: a message inside the conversation went to the user");
                        userTurn(turn.parts());
                    } else {
                        system(turn.parts());
                    }
                }
                case USER -> {
                    begun = true;
                    userTurn(turn.parts());
                }
                case ASSISTANT -> {
                    begun = true;
                    modelTurn(turn.parts());
                }
            }
        }
        if (!turns.isEmpty() && turns.getLast().role() == Role.ASSISTANT) {
            wording.continued();
        }
        if (contents.isEmpty()) {
            throw new NotTranslatable("messages", "nothing is said by the user");
        }
        if (!system.isEmpty()) {
            body.putObject("systemInstruction").set("parts", system);
        }
        body.set("contents", contents);
    }

    private void system(List<Part> parts) throws NotTranslatable {
        for (Part part : parts) {
            switch (part) {
                case Part.Text text -> {
                    if (!text.text().isEmpty()) {
                        system.addObject().put("text", text.text());
                    }
                }
                case Part.CacheMark _ -> wording.drop("cache_control");
                case Part.Image _,
                        Part.Document _,
                        Part.Audio _,
                        Part.ToolCall _,
                        Part.ToolResult _,
                        Part.Thinking _,
                        Part.HiddenThinking _,
                        Part.Refusal _,
                        Part.Foreign _ ->
                        throw new NotTranslatable("system", "not a text (expected: text only)");
            }
        }
    }

    private void userTurn(List<Part> parts) throws NotTranslatable {
        var results = new LinkedHashMap<String, Part.ToolResult>();
        var rest = Json.array();
        for (Part part : parts) {
            if (part instanceof Part.ToolResult result) {
                if (results.put(result.id(), result) != null) {
                    wording.drop("a second result of call " + result.id());
                }
            } else {
                piece(part, rest);
            }
        }
        if (!results.isEmpty()) {
            results(results, rest);
        }
        append("user", rest);
    }

    /// As many results as there were calls, in their order.
    private void results(Map<String, Part.ToolResult> results, ArrayNode behind)
            throws NotTranslatable {
        var parts = Json.array();
        var attached = Json.array();
        for (Part.ToolCall call : open) {
            Part.ToolResult result = results.remove(call.id());
            if (result == null) {
                throw new NotTranslatable("messages", "call " + call.id() + " has no result");
            }
            result(call, result, parts, attached);
        }
        if (!results.isEmpty()) {
            throw new NotTranslatable(
                    "messages",
                    "a result of "
                            + results.keySet().iterator().next()
                            + ", which the message before does not call");
        }
        open.clear();
        append("user", parts);
        if (!attached.isEmpty()) {
            attached.values().forEach(behind::add);
        }
    }

    private void result(
            Part.ToolCall call, Part.ToolResult result, ArrayNode into, ArrayNode attached)
            throws NotTranslatable {
        var text = new StringBuilder();
        var media = Json.array();
        boolean first = true;
        for (Part part : result.content()) {
            if (part instanceof Part.Text each) {
                text.append(first ? "" : "\n").append(each.text());
                first = false;
            } else {
                piece(part, media);
            }
        }
        ObjectNode said = into.addObject().putObject("functionResponse");
        said.put("name", call.name());
        if (flavour.callIds()) {
            said.put("id", call.id());
        }
        said.set("response", response(text.toString(), result.error()));
        if (media.isEmpty()) {
            return;
        }
        if (GeminiThinking.levels(wording)) {
            said.set("parts", media);
        } else {
            attached.addObject().put("text", "Returned by " + call.name() + ":");
            media.values().forEach(attached::add);
        }
    }

    private static ObjectNode response(String text, boolean error) {
        if (GeminiRequestReader.isObject(text)) {
            var object = (ObjectNode) Json.read(text);
            if (!error || (object.size() == 1 && object.has("error"))) {
                return object;
            }
        }
        return Json.object().put(error ? "error" : "output", text);
    }

    private void modelTurn(List<Part> parts) throws NotTranslatable {
        if (!open.isEmpty()) {
            throw new NotTranslatable(
                    "messages", "call " + open.getFirst().id() + " has no result");
        }
        var said = Json.array();
        boolean first = true;
        for (Part part : parts) {
            if (part instanceof Part.ToolCall call) {
                call(call, first, said);
                first = false;
            } else {
                piece(part, said);
            }
        }
        append("model", said);
    }

    private void call(Part.ToolCall call, boolean first, ArrayNode into) throws NotTranslatable {
        open.add(call);
        ObjectNode part = into.addObject();
        ObjectNode said = part.putObject("functionCall");
        said.put("name", call.name());
        said.set("args", arguments(call.arguments()));
        if (flavour.callIds()) {
            said.put("id", call.id());
        }
        Optional<Signature> own =
                call.signature().filter(signature -> wording.signed(signature, Dialect.GEMINI));
        if (call.signature().isPresent() && own.isEmpty()) {
            wording.drop("thought_signature: another model's");
        }
        if (own.isPresent()) {
            part.put("thoughtSignature", own.get().value());
        } else if (first && GeminiThinking.levels(wording)) {
            // Google's stand-in for calls that another model made. Gemini 3 and later demand a
            // signature on the first call of a turn; on the others it is optional.
            part.put("thoughtSignature", pending(into).orElse(GeminiSeals.ABSENT));
        }
    }

    /// A signature that came alone right before a call is the call's: dialects without a place on
    /// calls show it as reasoning.
    private static Optional<String> pending(ArrayNode parts) {
        if (parts.size() < 2) {
            return Optional.empty();
        }
        JsonNode before = parts.get(parts.size() - 2);
        String seal = before.path("thoughtSignature").asString("");
        if (seal.isEmpty()
                || !before.path("text").asString("?").isEmpty()
                || before.has("thought")) {
            return Optional.empty();
        }
        parts.remove(parts.size() - 2);
        return Optional.of(seal);
    }

    /// Text that is no JSON object, as a model may leave it, is kept under a name of ours.
    private static ObjectNode arguments(String text) {
        if (text.isBlank()) {
            return Json.object();
        }
        try {
            if (Json.read(text) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException brokenOff) {
            return Json.object().put("_raw", text);
        }
        return Json.object().put("_raw", text);
    }

    private void piece(Part part, ArrayNode into) throws NotTranslatable {
        switch (part) {
            case Part.Text text -> text(text.text(), into);
            case Part.Refusal refusal -> text(refusal.text(), into);
            case Part.Image image -> {
                wording.demand(wording.takes(Capability.VISION), "image", "images");
                media(image.media(), "image", into);
                detail(image.detail(), into);
            }
            case Part.Document document -> {
                wording.demand(wording.takes(Capability.DOCUMENTS), "document", "documents");
                media(document.media(), "document", into);
            }
            case Part.Audio audio -> {
                wording.demand(wording.takes(Capability.AUDIO), "audio", "audio");
                media(audio.media(), "audio", into);
            }
            case Part.Thinking thinking -> thinking(thinking, into);
            case Part.HiddenThinking hidden -> {
                if (wording.signed(hidden.signature(), Dialect.GEMINI)) {
                    into.addObject()
                            .put("text", "")
                            .put("thoughtSignature", hidden.signature().value());
                } else {
                    wording.drop("thinking: only " + hidden.signature().signer() + " can read it");
                }
            }
            case Part.CacheMark _ -> wording.drop("cache_control");
            case Part.Foreign foreign -> {
                if (foreign.dialect() == Dialect.GEMINI) {
                    into.add(foreign.raw());
                } else if (!video(foreign, into)) {
                    wording.foreign(foreign);
                }
            }
            case Part.ToolCall _, Part.ToolResult _ ->
                    throw new NotTranslatable(
                            "messages", "a call or its result in the wrong place");
        }
    }

    /// Carries a video of a chat's, as vLLM and OpenRouter take them, if it stands in the request or
    /// where Gemini fetches it.
    private static boolean video(Part.Foreign foreign, ArrayNode into) {
        JsonNode given = foreign.raw().path(foreign.kind());
        String url = given.asString(given.path("url").asString(""));
        boolean video = foreign.kind().equals("video_url") || foreign.kind().equals("input_video");
        if (!video || foreign.dialect() != Dialect.OPENAI) {
            return false;
        }
        int comma = url.indexOf(";base64,");
        if (url.startsWith("data:video/") && comma > 0) {
            into.addObject()
                    .putObject("inlineData")
                    .put("mimeType", url.substring("data:".length(), comma))
                    .put("data", url.substring(comma + ";base64,".length()));
            return true;
        }
        if (GeminiHostedFiles.watched(url) || GeminiHostedFiles.kept(url)) {
            into.addObject().putObject("fileData").put("fileUri", url);
            return true;
        }
        return false;
    }

    /// A signature that stands alone belongs to the text behind it.
    private static void text(String text, ArrayNode into) {
        if (text.isEmpty()) {
            return;
        }
        if (!into.isEmpty()
                && into.get(into.size() - 1) instanceof ObjectNode last
                && last.path("text").asString("?").isEmpty()
                && !last.has("thought")) {
            last.put("text", text);
        } else {
            into.addObject().put("text", text);
        }
    }

    private void thinking(Part.Thinking thinking, ArrayNode into) {
        Optional<Signature> own =
                thinking.signature().filter(signature -> wording.signed(signature, Dialect.GEMINI));
        if (thinking.signature().isPresent() && own.isEmpty()) {
            wording.drop("thinking: another model's");
            return;
        }
        if (thinking.text().isEmpty() && own.isEmpty()) {
            return;
        }
        ObjectNode part = into.addObject().put("text", thinking.text());
        if (!thinking.text().isEmpty()) {
            part.put("thought", true);
        }
        own.ifPresent(signature -> part.put("thoughtSignature", signature.value()));
    }

    private static void media(Media media, String what, ArrayNode into) throws NotTranslatable {
        switch (media) {
            case Media.Inline inline -> data(inline.type(), inline.base64(), into);
            case Media.PlainText text ->
                    data(
                            "text/plain",
                            Base64.getEncoder()
                                    .encodeToString(text.text().getBytes(StandardCharsets.UTF_8)),
                            into);
            case Media.Url url -> {
                if (!GeminiHostedFiles.kept(url.url()) && !GeminiHostedFiles.watched(url.url())) {
                    throw new NotTranslatable(
                            what,
                            "Gemini does not fetch addresses (expected: the data itself, a file at"
                                    + " Google, or a video on YouTube)");
                }
                file(url.url(), url.type(), into);
            }
            case Media.FileId file -> {
                if (file.dialect() != Dialect.GEMINI) {
                    throw new NotTranslatable(
                            what, "the file lies with another provider (expected: the data)");
                }
                file(file.id(), file.type(), into);
            }
        }
    }

    private static void data(String type, String base64, ArrayNode into) {
        into.addObject().putObject("inlineData").put("mimeType", type).put("data", base64);
    }

    private static void file(String uri, String type, ArrayNode into) {
        ObjectNode file = into.addObject().putObject("fileData").put("fileUri", uri);
        if (!type.isEmpty()) {
            file.put("mimeType", type);
        }
    }

    private void detail(String detail, ArrayNode into) {
        if (detail.isEmpty() || detail.equals("auto") || detail.equals("unspecified")) {
            return;
        }
        if (GeminiThinking.levels(wording)
                && into.get(into.size() - 1) instanceof ObjectNode part) {
            part.putObject("mediaResolution")
                    .put("level", "MEDIA_RESOLUTION_" + detail.toUpperCase(Locale.ROOT));
        } else {
            wording.drop("detail");
        }
    }

    /// Neighbours of one side become one turn, but results stay apart from what is said.
    private void append(String role, ArrayNode parts) {
        if (parts.isEmpty()) {
            return;
        }
        JsonNode last = contents.isEmpty() ? contents : contents.get(contents.size() - 1);
        if (last.path("role").asString("").equals(role)
                && last.get("parts") instanceof ArrayNode before
                && !before.path(0).has("functionResponse")
                && !parts.path(0).has("functionResponse")) {
            parts.values().forEach(before::add);
        } else {
            ObjectNode content = contents.addObject().put("role", role);
            content.set("parts", parts);
        }
    }
}
