package dev.switchgear.dialects.ollama;

import dev.switchgear.dialects.Wording;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.chat.Media;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.Turn;
import dev.switchgear.families.llm.dialect.NotTranslatable;
import dev.switchgear.families.llm.model.Capability;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Words the turns as `messages`, whose content is one text with images beside it. For one thread,
/// once.
final class OllamaTurnWriter {
    private static final String BETWEEN = "\n\n";

    private final Wording wording;
    private final ArrayNode messages = Json.array();

    /// The names of the tools called, by the call's id.
    private final Map<String, String> called = new HashMap<>();

    OllamaTurnWriter(Wording wording) {
        this.wording = wording;
    }

    ArrayNode messages() throws NotTranslatable {
        List<Turn> turns = wording.asked().turns();
        for (int i = 0; i < turns.size(); i++) {
            Turn turn = turns.get(i);
            switch (turn.role()) {
                case SYSTEM -> system(turn);
                case USER -> user(turn);
                case ASSISTANT -> assistant(turn, i == turns.size() - 1);
            }
        }
        return messages;
    }

    private void system(Turn turn) throws NotTranslatable {
        var said = new Said();
        for (Part part : turn.parts()) {
            said.add(part);
        }
        if (!said.images.isEmpty()) {
            throw new NotTranslatable("images", "instructions are text");
        }
        if (!said.text.isEmpty()) {
            said.into(messages.addObject(), "system");
        }
    }

    private void user(Turn turn) throws NotTranslatable {
        var said = new Said();
        boolean results = false;
        for (Part part : turn.parts()) {
            if (part instanceof Part.ToolResult result) {
                results = true;
                result(result);
            } else {
                said.add(part);
            }
        }
        // Beside results, what leaves nothing behind (a mark, say) is no message of its own.
        if (said.has() || !results) {
            said.into(messages.addObject(), "user");
        }
    }

    private void result(Part.ToolResult result) throws NotTranslatable {
        String name = called.get(result.id());
        if (name == null) {
            throw new NotTranslatable(
                    "tool_call_id", "\"" + result.id() + "\" is of no call before");
        }
        var said = new Said();
        if (result.error()) {
            said.text.append("Error: ");
        }
        for (Part part : result.content()) {
            said.add(part);
        }
        ObjectNode message = messages.addObject();
        said.into(message, "tool");
        message.put("tool_name", name).put("tool_call_id", result.id());
    }

    private void assistant(Turn turn, boolean last) throws NotTranslatable {
        var said = new Said();
        var thoughts = new StringBuilder();
        ArrayNode calls = Json.array();
        for (Part part : turn.parts()) {
            switch (part) {
                case Part.ToolCall call -> calls.add(call(call));
                case Part.Thinking thinking -> {
                    thoughts.append(thinking.text());
                    if (thinking.signature().isPresent()) {
                        wording.drop("thinking.signature");
                    }
                }
                case Part.HiddenThinking _ -> wording.drop("reasoning.encrypted");
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
        if (last && calls.isEmpty()) {
            wording.continued();
        }
        boolean sealedOnly =
                turn.parts().stream().allMatch(OllamaTurnWriter::thought) && thoughts.isEmpty();
        if (sealedOnly) {
            // Only what another provider thought: no answer is to be made of it.
            return;
        }
        ObjectNode message = messages.addObject();
        said.into(message, "assistant");
        if (!thoughts.isEmpty()) {
            message.put("thinking", thoughts.toString());
        }
        if (!calls.isEmpty()) {
            message.set("tool_calls", calls);
        }
    }

    private static boolean thought(Part part) {
        return part instanceof Part.Thinking || part instanceof Part.HiddenThinking;
    }

    private ObjectNode call(Part.ToolCall call) {
        called.put(call.id(), call.name());
        if (call.signature().isPresent()) {
            wording.drop("thought_signature");
        }
        ObjectNode worded = Json.object().put("id", call.id());
        worded.putObject("function")
                .put("name", call.name())
                .set("arguments", arguments(call.arguments()));
        return worded;
    }

    /// An object is demanded; what the model broke off is none and is told as the text it is.
    static JsonNode arguments(String json) {
        if (json.isBlank()) {
            return Json.object();
        }
        try {
            JsonNode read = Json.read(json);
            if (read.isObject()) {
                return read;
            }
        } catch (JacksonException broken) {
            return Json.object().put("_raw", json);
        }
        return Json.object().put("_raw", json);
    }

    /// The text and the images of one message.
    private final class Said {
        private final StringBuilder text = new StringBuilder();
        private final ArrayNode images = Json.array();
        private boolean begun;

        private void add(Part part) throws NotTranslatable {
            switch (part) {
                case Part.Text(String words) -> text(words);
                case Part.Refusal(String words) -> text(words);
                case Part.Image(Media media, _) -> image(media);
                case Part.Document document -> document(document);
                case Part.Audio _ ->
                        throw new NotTranslatable(
                                "input_audio", wording.model() + " takes no audio");
                case Part.CacheMark _ -> wording.drop("cache_control");
                case Part.Foreign foreign -> wording.foreign(foreign);
                case Part.ToolCall _, Part.ToolResult _, Part.Thinking _, Part.HiddenThinking _ ->
                        throw new NotTranslatable("messages", "a turn holds what is not its own");
            }
        }

        private void text(String words) {
            if (words.isEmpty()) {
                return;
            }
            if (begun) {
                text.append(BETWEEN);
            }
            begun = true;
            text.append(words);
        }

        private void image(Media media) throws NotTranslatable {
            wording.demand(wording.takes(Capability.VISION), "images", "images");
            switch (media) {
                case Media.Inline inline -> images.add(inline.base64());
                case Media.Url _ ->
                        throw new NotTranslatable(
                                "images", "an address is not fetched (expected: the image itself)");
                case Media.PlainText _ -> throw new NotTranslatable("images", "a text is no image");
                case Media.FileId _ ->
                        throw new NotTranslatable("images", "a file that lies elsewhere");
            }
        }

        private void document(Part.Document document) throws NotTranslatable {
            String words =
                    switch (document.media()) {
                        case Media.PlainText plain -> plain.text();
                        case Media.Inline(String type, String base64)
                                when type.startsWith("text/") ->
                                decoded(base64);
                        case Media.Inline _, Media.Url _, Media.FileId _ ->
                                throw new NotTranslatable(
                                        "file", wording.model() + " takes no documents but text");
                    };
            text(document.name().isEmpty() ? words : document.name() + ":\n" + words);
        }

        private static String decoded(String base64) throws NotTranslatable {
            try {
                return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException notBase64) {
                throw new NotTranslatable("file", "its data is not base64");
            }
        }

        private boolean has() {
            return begun || !images.isEmpty();
        }

        private void into(ObjectNode message, String role) {
            message.put("role", role).put("content", text.toString());
            if (!images.isEmpty()) {
                message.set("images", images);
            }
        }
    }
}
