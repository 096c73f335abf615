package dev.switchgear.dialects.own;

import dev.switchgear.dialects.Unsaid;
import dev.switchgear.dialects.json.DataUrl;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.dialects.json.JsonText;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.FinishReason;
import dev.switchgear.families.llm.chat.Media;
import dev.switchgear.families.llm.dialect.AnswerIdentity;
import dev.switchgear.families.llm.dialect.AnswerWriter;
import dev.switchgear.families.llm.tokens.TokenUsage;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes our own answers: one object, or a line for each thing that happens, of which the last is of
/// type `end` or `error`. For one thread, once.
final class OwnAnswerWriter implements AnswerWriter {
    private static final byte[] CHUNK = JsonText.ascii("{\"type\":\"chunk\",\"content\":");
    private static final byte[] THINKING = JsonText.ascii("{\"type\":\"thinking\",\"content\":");
    private static final byte[] END = JsonText.ascii("}\n");

    private final AnswerIdentity identity;
    private final SortedMap<Integer, Call> calls = new TreeMap<>();
    private TokenUsage usage = TokenUsage.UNKNOWN;
    private String finish = "";
    private final Unsaid unsaid = new Unsaid();

    OwnAnswerWriter(AnswerIdentity identity) {
        this.identity = identity;
    }

    /// A tool call under way: its arguments are told whole.
    private static final class Call {
        private final ChatEvent.ToolStart start;
        private final StringBuilder arguments = new StringBuilder();

        private Call(ChatEvent.ToolStart start) {
            this.start = start;
        }

        private ObjectNode json() {
            ObjectNode call = Json.object();
            call.put("id", start.id());
            call.put("name", start.name());
            call.set("arguments", arguments());
            start.signature()
                    .ifPresent(signature -> call.put("signature", signature.shownTo(Dialect.OWN)));
            return call;
        }

        /// What the model broke off is no JSON: then it is told as the text it is.
        private JsonNode arguments() {
            String text = arguments.toString();
            if (text.isBlank()) {
                return Json.object();
            }
            try {
                return Json.read(text);
            } catch (JacksonException broken) {
                return Json.object().put("_raw", text);
            }
        }
    }

    @Override
    public String contentType() {
        return "application/x-ndjson";
    }

    @Override
    public byte[] whole(List<ChatEvent> events) {
        ObjectNode answer = Json.object();
        answer.put("id", identity.id());
        answer.put("model", identity.model());
        var content = new StringBuilder();
        var thinking = new StringBuilder();
        ArrayNode told = Json.array();
        ArrayNode shown = Json.array();
        for (ChatEvent event : events) {
            switch (event) {
                case ChatEvent.Start start ->
                        answer.put(
                                "model",
                                start.model().isEmpty() ? identity.model() : start.model());
                case ChatEvent.Text text -> content.append(text.text());
                case ChatEvent.Refusal refusal -> content.append(refusal.text());
                case ChatEvent.Thinking thought -> thinking.append(thought.text());
                case ChatEvent.Signed signed ->
                        answer.put("signature", signed.signature().shownTo(Dialect.OWN));
                case ChatEvent.ToolEnd end -> ended(end).ifPresent(call -> told.add(call.json()));
                case ChatEvent.Made made -> media(made).ifPresent(shown::add);
                default -> note(event);
            }
        }
        answer.put("content", content.toString());
        if (!thinking.isEmpty()) {
            answer.put("thinking", thinking.toString());
        }
        calls.values().forEach(call -> told.add(call.json()));
        if (!told.isEmpty()) {
            answer.set("toolCalls", told);
        }
        if (!shown.isEmpty()) {
            answer.set("media", shown);
        }
        answer.put("finishReason", finish);
        dropped(answer);
        usage(answer);
        return Json.bytes(answer);
    }

    /// What is only remembered.
    private void note(ChatEvent event) {
        switch (event) {
            case ChatEvent.ToolStart start -> calls.put(start.index(), new Call(start));
            case ChatEvent.ToolArgs piece -> {
                Call call = calls.get(piece.index());
                if (call != null) {
                    call.arguments.append(piece.json());
                }
            }
            case ChatEvent.Usage used -> usage = used.tokens();
            case ChatEvent.Finish end -> finish = word(end.reason());
            case ChatEvent.Omitted omitted -> unsaid.add(omitted);
            default -> {
                // Nothing else has a place here.
            }
        }
    }

    private Optional<Call> ended(ChatEvent.ToolEnd end) {
        return Optional.ofNullable(calls.remove(end.index()));
    }

    @Override
    public void event(ChatEvent event, ByteArrayOutputStream out) {
        switch (event) {
            case ChatEvent.Start start -> {
                ObjectNode line = line("start");
                line.put("id", identity.id());
                line.put("model", start.model().isEmpty() ? identity.model() : start.model());
                write(line, out);
            }
            case ChatEvent.Text text -> text(CHUNK, text.text(), out);
            case ChatEvent.Refusal refusal -> text(CHUNK, refusal.text(), out);
            case ChatEvent.Thinking thought -> text(THINKING, thought.text(), out);
            case ChatEvent.Signed signed ->
                    write(
                            line("signature")
                                    .put("signature", signed.signature().shownTo(Dialect.OWN)),
                            out);
            case ChatEvent.ToolEnd end -> ended(end).ifPresent(call -> write(toolCall(call), out));
            case ChatEvent.Made made ->
                    media(made)
                            .ifPresent(media -> {
                                ObjectNode line = line("media");
                                line.setAll(media);
                                write(line, out);
                            });
            case ChatEvent.Broken broken -> {
                ObjectNode line = line("error");
                ObjectNode error = line.putObject("error");
                error.put("message", broken.message());
                error.put("code", broken.code());
                error.put("statusCode", broken.status());
                write(line, out);
            }
            case ChatEvent.ToolStart _,
                    ChatEvent.ToolArgs _,
                    ChatEvent.Usage _,
                    ChatEvent.Finish _,
                    ChatEvent.HiddenThinking _,
                    ChatEvent.Omitted _,
                    ChatEvent.Ping _ ->
                    note(event);
        }
    }

    @Override
    public void end(ByteArrayOutputStream out) {
        calls.values().forEach(call -> write(toolCall(call), out));
        ObjectNode line = line("end");
        line.put("finishReason", finish);
        dropped(line);
        usage(line);
        write(line, out);
    }

    @Override
    public void ping(ByteArrayOutputStream out) {
        write(line("ping"), out);
    }

    private static ObjectNode toolCall(Call call) {
        ObjectNode line = line("toolCall");
        line.setAll(call.json());
        return line;
    }

    @Override
    public List<String> omitted() {
        return unsaid.names();
    }

    private void dropped(ObjectNode answer) {
        if (!unsaid.names().isEmpty()) {
            ArrayNode names = answer.putArray("dropped");
            unsaid.names().forEach(names::add);
        }
    }

    private Optional<ObjectNode> media(ChatEvent.Made made) {
        return switch (made.media()) {
            case Media.Inline inline ->
                    Optional.of(
                            Json.object()
                                    .put("mediaType", inline.type())
                                    .put("url", DataUrl.of(inline)));
            case Media.Url address ->
                    Optional.of(
                            Json.object()
                                    .put("mediaType", address.type())
                                    .put("url", address.url()));
            case Media.PlainText _, Media.FileId _ -> {
                unsaid.add(made);
                yield Optional.empty();
            }
        };
    }

    private static ObjectNode line(String type) {
        return Json.object().put("type", type);
    }

    private static void text(byte[] before, String text, ByteArrayOutputStream out) {
        if (!text.isEmpty()) {
            out.writeBytes(before);
            JsonText.append(out, text);
            out.writeBytes(END);
        }
    }

    private static void write(ObjectNode line, ByteArrayOutputStream out) {
        out.writeBytes(Json.bytes(line));
        out.write('\n');
    }

    private void usage(ObjectNode answer) {
        if (!usage.known()) {
            return;
        }
        ObjectNode tokens = answer.putObject("usage");
        tokens.put("inputTokens", Math.max(0, usage.wholeInput()));
        tokens.put("outputTokens", Math.max(0, usage.wholeOutput()));
        tokens.put("cacheReadTokens", usage.cacheRead());
        tokens.put("cacheWriteTokens", usage.cacheWrite() + usage.cacheWriteHour());
        tokens.put("reasoningTokens", usage.reasoning());
        tokens.put("estimated", usage.estimated());
    }

    private static String word(FinishReason reason) {
        return switch (reason) {
            case STOP -> "stop";
            case LENGTH -> "length";
            case TOOL_CALLS -> "toolCalls";
            case CONTENT_FILTER -> "contentFilter";
            case PAUSE -> "pause";
        };
    }
}
