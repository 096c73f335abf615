package dev.switchgear.dialects.ollama;

import dev.switchgear.dialects.Unsaid;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.dialects.json.JsonText;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.FinishReason;
import dev.switchgear.families.llm.chat.Media;
import dev.switchgear.families.llm.dialect.AnswerIdentity;
import dev.switchgear.families.llm.dialect.AnswerWriter;
import dev.switchgear.families.llm.tokens.TokenUsage;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes answers as Ollama does: one object, or a line for each piece, of which the last is `done`
/// and counts. Durations are left out, as Ollama does with those it does not know. For one thread,
/// once.
final class OllamaAnswerWriter implements AnswerWriter {
    private static final byte[] TEXT =
            JsonText.ascii(",\"message\":{\"role\":\"assistant\",\"content\":");
    private static final byte[] THINKING =
            JsonText.ascii(",\"message\":{\"role\":\"assistant\",\"content\":\"\",\"thinking\":");
    private static final byte[] END = JsonText.ascii("},\"done\":false}\n");
    private static final byte[] RESPONSE = JsonText.ascii(",\"response\":");
    private static final byte[] RESPONSE_THINKING =
            JsonText.ascii(",\"response\":\"\",\"thinking\":");
    private static final byte[] RESPONSE_END = JsonText.ascii(",\"done\":false}\n");

    private final boolean chat;
    private final boolean thinking;
    private final String created;
    private final SortedMap<Integer, Call> calls = new TreeMap<>();

    private String model;
    private byte[] head;
    private TokenUsage usage = TokenUsage.UNKNOWN;
    private FinishReason finish = FinishReason.STOP;
    private final Unsaid unsaid = new Unsaid();

    /// @param chat whether `/api/chat` is answered; else `/api/generate`
    OllamaAnswerWriter(boolean chat, ChatRequest asked, AnswerIdentity identity) {
        this.chat = chat;
        this.thinking = asked.reasoning().shown().orElse(true);
        this.created = Instant.ofEpochSecond(identity.createdSeconds()).toString();
        this.model = identity.model();
        this.head = head();
    }

    /// A tool call under way: it is told whole.
    private record Call(ChatEvent.ToolStart start, StringBuilder arguments) {
        private ObjectNode json() {
            ObjectNode call = Json.object().put("id", start.id());
            call.putObject("function")
                    .put("index", start.index())
                    .put("name", start.name())
                    .set("arguments", OllamaTurnWriter.arguments(arguments.toString()));
            return call;
        }
    }

    private byte[] head() {
        var bytes = new ByteArrayOutputStream(96);
        bytes.writeBytes(JsonText.ascii("{\"model\":"));
        JsonText.append(bytes, model);
        bytes.writeBytes(JsonText.ascii(",\"created_at\":\"" + created + "\""));
        return bytes.toByteArray();
    }

    @Override
    public String contentType() {
        return "application/x-ndjson";
    }

    @Override
    public byte[] whole(List<ChatEvent> events) {
        var text = new StringBuilder();
        var thoughts = new StringBuilder();
        var images = new ArrayList<String>();
        for (ChatEvent event : events) {
            switch (event) {
                case ChatEvent.Text piece -> text.append(piece.text());
                case ChatEvent.Refusal refusal -> text.append(refusal.text());
                case ChatEvent.Thinking thought -> thoughts.append(thinking ? thought.text() : "");
                case ChatEvent.Made made -> image(made).ifPresent(images::add);
                case ChatEvent.Start _,
                        ChatEvent.ToolStart _,
                        ChatEvent.ToolArgs _,
                        ChatEvent.ToolEnd _,
                        ChatEvent.Usage _,
                        ChatEvent.Finish _,
                        ChatEvent.Signed _,
                        ChatEvent.HiddenThinking _,
                        ChatEvent.Broken _,
                        ChatEvent.Omitted _,
                        ChatEvent.Ping _ ->
                        note(event);
            }
        }
        ObjectNode answer = said(text.toString());
        ObjectNode holder = chat ? (ObjectNode) answer.get("message") : answer;
        if (!thoughts.isEmpty()) {
            holder.put("thinking", thoughts.toString());
        }
        if (!images.isEmpty()) {
            ArrayNode shown = holder.putArray("images");
            images.forEach(shown::add);
        }
        if (chat && !calls.isEmpty()) {
            ArrayNode told = holder.putArray("tool_calls");
            calls.values().forEach(call -> told.add(call.json()));
        }
        return Json.bytes(done(answer));
    }

    /// What is only remembered.
    private void note(ChatEvent event) {
        switch (event) {
            case ChatEvent.Start start -> {
                if (!start.model().isEmpty()) {
                    model = start.model();
                    head = head();
                }
            }
            case ChatEvent.ToolStart start ->
                    calls.put(start.index(), new Call(start, new StringBuilder()));
            case ChatEvent.ToolArgs piece -> {
                Call call = calls.get(piece.index());
                if (call != null) {
                    call.arguments().append(piece.json());
                }
            }
            case ChatEvent.Usage used -> usage = used.tokens();
            case ChatEvent.Finish end -> finish = end.reason();
            case ChatEvent.Omitted omitted -> unsaid.add(omitted);
            default -> {
                // Nothing else has a place here.
            }
        }
    }

    @Override
    public void event(ChatEvent event, ByteArrayOutputStream out) {
        switch (event) {
            case ChatEvent.Text piece -> piece(chat ? TEXT : RESPONSE, piece.text(), out);
            case ChatEvent.Refusal refusal -> piece(chat ? TEXT : RESPONSE, refusal.text(), out);
            case ChatEvent.Thinking thought -> {
                if (thinking) {
                    piece(chat ? THINKING : RESPONSE_THINKING, thought.text(), out);
                }
            }
            case ChatEvent.Made made ->
                    image(made)
                            .ifPresent(image -> {
                                ObjectNode line = said("");
                                ((ObjectNode) line.get("message")).putArray("images").add(image);
                                out.writeBytes(Json.bytes(line.put("done", false)));
                                out.write('\n');
                            });
            case ChatEvent.ToolEnd end -> {
                Call call = calls.remove(end.index());
                if (call != null) {
                    call(call, out);
                }
            }
            case ChatEvent.Broken broken -> {
                out.writeBytes(Json.bytes(Json.object().put("error", broken.message())));
                out.write('\n');
            }
            case ChatEvent.Start _,
                    ChatEvent.ToolStart _,
                    ChatEvent.ToolArgs _,
                    ChatEvent.Usage _,
                    ChatEvent.Finish _,
                    ChatEvent.Signed _,
                    ChatEvent.HiddenThinking _,
                    ChatEvent.Omitted _,
                    ChatEvent.Ping _ ->
                    note(event);
        }
    }

    /// Images stand in messages; a generated text has none, and nobody has sounds.
    private Optional<String> image(ChatEvent.Made made) {
        if (chat && !made.sound() && made.media() instanceof Media.Inline inline) {
            return Optional.of(inline.base64());
        }
        unsaid.add(made);
        return Optional.empty();
    }

    @Override
    public List<String> omitted() {
        return unsaid.names();
    }

    private void piece(byte[] before, String text, ByteArrayOutputStream out) {
        if (!text.isEmpty()) {
            line(before, text, out);
        }
    }

    private void line(byte[] before, String text, ByteArrayOutputStream out) {
        out.writeBytes(head);
        out.writeBytes(before);
        JsonText.append(out, text);
        out.writeBytes(chat ? END : RESPONSE_END);
    }

    private void call(Call call, ByteArrayOutputStream out) {
        if (!chat) {
            return;
        }
        ObjectNode line = said("");
        ((ObjectNode) line.get("message")).putArray("tool_calls").add(call.json());
        out.writeBytes(Json.bytes(line.put("done", false)));
        out.write('\n');
    }

    @Override
    public void end(ByteArrayOutputStream out) {
        calls.values().forEach(call -> call(call, out));
        calls.clear();
        out.writeBytes(Json.bytes(done(said(""))));
        out.write('\n');
    }

    /// An empty piece: a line without any content is not JSON, and some clients break over it.
    @Override
    public void ping(ByteArrayOutputStream out) {
        line(chat ? TEXT : RESPONSE, "", out);
    }

    private ObjectNode said(String text) {
        ObjectNode object = Json.object().put("model", model).put("created_at", created);
        if (chat) {
            object.putObject("message").put("role", "assistant").put("content", text);
        } else {
            object.put("response", text);
        }
        return object;
    }

    /// Ollama has no word for an answer that was declined; without one it would look complete.
    private String doneReason() {
        return switch (finish) {
            case LENGTH -> "length";
            case CONTENT_FILTER -> "content_filter";
            case STOP, TOOL_CALLS, PAUSE -> "stop";
        };
    }

    private ObjectNode done(ObjectNode object) {
        object.put("done_reason", doneReason());
        object.put("done", true);
        if (!unsaid.names().isEmpty()) {
            // Clients pass over fields they do not know.
            ArrayNode names = object.putArray("dropped");
            unsaid.names().forEach(names::add);
        }
        if (usage.wholeInput() >= 0) {
            object.put("prompt_eval_count", usage.wholeInput());
        }
        if (usage.wholeOutput() >= 0) {
            object.put("eval_count", usage.wholeOutput());
        }
        return object;
    }
}
