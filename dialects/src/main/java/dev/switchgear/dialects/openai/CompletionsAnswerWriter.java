package dev.switchgear.dialects.openai;

import dev.switchgear.dialects.Unsaid;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.dialects.json.JsonText;
import dev.switchgear.families.llm.chat.AnswerWish;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.FinishReason;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.dialect.AnswerIdentity;
import dev.switchgear.families.llm.dialect.AnswerWriter;
import dev.switchgear.families.llm.tokens.TokenUsage;
import java.io.ByteArrayOutputStream;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// Writes an answer as OpenAI's completions do: text alone. What a model declines with is text as well,
/// and its thoughts are nowhere. For one thread, once.
final class CompletionsAnswerWriter implements AnswerWriter {
    /// A comment without an empty line behind it, since some clients take a comment and an empty line
    /// for an event that says nothing, and break off.
    private static final byte[] PING = JsonText.ascii(": ping\n");

    private static final byte[] DONE = JsonText.ascii("data: [DONE]\n\n");

    private final AnswerIdentity identity;
    private final boolean usageWanted;

    /// What stands before the answer; empty for nothing.
    private final String echo;

    private final byte[] unfinished;

    private String answerId;
    private String answerModel;
    private byte[] head = new byte[0];
    private boolean started;
    private boolean broken;
    private String finish = "stop";
    private TokenUsage usage = TokenUsage.UNKNOWN;
    private final Unsaid unsaid = new Unsaid();

    CompletionsAnswerWriter(ChatRequest asked, AnswerIdentity identity) {
        this.identity = identity;
        this.answerId = "cmpl-" + identity.id();
        this.answerModel = identity.model();
        this.usageWanted = asked.wishes().contains(AnswerWish.STREAMED_USAGE);
        this.echo = asked.wishes().contains(AnswerWish.ECHO) ? prompt(asked) : "";
        this.unfinished =
                JsonText.ascii(
                        ",\"index\":0,\"logprobs\":null,\"finish_reason\":null}]"
                                + ending()
                                + "}\n\n");
    }

    private static String prompt(ChatRequest asked) {
        return asked.turns().stream()
                .flatMap(turn -> turn.parts().stream())
                .map(part -> part instanceof Part.Text text ? text.text() : "")
                .reduce("", String::concat);
    }

    private String ending() {
        return usageWanted ? ",\"usage\":null" : "";
    }

    @Override
    public String contentType() {
        return "text/event-stream; charset=utf-8";
    }

    @Override
    public void ping(ByteArrayOutputStream out) {
        out.writeBytes(PING);
    }

    @Override
    public void event(ChatEvent event, ByteArrayOutputStream out) {
        if (broken) {
            return;
        }
        switch (event) {
            case ChatEvent.Start(String id, String model) -> {
                name(id, model);
                ensureStarted(out);
            }
            case ChatEvent.Text(String text) -> chunk(text, unfinished, out);
            case ChatEvent.Refusal(String text) -> chunk(text, unfinished, out);
            case ChatEvent.Usage(TokenUsage tokens, _) -> usage = tokens;
            case ChatEvent.Finish(FinishReason reason, _) ->
                    chunk(
                            "",
                            JsonText.ascii(
                                    ",\"index\":0,\"logprobs\":null,\"finish_reason\":\""
                                            + word(reason)
                                            + "\"}]"
                                            + ending()
                                            + "}\n\n"),
                            out);
            case ChatEvent.Broken(int status, String code, String message, _) -> {
                broken = true;
                data(OpenAiAnswerWriter.error(status, code, message), out);
            }
            case ChatEvent.Made made -> unsaid.add(made);
            case ChatEvent.Omitted omitted -> unsaid.add(omitted);
            // The client gets its own signs of life, when it hears nothing else.
            case ChatEvent.Ping _ -> {}
            case ChatEvent.Thinking _,
                    ChatEvent.Signed _,
                    ChatEvent.HiddenThinking _,
                    ChatEvent.ToolStart _,
                    ChatEvent.ToolArgs _,
                    ChatEvent.ToolEnd _ -> {}
        }
    }

    @Override
    public void end(ByteArrayOutputStream out) {
        if (broken) {
            return;
        }
        if (usageWanted && usage.known()) {
            ObjectNode chunk = envelope();
            chunk.putArray("choices");
            chunk.set("usage", OpenAiUsage.write(usage));
            data(chunk, out);
        }
        out.writeBytes(DONE);
    }

    @Override
    public List<String> omitted() {
        return unsaid.names();
    }

    private static void data(ObjectNode json, ByteArrayOutputStream out) {
        out.writeBytes(JsonText.ascii("data: "));
        out.writeBytes(Json.bytes(json));
        out.writeBytes(JsonText.ascii("\n\n"));
    }

    private void name(String id, String model) {
        if (started) {
            return;
        }
        if (id.startsWith("cmpl-")) {
            answerId = id;
        }
        if (!model.isEmpty()) {
            answerModel = model;
        }
    }

    private ObjectNode envelope() {
        return Json.object()
                .put("id", answerId)
                .put("object", "text_completion")
                .put("created", identity.createdSeconds())
                .put("model", answerModel);
    }

    private void ensureStarted(ByteArrayOutputStream out) {
        if (started) {
            return;
        }
        started = true;
        var bytes = new ByteArrayOutputStream(256);
        bytes.writeBytes(JsonText.ascii("data: "));
        byte[] envelope = Json.bytes(envelope());
        bytes.write(envelope, 0, envelope.length - 1);
        bytes.writeBytes(JsonText.ascii(",\"choices\":[{\"text\":"));
        head = bytes.toByteArray();
        if (!echo.isEmpty()) {
            chunk(echo, unfinished, out);
        }
    }

    private void chunk(String text, byte[] rest, ByteArrayOutputStream out) {
        ensureStarted(out);
        out.writeBytes(head);
        JsonText.append(out, text);
        out.writeBytes(rest);
    }

    private static String word(FinishReason reason) {
        return switch (reason) {
            case LENGTH -> "length";
            case CONTENT_FILTER -> "content_filter";
            case STOP, TOOL_CALLS, PAUSE -> "stop";
        };
    }

    @Override
    public byte[] whole(List<ChatEvent> events) {
        var text = new StringBuilder(echo);
        for (ChatEvent event : events) {
            switch (event) {
                case ChatEvent.Start(String id, String model) -> name(id, model);
                case ChatEvent.Text(String piece) -> text.append(piece);
                case ChatEvent.Refusal(String piece) -> text.append(piece);
                case ChatEvent.Usage(TokenUsage tokens, _) -> usage = tokens;
                case ChatEvent.Finish(FinishReason reason, _) -> finish = word(reason);
                case ChatEvent.Made made -> unsaid.add(made);
                case ChatEvent.Omitted omitted -> unsaid.add(omitted);
                case ChatEvent.Thinking _,
                        ChatEvent.Signed _,
                        ChatEvent.HiddenThinking _,
                        ChatEvent.ToolStart _,
                        ChatEvent.ToolArgs _,
                        ChatEvent.ToolEnd _,
                        ChatEvent.Broken _,
                        ChatEvent.Ping _ -> {}
            }
        }
        ObjectNode answer = envelope();
        answer.putArray("choices")
                .addObject()
                .put("text", text.toString())
                .put("index", 0)
                .putNull("logprobs")
                .put("finish_reason", finish);
        if (usage.known()) {
            answer.set("usage", OpenAiUsage.write(usage));
        }
        return Json.bytes(answer);
    }
}
