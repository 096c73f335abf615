package dev.switchgear.dialects.responses;

import dev.switchgear.dialects.CustomTool;
import dev.switchgear.dialects.Wording;
import dev.switchgear.dialects.json.DataUrl;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.Media;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.Signature;
import dev.switchgear.families.llm.chat.Turn;
import dev.switchgear.families.llm.dialect.NotTranslatable;
import dev.switchgear.families.llm.model.Capability;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Words a history as items. For one thread, once.
///
/// Items carry no ids of their own: those name what a provider has stored, and nothing is.
final class ResponsesTurnWriter {
    private final Wording wording;
    private final ResponsesFlavour flavour;

    /// Whether cache marks are told.
    private final boolean marks;

    /// Whether tools that the client runs are told as what they are.
    private final boolean forms;

    private final Set<String> customs;

    /// Calls that were told as such of a tool that takes a text.
    private final Set<String> customCalls = new HashSet<>();

    private final ArrayNode items = Json.array();

    ResponsesTurnWriter(Wording wording, ResponsesFlavour flavour, boolean marks, boolean forms) {
        this.wording = wording;
        this.flavour = flavour;
        this.marks = marks;
        this.forms = forms;
        this.customs = forms ? CustomTool.names(wording.asked()) : Set.of();
    }

    ArrayNode items() {
        return items;
    }

    void turn(Turn turn) throws NotTranslatable {
        switch (turn.role()) {
            case SYSTEM -> spoken(flavour.innerSystemRole(), turn.parts());
            case USER -> {
                for (Part part : turn.parts()) {
                    if (part instanceof Part.ToolResult result) {
                        items.add(result(result));
                    }
                }
                spoken("user", turn.parts());
            }
            case ASSISTANT -> said(turn.parts());
        }
    }

    /// A message that is not the model's, and items of the dialect's own that stand in it.
    private void spoken(String role, List<Part> parts) throws NotTranslatable {
        ArrayNode content = Json.array();
        for (Part part : parts) {
            if (part instanceof Part.Foreign foreign) {
                message(role, content);
                content = Json.array();
                foreign(foreign);
            } else if (!(part instanceof Part.ToolResult)) {
                content(part, content);
            }
        }
        message(role, content);
    }

    private void message(String role, ArrayNode content) {
        if (!content.isEmpty()) {
            items.addObject().put("type", "message").put("role", role).set("content", content);
        }
    }

    void foreign(Part.Foreign foreign) throws NotTranslatable {
        if (foreign.dialect() == Dialect.RESPONSES) {
            items.add(foreign.raw());
        } else {
            wording.foreign(foreign);
        }
    }

    private void content(Part part, ArrayNode content) throws NotTranslatable {
        switch (part) {
            case Part.Text text ->
                    content.addObject().put("type", "input_text").put("text", text.text());
            case Part.Refusal refusal ->
                    content.addObject().put("type", "input_text").put("text", refusal.text());
            case Part.Image image -> content.add(image(image));
            case Part.Document document -> content.add(document(document));
            case Part.Audio _ ->
                    throw new NotTranslatable("audio", "Responses takes no audio as input");
            case Part.CacheMark mark -> {
                if (marks
                        && !content.isEmpty()
                        && content.get(content.size() - 1) instanceof ObjectNode marked) {
                    marked.putObject(ResponsesRequestReader.BREAKPOINT).put("mode", "explicit");
                    wording.drop("cache_control.ttl", !mark.ttl().isEmpty());
                } else {
                    wording.drop("cache_control");
                }
            }
            case Part.Thinking _, Part.HiddenThinking _ -> wording.drop("reasoning of the user");
            case Part.Foreign foreign -> {
                if (foreign.dialect() == Dialect.RESPONSES) {
                    content.add(foreign.raw());
                } else {
                    wording.foreign(foreign);
                }
            }
            case Part.ToolCall _, Part.ToolResult _ ->
                    throw new NotTranslatable("messages", "a tool call where none can stand");
        }
    }

    private ObjectNode image(Part.Image image) throws NotTranslatable {
        wording.demand(wording.takes(Capability.VISION), "image", "images");
        ObjectNode words = Json.object().put("type", "input_image");
        switch (image.media()) {
            case Media.Inline inline -> words.put("image_url", DataUrl.of(inline));
            case Media.Url url -> words.put("image_url", url.url());
            case Media.FileId file -> words.put("file_id", ours(file, "image"));
            case Media.PlainText _ -> throw new NotTranslatable("image", "it is a text");
        }
        // The specification demands a detail, and names this its default.
        return words.put("detail", image.detail().isEmpty() ? "auto" : image.detail());
    }

    private ObjectNode document(Part.Document document) throws NotTranslatable {
        if (document.media() instanceof Media.PlainText text) {
            String title = document.name().isEmpty() ? "" : document.name() + ":\n\n";
            return Json.object().put("type", "input_text").put("text", title + text.text());
        }
        wording.demand(wording.takes(Capability.DOCUMENTS), "document", "documents");
        ObjectNode words = Json.object().put("type", "input_file");
        switch (document.media()) {
            case Media.Inline inline ->
                    // A name is demanded beside bytes.
                    words.put("filename", named(document, inline))
                            .put("file_data", DataUrl.of(inline));
            case Media.Url url -> words.put("file_url", url.url());
            case Media.FileId file -> words.put("file_id", ours(file, "document"));
            case Media.PlainText _ -> throw new IllegalStateException("worded above");
        }
        return words;
    }

    private static String named(Part.Document document, Media.Inline inline) {
        if (!document.name().isEmpty()) {
            return document.name();
        }
        return inline.type().equals("application/pdf") ? "document.pdf" : "document";
    }

    /// Chat and Responses share their files.
    private static String ours(Media.FileId file, String what) throws NotTranslatable {
        if (file.dialect() != Dialect.RESPONSES && file.dialect() != Dialect.OPENAI) {
            throw new NotTranslatable(
                    what, "the file " + file.id() + " lies with another provider");
        }
        return file.id();
    }

    private ObjectNode result(Part.ToolResult result) throws NotTranslatable {
        Optional<ObjectNode> own = raw(result.raw());
        if (own.isPresent()) {
            return own.get();
        }
        String type =
                customCalls.contains(result.id())
                        ? "custom_tool_call_output"
                        : "function_call_output";
        ObjectNode words = Json.object().put("type", type).put("call_id", result.id());
        ArrayNode content = Json.array();
        var texts = new StringBuilder();
        boolean onlyText = true;
        for (Part part : result.content()) {
            if (part instanceof Part.Text text) {
                texts.append(texts.isEmpty() ? "" : "\n").append(text.text());
            } else if (part instanceof Part.CacheMark && (!marks || texts.isEmpty())) {
                wording.drop("cache_control");
            } else {
                onlyText = false;
            }
        }
        if (onlyText) {
            return words.put(
                    "output", result.error() ? failed(texts.toString()) : texts.toString());
        }
        if (result.error()) {
            content.addObject().put("type", "input_text").put("text", failed(""));
        }
        for (Part part : result.content()) {
            content(part, content);
        }
        words.set("output", content);
        return words;
    }

    /// There is no field for it.
    private static String failed(String text) {
        return text.isEmpty() ? "Error" : "Error: " + text;
    }

    private void said(List<Part> parts) throws NotTranslatable {
        ArrayNode content = Json.array();
        var thoughts = new ArrayList<String>();
        for (Part part : parts) {
            if (!(part instanceof Part.Text
                    || part instanceof Part.Refusal
                    || part instanceof Part.CacheMark)) {
                message("assistant", content);
                content = Json.array();
            }
            if (!(part instanceof Part.Thinking)) {
                thought(thoughts);
            }
            switch (part) {
                case Part.Text text -> {
                    if (!text.text().isEmpty()) {
                        content.addObject().put("type", "output_text").put("text", text.text());
                    }
                }
                case Part.Refusal refusal ->
                        content.addObject().put("type", "refusal").put("refusal", refusal.text());
                case Part.Thinking thinking -> {
                    thoughts.add(thinking.text());
                    if (thinking.signature().isPresent()) {
                        sealed(thinking.signature().get(), thoughts);
                        thoughts.clear();
                    }
                }
                case Part.HiddenThinking hidden -> sealed(hidden.signature(), List.of());
                case Part.ToolCall call -> items.add(call(call));
                case Part.Foreign foreign -> foreign(foreign);
                case Part.CacheMark _ -> wording.drop("cache_control: on the model's words");
                case Part.Image _, Part.Document _, Part.Audio _, Part.ToolResult _ ->
                        throw new NotTranslatable(
                                "messages", "Responses has no place for it in a turn of the model");
            }
        }
        message("assistant", content);
        thought(thoughts);
        dropLooseReasoning();
    }

    private ObjectNode call(Part.ToolCall call) {
        if (call.signature().isPresent()) {
            wording.drop("the signature of a tool call: another provider's");
        }
        Optional<ObjectNode> own = raw(call.raw());
        boolean custom =
                own.map(item -> item.path("type").asString("").equals("custom_tool_call"))
                        .orElse(customs.contains(call.name()));
        if (custom) {
            customCalls.add(call.id());
        }
        if (own.isPresent()) {
            if (own.get().has("name") && !own.get().has("namespace")) {
                own.get().put("name", call.name());
            }
            return own.get();
        }
        if (custom) {
            return Json.object()
                    .put("type", "custom_tool_call")
                    .put("call_id", call.id())
                    .put("name", call.name())
                    .put("input", CustomTool.input(call.arguments()));
        }
        return Json.object()
                .put("type", "function_call")
                .put("call_id", call.id())
                .put("name", call.name())
                .put("arguments", call.arguments().isEmpty() ? "{}" : call.arguments());
    }

    /// A client's own item, where it is taken so: without what names a place where nothing is stored. A
    /// shell's has no other name.
    private Optional<ObjectNode> raw(Optional<Part.Foreign> item) {
        if (!forms || item.isEmpty() || item.get().dialect() != Dialect.RESPONSES) {
            return Optional.empty();
        }
        ObjectNode own = (ObjectNode) item.get().raw().deepCopy();
        if (!item.get().kind().startsWith("local_shell_call")) {
            own.remove("id");
        }
        return Optional.of(own);
    }

    private void sealed(Signature signature, List<String> summary) {
        if (!wording.signed(signature, Dialect.RESPONSES)) {
            wording.drop("reasoning: another provider's or model's");
            return;
        }
        ObjectNode item = items.addObject().put("type", "reasoning");
        ArrayNode texts = item.putArray("summary");
        for (String text : summary) {
            texts.addObject().put("type", "summary_text").put("text", text);
        }
        item.put("encrypted_content", signature.value());
    }

    /// Reasoning that nobody signed.
    private void thought(List<String> thoughts) {
        if (thoughts.isEmpty()) {
            return;
        }
        if (flavour.openReasoning()) {
            ObjectNode item = items.addObject().put("type", "reasoning");
            item.putArray("summary");
            ArrayNode texts = item.putArray("content");
            for (String text : thoughts) {
                texts.addObject().put("type", "reasoning_text").put("text", text);
            }
        } else {
            wording.drop("reasoning: unsigned");
        }
        thoughts.clear();
    }

    /// Reasoning that nothing follows in its turn is answered with 400.
    private void dropLooseReasoning() {
        while (!items.isEmpty()
                && items.get(items.size() - 1).path("type").asString("").equals("reasoning")) {
            items.remove(items.size() - 1);
            wording.drop("reasoning: nothing follows it");
        }
    }
}
