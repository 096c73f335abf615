package dev.switchgear.dialects.anthropic;

import dev.switchgear.dialects.json.Halves;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.FinishReason;
import dev.switchgear.families.llm.chat.Signature;
import dev.switchgear.families.llm.dialect.AnswerReader;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.families.llm.model.Service;
import dev.switchgear.families.llm.tokens.TokenTally;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/// Reads a message, plain or streamed.
///
/// Of a stream, the stop reason is kept until `message_stop`, or the proper end of the body, so that an
/// answer that breaks off between the two never looks finished. An explained refusal is told in the explanation's words, just
/// before the end.
final class AnthropicAnswerReader implements AnswerReader {
    /// As the provider said last.
    private Optional<Service> service = Optional.empty();

    private enum Kind {
        TEXT,
        THINKING,
        HIDDEN,
        TOOL,
        /// A call of [AnswerTool]: the answer's text.
        ANSWER,
        /// What only this dialect has.
        OTHER
    }

    /// A block that has begun.
    private static final class Block {
        final Kind kind;
        final int tool;
        final Halves halves = new Halves();

        /// What came with its start and counts only if no piece follows.
        final String whole;

        String signature = "";
        boolean pieces;
        boolean cited;

        Block(Kind kind, int tool, String whole) {
            this.kind = kind;
            this.tool = tool;
            this.whole = whole;
        }
    }

    private final String model;
    private final TokenTally tally = new TokenTally();
    private final Map<Long, Block> open = new HashMap<>();
    private long writtenHour;
    private int tools;
    private boolean answerTool;
    private boolean started;

    /// Whether anything was told that is an answer.
    private boolean said;

    private boolean finished;
    private boolean broken;
    private String id = "";
    private String stopReason = "";
    private String stopSequence = "";
    private String explanation = "";

    /// @param model the name at the provider, of whom signatures are
    AnthropicAnswerReader(String model) {
        this.model = model;
    }

    @Override
    public boolean ended() {
        return finished || broken;
    }

    @Override
    public Optional<Service> service() {
        return service;
    }

    @Override
    public boolean stopped() {
        return !stopReason.isEmpty();
    }

    /// A stream may lack its `message_stop`: once the reason to stop has come, nothing is missing.
    @Override
    public boolean bodyEnded(Consumer<ChatEvent> out) {
        if (finished || broken || stopReason.isEmpty()) {
            return finished;
        }
        open.values().forEach(block -> close(block, out));
        open.clear();
        finish(out);
        return true;
    }

    @Override
    public void event(byte[] data, int from, int to, Consumer<ChatEvent> out)
            throws MalformedAnswer {
        if (ended()) {
            return;
        }
        AnthropicEventScan scan = AnthropicEventScan.of(data, from, to);
        switch (scan.type) {
            case "message_start" -> start(scan, out);
            case "content_block_start" -> blockStart(scan, out);
            case "content_block_delta" -> delta(scan, out);
            case "content_block_stop" -> blockStop(scan, out);
            case "message_delta" -> messageDelta(scan, out);
            case "message_stop" -> stop(out);
            case "ping" -> out.accept(new ChatEvent.Ping());
            case "error" -> broken(scan.errorType, scan.errorMessage, out);
            case "" -> throw new MalformedAnswer("an event without a type");
            default -> {}
        }
    }

    private void start(AnthropicEventScan scan, Consumer<ChatEvent> out) throws MalformedAnswer {
        if (started) {
            throw new MalformedAnswer("a second message_start");
        }
        started = true;
        id = scan.id;
        out.accept(new ChatEvent.Start(scan.id, scan.model));
        usage(scan.counts, out);
    }

    private void usage(AnthropicUsage counts, Consumer<ChatEvent> out) {
        if (counts.said()) {
            writtenHour = counts.into(tally, writtenHour);
            service = counts.service().or(() -> service);
            out.accept(new ChatEvent.Usage(tally.usage()));
        }
    }

    private void begun(AnthropicEventScan scan) throws MalformedAnswer {
        if (!started) {
            throw new MalformedAnswer(scan.type + " before message_start");
        }
    }

    private void blockStart(AnthropicEventScan scan, Consumer<ChatEvent> out)
            throws MalformedAnswer {
        begun(scan);
        Block block =
                switch (scan.piece) {
                    case "text" -> new Block(Kind.TEXT, 0, "");
                    case "thinking" -> new Block(Kind.THINKING, 0, "");
                    case "redacted_thinking" -> new Block(Kind.HIDDEN, 0, scan.hidden);
                    case "tool_use" ->
                            scan.name.equals(AnswerTool.NAME)
                                    ? new Block(Kind.ANSWER, 0, scan.input)
                                    : new Block(Kind.TOOL, tools, scan.input);
                    default -> new Block(Kind.OTHER, 0, "");
                };
        if (open.put(scan.index, block) != null) {
            throw new MalformedAnswer("block " + scan.index + " begins twice");
        }
        switch (block.kind) {
            case TEXT, THINKING -> {
                block.signature = scan.signature;
                piece(block, block.kind == Kind.TEXT ? scan.text : scan.thinking, out);
            }
            case HIDDEN -> out.accept(new ChatEvent.HiddenThinking(signature(scan.hidden)));
            case TOOL -> {
                tools++;
                out.accept(
                        new ChatEvent.ToolStart(
                                block.tool,
                                scan.id.isEmpty() ? invented(block.tool) : scan.id,
                                scan.name,
                                Optional.empty()));
            }
            case ANSWER -> answerTool = true;
            case OTHER -> {
                said = true;
                out.accept(new ChatEvent.Omitted(scan.piece));
            }
        }
    }

    private void delta(AnthropicEventScan scan, Consumer<ChatEvent> out) throws MalformedAnswer {
        begun(scan);
        Block block = open.get(scan.index);
        if (block == null) {
            throw new MalformedAnswer("a piece of block " + scan.index + ", which is not open");
        }
        switch (block.kind) {
            case TEXT -> {
                if (scan.piece.equals("text_delta")) {
                    piece(block, scan.text, out);
                } else if (scan.piece.equals("citations_delta") && !block.cited) {
                    block.cited = true;
                    out.accept(new ChatEvent.Omitted("citations"));
                }
            }
            case THINKING -> {
                if (scan.piece.equals("thinking_delta")) {
                    piece(block, scan.thinking, out);
                } else if (scan.piece.equals("signature_delta")) {
                    block.signature = scan.signature;
                }
            }
            case TOOL, ANSWER -> {
                if (scan.piece.equals("input_json_delta")) {
                    piece(block, scan.partialJson, out);
                }
            }
            case HIDDEN, OTHER -> {}
        }
    }

    /// Passes a piece on, but for half a character at its end, which waits for the other half.
    private void piece(Block block, String text, Consumer<ChatEvent> out) {
        if (text.isEmpty()) {
            return;
        }
        block.pieces = true;
        tell(block, block.halves.join(text), out);
    }

    private void tell(Block block, String text, Consumer<ChatEvent> out) {
        if (text.isEmpty()) {
            return;
        }
        said |= block.kind != Kind.THINKING;
        switch (block.kind) {
            case TEXT, ANSWER -> out.accept(new ChatEvent.Text(text));
            case THINKING -> out.accept(new ChatEvent.Thinking(text));
            case TOOL -> out.accept(new ChatEvent.ToolArgs(block.tool, text));
            case HIDDEN, OTHER -> {}
        }
    }

    private void blockStop(AnthropicEventScan scan, Consumer<ChatEvent> out)
            throws MalformedAnswer {
        begun(scan);
        Block block = open.remove(scan.index);
        if (block == null) {
            throw new MalformedAnswer("the end of block " + scan.index + ", which is not open");
        }
        close(block, out);
    }

    private void close(Block block, Consumer<ChatEvent> out) {
        tell(block, block.halves.end(), out);
        switch (block.kind) {
            case THINKING -> {
                if (!block.signature.isEmpty()) {
                    out.accept(new ChatEvent.Signed(signature(block.signature)));
                }
            }
            case TOOL -> {
                if (!block.pieces) {
                    tell(block, block.whole.isEmpty() ? "{}" : block.whole, out);
                }
                out.accept(new ChatEvent.ToolEnd(block.tool));
            }
            case ANSWER -> {
                if (!block.pieces) {
                    tell(block, block.whole.isEmpty() ? "{}" : block.whole, out);
                }
            }
            case TEXT, HIDDEN, OTHER -> {}
        }
    }

    /// An id for a call that came without: the message's keeps calls of several answers apart.
    private String invented(int tool) {
        return "toolu_" + id.replaceAll("[^A-Za-z0-9_-]", "") + "_" + tool;
    }

    private Signature signature(String value) {
        return new Signature(value, Dialect.ANTHROPIC, model);
    }

    private void messageDelta(AnthropicEventScan scan, Consumer<ChatEvent> out)
            throws MalformedAnswer {
        begun(scan);
        stopReason = scan.stopReason.isEmpty() ? stopReason : scan.stopReason;
        stopSequence = scan.stopSequence.isEmpty() ? stopSequence : scan.stopSequence;
        explanation = scan.explanation.isEmpty() ? explanation : scan.explanation;
        usage(scan.counts, out);
    }

    private void stop(Consumer<ChatEvent> out) throws MalformedAnswer {
        if (!started || stopReason.isEmpty()) {
            throw new MalformedAnswer("message_stop without a stop_reason");
        }
        if (!open.isEmpty()) {
            throw new MalformedAnswer("message_stop within a block");
        }
        finish(out);
    }

    private void finish(Consumer<ChatEvent> out) {
        if (!explanation.isEmpty()) {
            out.accept(new ChatEvent.Refusal(explanation));
        }
        finished = true;
        if (failed()) {
            out.accept(ChatEvent.Broken.byModel(stopReason, ""));
            return;
        }
        out.accept(
                new ChatEvent.Finish(
                        reason(), stopReason.equals("stop_sequence") ? stopSequence : ""));
    }

    /// Whether the model failed: a reason that we do not know says so where nothing came before it.
    private boolean failed() {
        return switch (stopReason) {
            case "end_turn",
                    "max_tokens",
                    "stop_sequence",
                    "tool_use",
                    "pause_turn",
                    "refusal",
                    "compaction",
                    "model_context_window_exceeded" ->
                    false;
            default -> !said && tools == 0;
        };
    }

    private FinishReason reason() {
        return switch (stopReason) {
            case "max_tokens", "model_context_window_exceeded" -> FinishReason.LENGTH;
            case "tool_use" ->
                    answerTool && tools == 0 ? FinishReason.STOP : FinishReason.TOOL_CALLS;
            case "refusal" -> FinishReason.CONTENT_FILTER;
            case "pause_turn" -> FinishReason.PAUSE;
            // A reason we do not know yet still ends a whole answer.
            default -> FinishReason.STOP;
        };
    }

    private void broken(String type, String message, Consumer<ChatEvent> out) {
        broken = true;
        out.accept(new ChatEvent.Broken(AnthropicErrorTypes.status(type), type, message));
    }

    @Override
    public void whole(byte[] body, Consumer<ChatEvent> out) throws MalformedAnswer {
        JsonNode message = Json.answer(body);
        if (message.path("type").asString("").equals("error")) {
            JsonNode error = message.path("error");
            broken(error.path("type").asString(""), error.path("message").asString(""), out);
            return;
        }
        JsonNode content = message.path("content");
        if (!content.isArray() && !content.isString()) {
            throw new MalformedAnswer("JSON without a message's content");
        }
        stopReason = message.path("stop_reason").asString("");
        if (stopReason.isEmpty() && content.isEmpty() && content.asString("").isEmpty()) {
            throw new MalformedAnswer("a message without a stop_reason");
        }
        stopSequence = message.path("stop_sequence").asString("");
        explanation = message.path("stop_details").path("explanation").asString("");
        started = true;
        id = message.path("id").asString("");
        out.accept(
                new ChatEvent.Start(
                        message.path("id").asString(""), message.path("model").asString("")));
        if (content.isString()) {
            block(Json.object().put("type", "text").put("text", content.stringValue()), out);
        }
        for (JsonNode block : content) {
            if (block.isObject() && !block.isEmpty()) {
                block(block, out);
            }
        }
        if (stopReason.isEmpty()) {
            // The body is whole and holds an answer: what ended it makes no difference.
            stopReason = tools > 0 ? "tool_use" : "end_turn";
        }
        var counts = new AnthropicUsage();
        counts.read(message.path("usage"));
        usage(counts, out);
        finish(out);
    }

    private void block(JsonNode block, Consumer<ChatEvent> out) {
        String type = block.path("type").asString(block.path("text").isString() ? "text" : "");
        said |= !type.contains("thinking") && !block.path("text").asString("-").isEmpty();
        switch (type) {
            case "text" -> {
                if (!block.path("text").asString("").isEmpty()) {
                    out.accept(new ChatEvent.Text(block.path("text").asString("")));
                }
                if (!block.path("citations").isEmpty()) {
                    out.accept(new ChatEvent.Omitted("citations"));
                }
            }
            case "thinking" -> {
                String text = block.path("thinking").asString("");
                if (!text.isEmpty()) {
                    out.accept(new ChatEvent.Thinking(text));
                }
                String signature = block.path("signature").asString("");
                if (!signature.isEmpty()) {
                    out.accept(new ChatEvent.Signed(signature(signature)));
                }
            }
            case "redacted_thinking" ->
                    out.accept(
                            new ChatEvent.HiddenThinking(
                                    signature(block.path("data").asString(""))));
            case "tool_use" -> {
                JsonNode input = block.path("input");
                // Some servers put the object into a text, as OpenAI does.
                String json = input.isObject() ? Json.text(input) : input.asString("");
                json = json.isBlank() || input.isNull() ? "{}" : json;
                String name = block.path("name").asString("");
                if (name.equals(AnswerTool.NAME)) {
                    answerTool = true;
                    out.accept(new ChatEvent.Text(json));
                } else {
                    String id = block.path("id").asString("");
                    out.accept(
                            new ChatEvent.ToolStart(
                                    tools,
                                    id.isEmpty() ? invented(tools) : id,
                                    name,
                                    Optional.empty()));
                    out.accept(new ChatEvent.ToolArgs(tools, json));
                    out.accept(new ChatEvent.ToolEnd(tools));
                    tools++;
                }
            }
            default -> out.accept(new ChatEvent.Omitted(type.isEmpty() ? "content" : type));
        }
    }
}
