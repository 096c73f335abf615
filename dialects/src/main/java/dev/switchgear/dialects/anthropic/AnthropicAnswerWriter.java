package dev.switchgear.dialects.anthropic;

import dev.switchgear.dialects.Thoughts;
import dev.switchgear.dialects.Unsaid;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.dialects.json.JsonText;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.FinishReason;
import dev.switchgear.families.llm.chat.Signature;
import dev.switchgear.families.llm.dialect.AnswerIdentity;
import dev.switchgear.families.llm.dialect.AnswerWriter;
import dev.switchgear.families.llm.tokens.TokenUsage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes a message, plain or streamed, as Anthropic's SDKs demand it.
///
/// Blocks of a stream come strictly one after another. While the arguments of a call are open, what
/// belongs behind them waits, whole pieces of it already joined; it is as much as the provider may
/// still send, whose size the reader of its stream bounds.
///
/// Reasoning without a signature is a block of thinking with an empty one: shown, and left out again
/// when it comes back, because no provider would take it. Signatures of other providers are wrapped;
/// one that belongs to a call stands before it, in a block of thinking without text, or behind it, as
/// hidden thinking, for clients that did not turn thinking on and look for their call first. Words of
/// refusal explain a `refusal`, and are text in any other answer.
final class AnthropicAnswerWriter implements AnswerWriter {
    private static final byte[] TEXT = delta("text_delta", "text");
    private static final byte[] THINKING = delta("thinking_delta", "thinking");
    private static final byte[] SIGNATURE = delta("signature_delta", "signature");
    private static final byte[] ARGUMENTS = delta("input_json_delta", "partial_json");
    private static final byte[] DELTA_START =
            utf8("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":");
    private static final byte[] DELTA_END = utf8("}}\n\n");
    private static final byte[] PING = utf8("event: ping\ndata: {\"type\":\"ping\"}\n\n");

    private enum Kind {
        NONE,
        TEXT,
        THINKING,
        HIDDEN,
        TOOL
    }

    /// A block that waits for its turn, or all blocks of a plain answer.
    private static final class Block {
        final Kind kind;
        final int tool;
        final String id;
        final String name;
        final StringBuilder content = new StringBuilder();

        /// Of a call: what stands behind it.
        String signature = "";

        boolean ended;

        Block(Kind kind, int tool, String id, String name) {
            this.kind = kind;
            this.tool = tool;
            this.id = id;
            this.name = name;
        }
    }

    /// Says before a call that its model showed no thought. Claude demands one there, where it is to think,
    /// so a history with such a call must not pass to it as it is: [ForeignReasoning] knows this one.
    static final Signature UNTHOUGHT = new Signature("", Dialect.OWN, "");

    private final Thoughts thoughts;
    private final boolean sealsBehind;

    /// Whether the answer held a thought so far, or needs none.
    private boolean thought;

    private final AnswerIdentity identity;
    private final Deque<Block> waiting = new ArrayDeque<>();

    /// The calls among those that wait, by their number.
    private final Map<Integer, Block> waitingCalls = new HashMap<>();

    private final StringBuilder refusal = new StringBuilder();
    private Optional<ChatEvent.Start> held = Optional.empty();
    private boolean started;
    private boolean broken;
    private TokenUsage usage = TokenUsage.UNKNOWN;
    private ChatEvent.Finish finish = new ChatEvent.Finish(FinishReason.STOP, "");
    private Kind open = Kind.NONE;
    private int openTool;

    /// What stands behind the open call; empty for nothing.
    private String openSeal = "";

    private int index = -1;
    private byte[] indexDigits = new byte[0];
    private boolean called;
    private final Unsaid unsaid = new Unsaid();

    /// @param thoughtsAsked whether the client turned thinking on
    AnthropicAnswerWriter(boolean thoughtsAsked, AnswerIdentity identity) {
        this(thoughtsAsked, false, identity);
    }

    /// @param budgeted whether it also gave a number of tokens to think
    AnthropicAnswerWriter(boolean thoughtsAsked, boolean budgeted, AnswerIdentity identity) {
        // Only a model with a budget demands a thought before its call.
        this.thought = !budgeted;
        this.thoughts = new Thoughts(thoughtsAsked, true);
        this.sealsBehind = !thoughtsAsked;
        this.identity = identity;
    }

    @Override
    public String contentType() {
        return "text/event-stream; charset=utf-8";
    }

    @Override
    public void ping(ByteArrayOutputStream out) {
        if (!broken) {
            out.writeBytes(PING);
        }
    }

    @Override
    public void event(ChatEvent event, ByteArrayOutputStream out) {
        for (ChatEvent told : thoughts.told(event)) {
            tell(told, out);
        }
    }

    private void tell(ChatEvent event, ByteArrayOutputStream out) {
        if (broken) {
            return;
        }
        if (unthought(event)) {
            if (open == Kind.TOOL) {
                alone(shown(UNTHOUGHT));
            } else {
                signed(shown(UNTHOUGHT), out);
            }
        }
        switch (event) {
            // The start waits for what comes next: it may say what the prompt took.
            case ChatEvent.Start start -> held = Optional.of(start);
            case ChatEvent.Usage(TokenUsage tokens, _) -> usage = tokens;
            case ChatEvent.Finish end -> finish = end;
            case ChatEvent.Refusal words -> refusal.append(words.text());
            case ChatEvent.Made made -> unsaid.add(made);
            case ChatEvent.Omitted omitted -> unsaid.add(omitted);
            case ChatEvent.Ping _ -> {
                start(out);
                out.writeBytes(PING);
            }
            case ChatEvent.Broken broke -> {
                broken = true;
                error(broke, out);
            }
            case ChatEvent.Text text -> text(Kind.TEXT, text.text(), out);
            case ChatEvent.Thinking thinking -> text(Kind.THINKING, thinking.text(), out);
            case ChatEvent.Signed(Signature signature) -> {
                if (Thoughts.ofText(signature)) {
                    parted(out);
                }
                signed(shown(signature), out);
            }
            case ChatEvent.HiddenThinking hidden -> hidden(shown(hidden.signature()), out);
            case ChatEvent.ToolStart tool -> toolStart(tool, out);
            case ChatEvent.ToolArgs args -> toolArgs(args, out);
            case ChatEvent.ToolEnd end -> toolEnd(end.index(), out);
        }
    }

    @Override
    public void end(ByteArrayOutputStream out) {
        if (broken) {
            return;
        }
        start(out);
        while (open == Kind.TOOL) {
            closeTool(out);
        }
        close(out);
        boolean refused = finish.reason() == FinishReason.CONTENT_FILTER;
        if (!refused && !refusal.isEmpty()) {
            text(Kind.TEXT, refusal.toString(), out);
            close(out);
        }
        ObjectNode last = Json.object().put("type", "message_delta");
        stop(last.putObject("delta"), refused);
        last.set("usage", usage(false));
        send("message_delta", last, out);
        send("message_stop", Json.object().put("type", "message_stop"), out);
    }

    @Override
    public byte[] whole(List<ChatEvent> events) {
        for (ChatEvent event : thoughts.told(events)) {
            collect(event);
        }
        boolean refused = finish.reason() == FinishReason.CONTENT_FILTER;
        if (!refused && !refusal.isEmpty()) {
            last(Kind.TEXT).content.append(refusal);
        }
        ObjectNode message = message();
        ArrayNode content = message.putArray("content");
        for (Block block : waiting) {
            boolean cut = finish.reason() == FinishReason.LENGTH && !object(block.content);
            if (block.kind == Kind.TOOL && cut) {
                continue;
            }
            content.add(written(block));
            if (block.kind == Kind.TOOL && !block.signature.isEmpty()) {
                content.add(hiddenBlock(block.signature));
            }
        }
        stop(message, refused);
        message.set("usage", usage(true));
        return Json.bytes(message);
    }

    /// Whether this is the first call, and a thought was to come before it and did not.
    private boolean unthought(ChatEvent event) {
        boolean bare = event instanceof ChatEvent.ToolStart && !thought;
        thought |=
                bare
                        || event instanceof ChatEvent.Thinking
                        || event instanceof ChatEvent.Signed
                        || event instanceof ChatEvent.HiddenThinking
                        || (event instanceof ChatEvent.ToolStart call
                                && call.signature().isPresent());
        return bare && event instanceof ChatEvent.ToolStart call && call.signature().isEmpty();
    }

    private void collect(ChatEvent event) {
        if (unthought(event)) {
            alone(shown(UNTHOUGHT));
        }
        switch (event) {
            case ChatEvent.Start start -> held = Optional.of(start);
            case ChatEvent.Usage(TokenUsage tokens, _) -> usage = tokens;
            case ChatEvent.Finish end -> finish = end;
            case ChatEvent.Refusal words -> refusal.append(words.text());
            case ChatEvent.Broken _ ->
                    throw new IllegalArgumentException("a broken answer has no plain form");
            case ChatEvent.Made made -> unsaid.add(made);
            case ChatEvent.Omitted omitted -> unsaid.add(omitted);
            case ChatEvent.Ping _ -> {}
            case ChatEvent.Text text -> later(Kind.TEXT, text.text());
            case ChatEvent.Thinking thinking -> later(Kind.THINKING, thinking.text());
            case ChatEvent.Signed(Signature signature) -> {
                if (Thoughts.ofText(signature)) {
                    alone(shown(signature));
                } else {
                    signedLater(shown(signature));
                }
            }
            case ChatEvent.HiddenThinking hidden -> hiddenLater(shown(hidden.signature()));
            case ChatEvent.ToolStart tool -> toolLater(tool);
            case ChatEvent.ToolArgs args -> tool(args.index()).content.append(args.json());
            case ChatEvent.ToolEnd end -> tool(end.index()).ended = true;
        }
    }

    @Override
    public List<String> omitted() {
        return unsaid.names();
    }

    private static ObjectNode written(Block block) {
        return switch (block.kind) {
            case TEXT, NONE ->
                    Json.object().put("type", "text").put("text", block.content.toString());
            case THINKING ->
                    Json.object()
                            .put("type", "thinking")
                            .put("thinking", block.content.toString())
                            .put("signature", block.signature);
            case HIDDEN -> hiddenBlock(block.signature);
            case TOOL -> {
                ObjectNode call =
                        Json.object()
                                .put("type", "tool_use")
                                .put("id", block.id)
                                .put("name", block.name);
                call.set("input", input(block.content.toString()));
                yield call;
            }
        };
    }

    private static ObjectNode hiddenBlock(String data) {
        return Json.object().put("type", "redacted_thinking").put("data", data);
    }

    /// An object, which the API promises; what a model made of it may be none.
    private static JsonNode input(String arguments) {
        if (arguments.isBlank()) {
            return Json.object();
        }
        try {
            JsonNode input = Json.read(arguments);
            return input.isObject() ? input : Json.object().put("_raw", arguments);
        } catch (JacksonException notJson) {
            return Json.object().put("_raw", arguments);
        }
    }

    private static boolean object(CharSequence arguments) {
        try {
            return Json.read(arguments.toString()).isObject();
        } catch (JacksonException cut) {
            return false;
        }
    }

    private static String shown(Signature signature) {
        return signature.shownTo(Dialect.ANTHROPIC);
    }

    /// Sends `message_start` if that has not been done.
    private void start(ByteArrayOutputStream out) {
        if (started) {
            return;
        }
        started = true;
        ObjectNode start = Json.object().put("type", "message_start");
        ObjectNode message = message();
        start.set("message", message);
        message.putArray("content");
        message.putNull("stop_reason").putNull("stop_sequence");
        message.set("usage", usage(true));
        send("message_start", start, out);
    }

    private ObjectNode message() {
        String id = held.map(ChatEvent.Start::id).orElse("");
        String model = held.map(ChatEvent.Start::model).orElse("");
        return Json.object()
                .put("id", id.startsWith("msg_") ? id : "msg_" + bareId())
                .put("type", "message")
                .put("role", "assistant")
                .put("model", model.isEmpty() ? identity.model() : model);
    }

    /// The call's id without the prefix that requests may already have.
    private String bareId() {
        return identity.id().startsWith("req_") ? identity.id().substring(4) : identity.id();
    }

    /// @param whole with the numbers that only a message has, not the delta that ends it
    private ObjectNode usage(boolean whole) {
        ObjectNode written = Json.object();
        if (whole || usage.input() >= 0) {
            // Whatever is not cached: the API knows no kinds of input.
            written.put(
                    "input_tokens", Math.max(0, usage.input()) + usage.audioIn() + usage.imageIn());
            written.put("cache_creation_input_tokens", usage.cacheWrite() + usage.cacheWriteHour());
            written.put("cache_read_input_tokens", usage.cacheRead());
        }
        if (whole) {
            written.putObject("cache_creation")
                    .put("ephemeral_5m_input_tokens", usage.cacheWrite())
                    .put("ephemeral_1h_input_tokens", usage.cacheWriteHour());
        }
        written.put("output_tokens", Math.max(0, usage.wholeOutput()));
        if (usage.reasoning() > 0) {
            written.putObject("output_tokens_details").put("thinking_tokens", usage.reasoning());
        }
        return written;
    }

    private void stop(ObjectNode into, boolean refused) {
        String text = finish.stopText();
        into.put("stop_reason", reason());
        if (text.isEmpty()) {
            into.putNull("stop_sequence");
        } else {
            into.put("stop_sequence", text);
        }
        if (refused && !refusal.isEmpty()) {
            into.putObject("stop_details")
                    .put("type", "refusal")
                    .putNull("category")
                    .put("explanation", refusal.toString());
        }
    }

    private String reason() {
        return switch (finish.reason()) {
            case STOP ->
                    called
                            ? "tool_use"
                            : finish.stopText().isEmpty() ? "end_turn" : "stop_sequence";
            // Some servers say so without a call.
            case TOOL_CALLS -> called ? "tool_use" : "end_turn";
            case LENGTH -> "max_tokens";
            case CONTENT_FILTER -> "refusal";
            case PAUSE -> "pause_turn";
        };
    }

    private void text(Kind kind, String text, ByteArrayOutputStream out) {
        if (text.isEmpty()) {
            return;
        }
        if (open == Kind.TOOL) {
            later(kind, text);
            return;
        }
        if (open != kind) {
            open(kind, kind == Kind.TEXT ? textBlock() : thinkingBlock(), out);
        }
        piece(kind == Kind.TEXT ? TEXT : THINKING, text, out);
    }

    private static ObjectNode textBlock() {
        return Json.object().put("type", "text").put("text", "");
    }

    private static ObjectNode thinkingBlock() {
        return Json.object().put("type", "thinking").put("thinking", "").put("signature", "");
    }

    /// Ends the thought before a signature that is not its own.
    private void parted(ByteArrayOutputStream out) {
        if (open == Kind.THINKING) {
            close(out);
        }
    }

    private void signed(String signature, ByteArrayOutputStream out) {
        if (open == Kind.TOOL) {
            signedLater(signature);
            return;
        }
        if (open != Kind.THINKING) {
            open(Kind.THINKING, thinkingBlock(), out);
        }
        piece(SIGNATURE, signature, out);
        close(out);
    }

    private void hidden(String data, ByteArrayOutputStream out) {
        if (open == Kind.TOOL) {
            hiddenLater(data);
            return;
        }
        open(Kind.HIDDEN, hiddenBlock(data), out);
        close(out);
    }

    private void toolStart(ChatEvent.ToolStart tool, ByteArrayOutputStream out) {
        if (open == Kind.TOOL) {
            toolLater(tool);
            return;
        }
        String seal = tool.signature().map(AnthropicAnswerWriter::shown).orElse("");
        if (!seal.isEmpty() && !sealsBehind) {
            close(out);
            signed(seal, out);
            seal = "";
        }
        openTool(tool.index(), AnthropicToolIds.fit(tool.id()), tool.name(), out);
        openSeal = seal;
    }

    private void openTool(int tool, String id, String name, ByteArrayOutputStream out) {
        called = true;
        ObjectNode block = Json.object().put("type", "tool_use").put("id", id).put("name", name);
        block.putObject("input");
        open(Kind.TOOL, block, out);
        openTool = tool;
    }

    private void toolArgs(ChatEvent.ToolArgs args, ByteArrayOutputStream out) {
        if (args.json().isEmpty()) {
            return;
        }
        if (open == Kind.TOOL && openTool == args.index()) {
            piece(ARGUMENTS, args.json(), out);
        } else {
            tool(args.index()).content.append(args.json());
        }
    }

    private void toolEnd(int tool, ByteArrayOutputStream out) {
        if (open == Kind.TOOL && openTool == tool) {
            closeTool(out);
        } else {
            tool(tool).ended = true;
        }
    }

    /// Ends the open call and sends what waited behind it, up to the next call that is not whole.
    private void closeTool(ByteArrayOutputStream out) {
        closeCall(out);
        while (open != Kind.TOOL && !waiting.isEmpty()) {
            Block next = waiting.removeFirst();
            waitingCalls.remove(next.tool, next);
            String content = next.content.toString();
            switch (next.kind) {
                case TEXT, NONE -> text(Kind.TEXT, content, out);
                case THINKING -> {
                    close(out);
                    text(Kind.THINKING, content, out);
                    if (!next.signature.isEmpty()) {
                        signed(next.signature, out);
                    }
                }
                case HIDDEN -> hidden(next.signature, out);
                case TOOL -> {
                    openTool(next.tool, next.id, next.name, out);
                    openSeal = next.signature;
                    if (!content.isEmpty()) {
                        piece(ARGUMENTS, content, out);
                    }
                    if (next.ended) {
                        closeCall(out);
                    }
                }
            }
        }
    }

    private void closeCall(ByteArrayOutputStream out) {
        String seal = openSeal;
        openSeal = "";
        close(out);
        if (!seal.isEmpty()) {
            hidden(seal, out);
        }
    }

    private void later(Kind kind, String text) {
        if (!text.isEmpty()) {
            last(kind).content.append(text);
        }
    }

    private void signedLater(String signature) {
        last(Kind.THINKING).signature = signature;
    }

    /// A signature that seals no thought before it.
    private void alone(String signature) {
        var block = new Block(Kind.THINKING, 0, "", "");
        block.signature = signature;
        waiting.addLast(block);
    }

    private void hiddenLater(String data) {
        var block = new Block(Kind.HIDDEN, 0, "", "");
        block.signature = data;
        waiting.addLast(block);
    }

    private void toolLater(ChatEvent.ToolStart tool) {
        var call = new Block(Kind.TOOL, tool.index(), AnthropicToolIds.fit(tool.id()), tool.name());
        if (tool.signature().isPresent()) {
            String seal = shown(tool.signature().get());
            if (sealsBehind) {
                call.signature = seal;
            } else {
                alone(seal);
            }
        }
        called = true;
        waiting.addLast(call);
        waitingCalls.put(call.tool, call);
    }

    /// The block that a piece of this kind belongs to: the last, unless that is another's or sealed.
    private Block last(Kind kind) {
        Block last = waiting.peekLast();
        if (last == null || last.kind != kind || !last.signature.isEmpty()) {
            last = new Block(kind, 0, "", "");
            waiting.addLast(last);
        }
        return last;
    }

    private Block tool(int tool) {
        Block call = waitingCalls.get(tool);
        if (call == null) {
            throw new IllegalStateException("a piece of tool call " + tool + ", which is not open");
        }
        return call;
    }

    private void open(Kind kind, ObjectNode block, ByteArrayOutputStream out) {
        start(out);
        close(out);
        index++;
        indexDigits = utf8(Integer.toString(index));
        ObjectNode start = Json.object().put("type", "content_block_start").put("index", index);
        start.set("content_block", block);
        send("content_block_start", start, out);
        open = kind;
    }

    private void close(ByteArrayOutputStream out) {
        if (open != Kind.NONE) {
            open = Kind.NONE;
            send(
                    "content_block_stop",
                    Json.object().put("type", "content_block_stop").put("index", index),
                    out);
        }
    }

    private void piece(byte[] kind, String text, ByteArrayOutputStream out) {
        out.writeBytes(DELTA_START);
        out.writeBytes(indexDigits);
        out.writeBytes(kind);
        JsonText.append(out, text);
        out.writeBytes(DELTA_END);
    }

    private void error(ChatEvent.Broken broke, ByteArrayOutputStream out) {
        ObjectNode error = Json.object().put("type", "error");
        error.putObject("error")
                .put("type", AnthropicErrorTypes.of(broke.status()))
                .put("message", broke.message());
        error.put("request_id", "req_" + bareId());
        send("error", error, out);
    }

    private static void send(String name, ObjectNode data, ByteArrayOutputStream out) {
        out.writeBytes(utf8("event: " + name + "\ndata: "));
        out.writeBytes(Json.bytes(data));
        out.write('\n');
        out.write('\n');
    }

    private static byte[] delta(String type, String field) {
        return utf8(",\"delta\":{\"type\":\"" + type + "\",\"" + field + "\":");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
