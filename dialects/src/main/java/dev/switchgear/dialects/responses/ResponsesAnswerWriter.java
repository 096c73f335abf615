package dev.switchgear.dialects.responses;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.switchgear.dialects.Thoughts;
import dev.switchgear.dialects.Unsaid;
import dev.switchgear.dialects.WrappedSeal;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.AnswerWish;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.ClientTool;
import dev.switchgear.families.llm.chat.ClientTool.Form;
import dev.switchgear.families.llm.chat.FinishReason;
import dev.switchgear.families.llm.chat.Media;
import dev.switchgear.families.llm.chat.Signature;
import dev.switchgear.families.llm.chat.Tool;
import dev.switchgear.families.llm.dialect.AnswerIdentity;
import dev.switchgear.families.llm.dialect.AnswerWriter;
import dev.switchgear.families.llm.tokens.TokenUsage;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes an answer, item by item. A plain answer is what the last event of the stream would hold.
///
/// One message or reasoning is open at a time; calls stay open beside each other, for their pieces
/// may interleave. A call that ended is closed only when something follows it: until then it may turn
/// out to have been cut off.
final class ResponsesAnswerWriter implements AnswerWriter {
    /// A comment without an empty line behind it, since some clients take a comment and an empty line
    /// for an event that says nothing, and break off.
    private static final byte[] KEEP_ALIVE = ": keep-alive\n".getBytes(US_ASCII);

    private static final byte[] TEXT_DELTA = delta("response.output_text.delta");
    private static final byte[] REFUSAL_DELTA = delta("response.refusal.delta");
    private static final byte[] SUMMARY_DELTA = delta("response.reasoning_summary_text.delta");
    private static final byte[] ARGUMENTS_DELTA = delta("response.function_call_arguments.delta");
    private static final byte[] INPUT_DELTA = delta("response.custom_tool_call_input.delta");
    private static final byte[] EVENT_ERROR = "event: error\ndata: ".getBytes(US_ASCII);
    private static final byte[] BLANK = "\n\n".getBytes(US_ASCII);
    private static final byte[] END = "}\n\n".getBytes(US_ASCII);
    private static final byte[] TEXT_END = ",\"logprobs\":[]}\n\n".getBytes(US_ASCII);

    private final ResponsesEcho settings;
    private final AnswerIdentity identity;
    private final Thoughts thoughts;

    /// The client's own tools, by the names of the functions that stand for them.
    private final Map<String, ClientTool> clientTools = new HashMap<>();

    private final ResponsesEventBuffer buffer = new ResponsesEventBuffer();
    private final List<ResponsesItemWritten> items = new ArrayList<>();
    private final Map<Integer, ResponsesItemWritten> calls = new HashMap<>();

    /// Where a stream goes; empty while a plain answer is made.
    private @Nullable ByteArrayOutputStream stream;

    private int sequence;
    private boolean begun;
    private boolean broken;
    private String id;
    private String model;

    /// The message or reasoning that is open.
    private @Nullable ResponsesItemWritten open;

    private @Nullable ResponsesItemWritten endedCall;
    private TokenUsage usage = TokenUsage.UNKNOWN;
    private FinishReason finish = FinishReason.STOP;
    private final Unsaid unsaid = new Unsaid();

    ResponsesAnswerWriter(ChatRequest asked, AnswerIdentity identity) {
        this.settings = new ResponsesEcho(asked, identity.kept());
        this.identity = identity;
        this.thoughts =
                new Thoughts(
                        asked.reasoning().shown().orElse(false)
                                || asked.wishes().contains(AnswerWish.SEALED_REASONING),
                        true);
        for (Tool tool : asked.tools()) {
            if (tool instanceof Tool.Function function && function.client().isPresent()) {
                clientTools.put(function.name(), function.client().get());
            }
        }
        this.id = "resp_" + identity.id();
        this.model = identity.model();
    }

    private static byte[] delta(String type) {
        return ("event: " + type + "\ndata: {\"type\":\"" + type + "\",\"sequence_number\":")
                .getBytes(US_ASCII);
    }

    @Override
    public String contentType() {
        return "text/event-stream; charset=utf-8";
    }

    @Override
    public byte[] whole(List<ChatEvent> events) {
        stream = null;
        thoughts.told(events).forEach(this::tell);
        begin();
        closeAll();
        return Json.bytes(response(finalStatus()));
    }

    @Override
    public void event(ChatEvent event, ByteArrayOutputStream out) {
        stream = out;
        if (!broken) {
            thoughts.told(event).forEach(this::tell);
        }
    }

    @Override
    public void end(ByteArrayOutputStream out) {
        stream = out;
        if (broken) {
            return;
        }
        begin();
        closeAll();
        String status = finalStatus();
        write(event("response." + status).set("response", response(status)));
    }

    /// Only the error: who wrote the rest had its own id and numbers, so neither can be told.
    @Override
    public void brokenOff(ChatEvent.Broken error, ByteArrayOutputStream out) {
        ObjectNode told = error(error);
        told.remove("sequence_number");
        buffer.raw(EVENT_ERROR);
        buffer.raw(Json.bytes(told));
        buffer.raw(BLANK);
        buffer.drainTo(out);
    }

    @Override
    public void ping(ByteArrayOutputStream out) {
        out.write(KEEP_ALIVE, 0, KEEP_ALIVE.length);
    }

    private void tell(ChatEvent event) {
        switch (event) {
            case ChatEvent.Start start -> start(start);
            case ChatEvent.Text text ->
                    said("output_text", "text", text.text(), TEXT_DELTA, TEXT_END);
            case ChatEvent.Refusal refusal ->
                    said("refusal", "refusal", refusal.text(), REFUSAL_DELTA, END);
            case ChatEvent.Thinking thinking -> thought(thinking.text());
            case ChatEvent.Signed signed -> signed(signed.signature());
            case ChatEvent.HiddenThinking hidden ->
                    sealed(hidden.signature().shownTo(Dialect.RESPONSES), true);
            case ChatEvent.ToolStart tool -> call(tool);
            case ChatEvent.ToolArgs args -> arguments(args);
            case ChatEvent.ToolEnd end -> {
                closeEndedCall();
                endedCall = calls.remove(end.index());
            }
            case ChatEvent.Usage used -> usage = used.tokens();
            case ChatEvent.Finish finished -> finish = finished.reason();
            case ChatEvent.Broken error -> fail(error);
            case ChatEvent.Made made -> made(made);
            case ChatEvent.Omitted omitted -> unsaid.add(omitted);
            // The client gets its own signs of life, when it hears nothing else.
            case ChatEvent.Ping _ -> {}
        }
    }

    @Override
    public List<String> omitted() {
        return unsaid.names();
    }

    /// An image is told as one that a tool of the provider's made; sounds have no item.
    private void made(ChatEvent.Made made) {
        if (made.sound() || !(made.media() instanceof Media.Inline image)) {
            unsaid.add(made);
            return;
        }
        closeEndedCall();
        closeOpen("completed");
        ResponsesItemWritten item = added(ResponsesItemWritten.Kind.IMAGE, "", "", "");
        item.result = image.base64();
        item.status = "completed";
        itemDone(item);
    }

    private void start(ChatEvent.Start start) {
        if (begun) {
            return;
        }
        if (start.id().startsWith("resp_") && identity.kept().isEmpty()) {
            id = start.id();
        }
        if (!start.model().isEmpty()) {
            model = start.model();
        }
        begin();
    }

    private void begin() {
        if (begun) {
            return;
        }
        begun = true;
        if (stream != null) {
            write(event("response.created").set("response", response("in_progress")));
            write(event("response.in_progress").set("response", response("in_progress")));
        }
    }

    private void said(String type, String field, String text, byte[] delta, byte[] end) {
        if (text.isEmpty()) {
            return;
        }
        ResponsesItemWritten item = openItem(ResponsesItemWritten.Kind.MESSAGE);
        if (!item.hasPiece() || !item.piece().type.equals(type)) {
            closePiece(item);
            beginPiece(item, type, field);
        }
        add(item, text, delta, end);
    }

    private void thought(String text) {
        if (text.isEmpty()) {
            return;
        }
        ResponsesItemWritten item = openItem(ResponsesItemWritten.Kind.REASONING);
        if (!item.hasPiece()) {
            beginPiece(item, "summary_text", "text");
        }
        add(item, text, SUMMARY_DELTA, END);
    }

    /// Reasoning without words is read as hidden in this dialect, which other providers tell from an
    /// open thought that they gave no words.
    private void signed(Signature signature) {
        if (Thoughts.ofText(signature)) {
            closeOpen("completed");
        }
        ResponsesItemWritten item = openItem(ResponsesItemWritten.Kind.REASONING);
        sealed(
                item.hasPiece()
                        ? signature.shownTo(Dialect.RESPONSES)
                        : WrappedSeal.ofOpen(signature, Dialect.RESPONSES),
                false);
    }

    /// @param alone whether it is reasoning by itself, rather than the seal of what is open
    private void sealed(String encrypted, boolean alone) {
        if (alone) {
            closeOpen("completed");
        }
        ResponsesItemWritten item = openItem(ResponsesItemWritten.Kind.REASONING);
        item.encrypted = encrypted;
        closeOpen("completed");
    }

    private void call(ChatEvent.ToolStart tool) {
        if (tool.signature().isPresent()) {
            Signature signature = tool.signature().get();
            sealed(WrappedSeal.ofCall(signature, Dialect.RESPONSES), true);
        }
        closeEndedCall();
        closeOpen("completed");
        ClientTool known = clientTools.get(tool.name());
        ResponsesItemWritten item =
                known == null
                        ? added(ResponsesItemWritten.Kind.CALL, tool.id(), tool.name(), "")
                        : added(
                                kind(known.form()),
                                tool.id(),
                                known.namespace().isEmpty() && known.form() == Form.FUNCTION
                                        ? tool.name()
                                        : known.name(),
                                known.namespace().map(ClientTool.Namespace::name).orElse(""));
        if (item.kind == ResponsesItemWritten.Kind.CUSTOM_CALL) {
            item.begin("custom_tool_call_input", "input");
        } else {
            item.begin("function_call_arguments", "arguments");
        }
        calls.put(tool.index(), item);
    }

    private static ResponsesItemWritten.Kind kind(Form form) {
        return switch (form) {
            case FUNCTION -> ResponsesItemWritten.Kind.CALL;
            case CUSTOM -> ResponsesItemWritten.Kind.CUSTOM_CALL;
            case LOCAL_SHELL -> ResponsesItemWritten.Kind.LOCAL_SHELL_CALL;
            case SHELL -> ResponsesItemWritten.Kind.SHELL_CALL;
            case APPLY_PATCH -> ResponsesItemWritten.Kind.APPLY_PATCH_CALL;
            case TOOL_SEARCH -> ResponsesItemWritten.Kind.TOOL_SEARCH_CALL;
        };
    }

    private void arguments(ChatEvent.ToolArgs args) {
        ResponsesItemWritten item = calls.get(args.index());
        if (item == null || args.json().isEmpty()) {
            return;
        }
        switch (item.kind) {
            case CUSTOM_CALL -> add(item, item.input.next(args.json()), INPUT_DELTA, END);
            case CALL -> add(item, args.json(), ARGUMENTS_DELTA, END);
            // They have no pieces: the item is told when it is whole.
            case LOCAL_SHELL_CALL, SHELL_CALL, APPLY_PATCH_CALL, TOOL_SEARCH_CALL ->
                    item.piece().text.append(item.halves.join(args.json()));
            case MESSAGE, REASONING, IMAGE ->
                    throw new IllegalStateException("arguments of what is no call");
        }
    }

    private ResponsesItemWritten openItem(ResponsesItemWritten.Kind kind) {
        closeEndedCall();
        if (open != null && open.kind == kind) {
            return open;
        }
        closeOpen("completed");
        ResponsesItemWritten item = added(kind, "", "", "");
        open = item;
        return item;
    }

    private ResponsesItemWritten added(
            ResponsesItemWritten.Kind kind, String callId, String name, String namespace) {
        begin();
        var item = new ResponsesItemWritten(kind, items.size(), identity.id(), callId, name);
        item.namespace = namespace;
        items.add(item);
        if (stream != null) {
            ObjectNode event = event("response.output_item.added").put("output_index", item.index);
            write(event.set("item", item.words(false)));
        }
        return item;
    }

    private void beginPiece(ResponsesItemWritten item, String type, String field) {
        ResponsesItemWritten.Piece piece = item.begin(type, field);
        if (stream != null) {
            write(at(item, event(kind(item) + "_part.added"), true).set("part", piece.words("")));
        }
    }

    private static String kind(ResponsesItemWritten item) {
        return item.kind == ResponsesItemWritten.Kind.MESSAGE
                ? "response.content"
                : "response.reasoning_summary";
    }

    private void add(ResponsesItemWritten item, String text, byte[] delta, byte[] end) {
        String whole = item.halves.join(text);
        if (whole.isEmpty()) {
            return;
        }
        ResponsesItemWritten.Piece piece = item.piece();
        piece.text.append(whole);
        if (stream != null) {
            buffer.raw(delta);
            buffer.number(sequence++);
            buffer.raw(piece.head);
            buffer.quoted(whole);
            buffer.raw(end);
            buffer.drainTo(stream);
        }
    }

    private void closeOpen(String status) {
        ResponsesItemWritten item = open;
        open = null;
        if (item != null) {
            item.status = status;
            closePiece(item);
            itemDone(item);
        }
    }

    private void closePiece(ResponsesItemWritten item) {
        if (!item.hasPiece()) {
            return;
        }
        ResponsesItemWritten.Piece piece = item.piece();
        rest(item);
        if (stream == null) {
            return;
        }
        String text = piece.text.toString();
        ObjectNode done =
                switch (piece.type) {
                    case "refusal" ->
                            at(item, event("response.refusal.done"), true).put("refusal", text);
                    case "summary_text" ->
                            at(item, event("response.reasoning_summary_text.done"), true)
                                    .put("text", text);
                    default -> {
                        ObjectNode said =
                                at(item, event("response.output_text.done"), true)
                                        .put("text", text);
                        said.putArray("logprobs");
                        yield said;
                    }
                };
        write(done);
        write(at(item, event(kind(item) + "_part.done"), true).set("part", piece.words(text)));
    }

    /// A half character that nothing followed.
    private void rest(ResponsesItemWritten item) {
        String rest = item.halves.end();
        if (!rest.isEmpty()) {
            switch (item.piece().type) {
                case "refusal" -> add(item, rest, REFUSAL_DELTA, END);
                case "summary_text" -> add(item, rest, SUMMARY_DELTA, END);
                case "function_call_arguments" -> add(item, rest, ARGUMENTS_DELTA, END);
                case "custom_tool_call_input" -> add(item, rest, INPUT_DELTA, END);
                default -> add(item, rest, TEXT_DELTA, TEXT_END);
            }
        }
    }

    private void closeEndedCall() {
        ResponsesItemWritten item = endedCall;
        endedCall = null;
        if (item != null) {
            closeCall(item, "completed");
        }
    }

    private void closeCall(ResponsesItemWritten item, String status) {
        item.status = status;
        switch (item.kind) {
            case CALL -> {
                rest(item);
                if (status.equals("completed") && item.arguments().isEmpty()) {
                    add(item, "{}", ARGUMENTS_DELTA, END);
                }
                if (stream != null) {
                    write(
                            at(item, event("response.function_call_arguments.done"), false)
                                    .put("name", item.name)
                                    .put("arguments", item.arguments()));
                }
            }
            case CUSTOM_CALL -> {
                add(item, item.input.end(), INPUT_DELTA, END);
                rest(item);
                if (stream != null) {
                    write(
                            at(item, event("response.custom_tool_call_input.done"), false)
                                    .put("input", item.arguments()));
                }
            }
            case LOCAL_SHELL_CALL, SHELL_CALL, APPLY_PATCH_CALL, TOOL_SEARCH_CALL ->
                    item.piece().text.append(item.halves.end());
            case MESSAGE, REASONING, IMAGE ->
                    throw new IllegalStateException("no call: " + item.kind);
        }
        itemDone(item);
    }

    private void itemDone(ResponsesItemWritten item) {
        if (stream != null) {
            ObjectNode event = event("response.output_item.done").put("output_index", item.index);
            write(event.set("item", item.words(true)));
        }
    }

    private void closeAll() {
        boolean cut = cut();
        String status = cut ? "incomplete" : "completed";
        if (endedCall != null) {
            ResponsesItemWritten last = endedCall;
            endedCall = null;
            closeCall(last, cut && open == null && calls.isEmpty() ? "incomplete" : "completed");
        }
        for (ResponsesItemWritten call :
                calls.values().stream().sorted(ResponsesAnswerWriter::byIndex).toList()) {
            closeCall(call, status);
        }
        calls.clear();
        closeOpen(status);
    }

    private static int byIndex(ResponsesItemWritten one, ResponsesItemWritten other) {
        return Integer.compare(one.index, other.index);
    }

    private boolean cut() {
        return switch (finish) {
            case LENGTH, CONTENT_FILTER -> true;
            case STOP, TOOL_CALLS, PAUSE -> false;
        };
    }

    private String finalStatus() {
        return cut() ? "incomplete" : "completed";
    }

    private void fail(ChatEvent.Broken error) {
        begin();
        broken = true;
        ObjectNode told = error(error);
        for (ResponsesItemWritten item : items) {
            if (item.status.equals("in_progress")) {
                item.status = "incomplete";
            }
        }
        ObjectNode response = response("failed");
        response.putObject("error").put("code", code(error)).put("message", error.message());
        if (stream != null) {
            write(told);
            write(event("response.failed").set("response", response));
        }
    }

    /// As the specification has it and as it is recorded, in one: SDKs read the nested one.
    private static ObjectNode error(ChatEvent.Broken error) {
        ObjectNode told =
                event("error")
                        .put("code", code(error))
                        .put("message", error.message())
                        .putNull("param");
        told.putObject("error")
                .put("type", type(error.status()))
                .put("code", code(error))
                .put("message", error.message())
                .putNull("param");
        return told;
    }

    private static String code(ChatEvent.Broken error) {
        if (!error.code().isEmpty()) {
            return error.code();
        }
        return error.status() == 429 ? "rate_limit_exceeded" : "server_error";
    }

    private static String type(int status) {
        if (status == 429) {
            return "rate_limit_error";
        }
        return status >= 400 && status < 500 ? "invalid_request_error" : "server_error";
    }

    /// The answer as it stands.
    private ObjectNode response(String status) {
        ObjectNode response =
                Json.object()
                        .put("id", id)
                        .put("object", "response")
                        .put("created_at", identity.createdSeconds())
                        .put("status", status)
                        .putNull("error");
        if (status.equals("incomplete")) {
            response.putObject("incomplete_details")
                    .put(
                            "reason",
                            finish == FinishReason.CONTENT_FILTER
                                    ? "content_filter"
                                    : "max_output_tokens");
        } else {
            response.putNull("incomplete_details");
        }
        response.put("model", model);
        ArrayNode output = response.putArray("output");
        if (!status.equals("in_progress")) {
            for (ResponsesItemWritten item : items) {
                output.add(item.words(true));
            }
        }
        settings.into(response);
        if (status.equals("in_progress") || !usage.known()) {
            response.putNull("usage");
        } else {
            response.set("usage", used());
        }
        return response;
    }

    private ObjectNode used() {
        long in = Math.max(0, usage.wholeInput());
        long out = Math.max(0, usage.wholeOutput());
        ObjectNode words = Json.object().put("input_tokens", in);
        words.putObject("input_tokens_details")
                .put("cached_tokens", usage.cacheRead())
                .put("cache_write_tokens", usage.cacheWrite() + usage.cacheWriteHour());
        words.put("output_tokens", out);
        words.putObject("output_tokens_details").put("reasoning_tokens", usage.reasoning());
        return words.put("total_tokens", in + out);
    }

    private static ObjectNode event(String type) {
        return Json.object().put("type", type).put("sequence_number", 0);
    }

    /// Says which item, and which of its parts, an event is about.
    private static ObjectNode at(ResponsesItemWritten item, ObjectNode event, boolean part) {
        event.put("item_id", item.id).put("output_index", item.index);
        if (part) {
            event.put(
                    item.kind == ResponsesItemWritten.Kind.MESSAGE
                            ? "content_index"
                            : "summary_index",
                    item.pieceIndex());
        }
        return event;
    }

    /// Numbers an event as it is written, so that the numbers have no gaps.
    private void write(ObjectNode event) {
        ByteArrayOutputStream to = stream;
        if (to == null) {
            return;
        }
        event.put("sequence_number", sequence++);
        String type = event.path("type").stringValue();
        buffer.raw(("event: " + type + "\ndata: ").getBytes(US_ASCII));
        buffer.raw(Json.bytes(event));
        buffer.raw(BLANK);
        buffer.drainTo(to);
    }
}
