package dev.switchgear.dialects.openai;

import dev.switchgear.dialects.CustomInput;
import dev.switchgear.dialects.CustomTool;
import dev.switchgear.dialects.Thoughts;
import dev.switchgear.dialects.Unsaid;
import dev.switchgear.dialects.json.DataUrl;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.dialects.json.JsonText;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.AnswerWish;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.FinishReason;
import dev.switchgear.families.llm.chat.Media;
import dev.switchgear.families.llm.chat.Signature;
import dev.switchgear.families.llm.dialect.AnswerIdentity;
import dev.switchgear.families.llm.dialect.AnswerWriter;
import dev.switchgear.families.llm.tokens.TokenUsage;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes an answer as OpenAI would: one object, or chunks. For one thread, once.
///
/// Reasoning, for which OpenAI has no place, is told as `reasoning_content`, and where it is signed
/// as `reasoning_details` too, which clients send back. A chunk is put together from bytes made
/// beforehand and the escaped text.
final class OpenAiAnswerWriter implements AnswerWriter {
    /// A comment without an empty line behind it, since some clients take a comment and an empty line
    /// for an event that says nothing, and break off.
    private static final byte[] PING = JsonText.ascii(": ping\n");

    private static final byte[] DONE = JsonText.ascii("data: [DONE]\n\n");
    private static final byte[] CONTENT = JsonText.ascii("{\"content\":");
    private static final byte[] REASONING = JsonText.ascii("{\"reasoning_content\":");
    private static final byte[] REFUSAL = JsonText.ascii("{\"refusal\":");
    private static final byte[] ROLE =
            JsonText.ascii("{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}");
    private static final byte[] EMPTY = JsonText.ascii("{}");
    private static final byte[] CLOSE = JsonText.ascii("}");

    /// Texts of reasoning are kept until they are signed; a longer one is signed without its text,
    /// which the client has anyway.
    private static final int SEALED_CHARS_MAX = 8 * 1024 * 1024;

    private final AnswerIdentity identity;
    private final boolean reasoningShown;
    private final boolean usageWanted;
    private final boolean legacy;
    private final byte[] unfinished;

    private byte[] head = EMPTY;
    private String answerId = "";
    private String answerModel = "";
    private boolean started;
    private boolean broken;
    private TokenUsage usage = TokenUsage.UNKNOWN;
    private final StringBuilder unsealed = new StringBuilder();
    private int details;
    private int chars;
    private boolean textSealed;
    private int images;
    private final Unsaid unsaid = new Unsaid();

    /// What was told of each call: whether arguments were.
    private final List<Boolean> argued = new ArrayList<>();

    /// Names of the client's tools that take a text, and their calls that are open.
    private final Set<String> customs;

    private final Map<Integer, CustomInput> inputs = new HashMap<>();

    OpenAiAnswerWriter(ChatRequest asked, AnswerIdentity identity) {
        this.identity = identity;
        this.reasoningShown = asked.reasoning().shown().orElse(true);
        this.customs = CustomTool.names(asked);
        this.usageWanted = asked.wishes().contains(AnswerWish.STREAMED_USAGE);
        this.legacy = asked.wishes().contains(AnswerWish.FUNCTION_CALL);
        this.unfinished =
                JsonText.ascii(",\"logprobs\":null,\"finish_reason\":null}]" + ending() + "}\n\n");
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
            case ChatEvent.Start(String id, String model) -> start(id, model, out);
            case ChatEvent.Text(String text) -> {
                chars += text.length();
                chunk(CONTENT, text, CLOSE, out);
            }
            case ChatEvent.Refusal(String text) -> chunk(REFUSAL, text, CLOSE, out);
            case ChatEvent.Thinking(String text) -> {
                if (reasoningShown) {
                    chunk(REASONING, text, CLOSE, out);
                }
                if (unsealed.length() + text.length() <= SEALED_CHARS_MAX) {
                    unsealed.append(text);
                }
            }
            case ChatEvent.Signed(Signature signature) -> {
                if (sealsText(signature)) {
                    ObjectNode delta = Json.object();
                    google(delta, signature.at(here()));
                    chunk(Json.bytes(delta), out);
                } else {
                    detail(entry(signature, details), out);
                }
                unsealed.setLength(0);
            }
            case ChatEvent.HiddenThinking(Signature signature) ->
                    detail(ReasoningDetails.hidden(placed(signature), details), out);
            case ChatEvent.ToolStart tool -> toolStart(tool, out);
            case ChatEvent.ToolArgs(int index, String json) -> toolArgs(index, json, out);
            case ChatEvent.ToolEnd(int index) -> {
                CustomInput input = inputs.remove(index);
                if (input != null) {
                    toolInput(index, input.end(), out);
                } else if (!argued.get(index)) {
                    toolArgs(index, "{}", out);
                }
            }
            case ChatEvent.Usage(TokenUsage tokens, _) -> usage = tokens;
            case ChatEvent.Finish(FinishReason reason, _) -> {
                ensureStarted(out);
                out.writeBytes(head);
                out.writeBytes(EMPTY);
                out.writeBytes(
                        JsonText.ascii(
                                ",\"logprobs\":null,\"finish_reason\":\""
                                        + word(reason)
                                        + "\"}]"
                                        + ending()
                                        + "}\n\n"));
            }
            case ChatEvent.Broken(int status, String code, String message, _) -> {
                broken = true;
                out.writeBytes(JsonText.ascii("data: "));
                out.writeBytes(Json.bytes(error(status, code, message)));
                out.writeBytes(JsonText.ascii("\n\n"));
            }
            case ChatEvent.Made made -> {
                ObjectNode delta = Json.object();
                if (made(delta, List.of(made))) {
                    chunk(Json.bytes(delta), out);
                }
            }
            case ChatEvent.Omitted omitted -> unsaid.add(omitted);
            // The client gets its own signs of life, when it hears nothing else.
            case ChatEvent.Ping _ -> {}
        }
    }

    @Override
    public void end(ByteArrayOutputStream out) {
        if (broken) {
            return;
        }
        if (usageWanted && usage.known()) {
            ensureStarted(out);
            ObjectNode chunk = envelope("chat.completion.chunk");
            chunk.putArray("choices");
            chunk.set("usage", OpenAiUsage.write(usage));
            out.writeBytes(JsonText.ascii("data: "));
            out.writeBytes(Json.bytes(chunk));
            out.writeBytes(JsonText.ascii("\n\n"));
        }
        out.writeBytes(DONE);
    }

    private void name(String id, String model) {
        answerId = id.startsWith("chatcmpl-") ? id : "chatcmpl-" + identity.id();
        answerModel = model.isEmpty() ? identity.model() : model;
    }

    private ObjectNode envelope(String object) {
        return Json.object()
                .put("id", answerId)
                .put("object", object)
                .put("created", identity.createdSeconds())
                .put("model", answerModel);
    }

    private void start(String id, String model, ByteArrayOutputStream out) {
        if (started) {
            return;
        }
        started = true;
        name(id, model);
        var bytes = new ByteArrayOutputStream(256);
        bytes.writeBytes(JsonText.ascii("data: "));
        byte[] envelope = Json.bytes(envelope("chat.completion.chunk"));
        bytes.write(envelope, 0, envelope.length - 1);
        bytes.writeBytes(JsonText.ascii(",\"choices\":[{\"index\":0,\"delta\":"));
        head = bytes.toByteArray();
        chunk(ROLE, out);
    }

    private void ensureStarted(ByteArrayOutputStream out) {
        if (!started) {
            start("", "", out);
        }
    }

    private void chunk(byte[] before, String text, byte[] after, ByteArrayOutputStream out) {
        ensureStarted(out);
        out.writeBytes(head);
        out.writeBytes(before);
        JsonText.append(out, text);
        out.writeBytes(after);
        out.writeBytes(unfinished);
    }

    private void chunk(byte[] delta, ByteArrayOutputStream out) {
        ensureStarted(out);
        out.writeBytes(head);
        out.writeBytes(delta);
        out.writeBytes(unfinished);
    }

    private void detail(ObjectNode entry, ByteArrayOutputStream out) {
        details++;
        ObjectNode delta = Json.object();
        delta.putArray("reasoning_details").add(entry);
        chunk(Json.bytes(delta), out);
    }

    private void toolStart(ChatEvent.ToolStart tool, ByteArrayOutputStream out) {
        argued.add(false);
        if (legacy) {
            if (tool.index() == 0) {
                ObjectNode delta = Json.object();
                delta.putObject("function_call").put("name", tool.name()).put("arguments", "");
                chunk(Json.bytes(delta), out);
            }
            return;
        }
        ObjectNode delta = Json.object();
        ObjectNode call = delta.putArray("tool_calls").addObject().put("index", tool.index());
        if (customs.contains(tool.name())) {
            inputs.put(tool.index(), new CustomInput());
        }
        call(call, tool, "");
        chunk(Json.bytes(delta), out);
    }

    /// @param arguments or the text, as the tool takes it
    private void call(ObjectNode call, ChatEvent.ToolStart tool, String arguments) {
        boolean custom = customs.contains(tool.name());
        String type = custom ? "custom" : "function";
        call.put("id", tool.id()).put("type", type);
        call.putObject(type)
                .put("name", tool.name())
                .put(custom ? "input" : "arguments", arguments);
        tool.signature().ifPresent(proof -> google(call, proof));
    }

    /// Gemini signs texts too; its own layer tells that on the message, which has place for one.
    private boolean sealsText(Signature signature) {
        boolean first = Thoughts.ofText(signature) && !textSealed;
        textSealed |= first;
        return first;
    }

    private Signature.Place here() {
        return new Signature.Place(chars, argued.size());
    }

    /// A message has no order of thoughts, text and calls: what is not at its front tells where it is.
    private Signature placed(Signature signature) {
        boolean front = chars == 0 && argued.isEmpty();
        return front && !Thoughts.ofText(signature) ? signature : signature.at(here());
    }

    private ObjectNode entry(Signature signature, int index) {
        String covered = Thoughts.ofText(signature) ? "" : unsealed.toString();
        return ReasoningDetails.entry(covered, placed(signature), index);
    }

    private static void google(ObjectNode holder, Signature signature) {
        holder.putObject("extra_content")
                .putObject("google")
                .put("thought_signature", signature.shownTo(Dialect.OPENAI));
    }

    private void toolArgs(int index, String json, ByteArrayOutputStream out) {
        if (json.isEmpty()) {
            return;
        }
        argued.set(index, true);
        CustomInput input = inputs.get(index);
        if (input != null) {
            toolInput(index, input.next(json), out);
        } else if (!legacy) {
            byte[] before =
                    JsonText.ascii(
                            "{\"tool_calls\":[{\"index\":"
                                    + index
                                    + ",\"function\":{\"arguments\":");
            chunk(before, json, JsonText.ascii("}}]}"), out);
        } else if (index == 0) {
            chunk(
                    JsonText.ascii("{\"function_call\":{\"arguments\":"),
                    json,
                    JsonText.ascii("}}"),
                    out);
        }
    }

    private void toolInput(int index, String text, ByteArrayOutputStream out) {
        if (!text.isEmpty()) {
            byte[] before =
                    JsonText.ascii(
                            "{\"tool_calls\":[{\"index\":" + index + ",\"custom\":{\"input\":");
            chunk(before, text, JsonText.ascii("}}]}"), out);
        }
    }

    private String word(FinishReason reason) {
        return switch (reason) {
            case LENGTH -> "length";
            case CONTENT_FILTER -> "content_filter";
            // Whether there are calls is what clients act on.
            case STOP, TOOL_CALLS, PAUSE ->
                    argued.isEmpty() ? "stop" : legacy ? "function_call" : "tool_calls";
        };
    }

    static ObjectNode error(int status, String code, String message) {
        ObjectNode error = Json.object();
        ObjectNode inner =
                error.putObject("error").put("message", message).put("type", type(status));
        inner.putNull("param");
        if (code.isEmpty()) {
            inner.putNull("code");
        } else {
            inner.put("code", code);
        }
        return error;
    }

    private static String type(int status) {
        if (status == 429) {
            return "rate_limit_error";
        }
        if (status == 503 || status == 529) {
            return "service_unavailable_error";
        }
        return status < 500 ? "invalid_request_error" : "server_error";
    }

    @Override
    public byte[] whole(List<ChatEvent> events) {
        var text = new StringBuilder();
        var refusal = new StringBuilder();
        var reasoning = new StringBuilder();
        boolean texted = false;
        ArrayNode sealed = Json.array();
        var tools = new ArrayList<ChatEvent.ToolStart>();
        var arguments = new ArrayList<StringBuilder>();
        var made = new ArrayList<ChatEvent.Made>();
        Optional<Signature> textSeal = Optional.empty();
        String finish = "stop";
        name("", "");
        for (ChatEvent event : events) {
            switch (event) {
                case ChatEvent.Start(String id, String model) -> name(id, model);
                case ChatEvent.Text(String piece) -> {
                    texted = true;
                    text.append(piece);
                    chars += piece.length();
                }
                case ChatEvent.Refusal(String piece) -> refusal.append(piece);
                case ChatEvent.Thinking(String piece) -> {
                    reasoning.append(piece);
                    unsealed.append(piece);
                }
                case ChatEvent.Signed(Signature signature) -> {
                    if (sealsText(signature)) {
                        textSeal = Optional.of(signature.at(here()));
                    } else {
                        sealed.add(entry(signature, sealed.size()));
                    }
                    unsealed.setLength(0);
                }
                case ChatEvent.HiddenThinking(Signature signature) ->
                        sealed.add(ReasoningDetails.hidden(placed(signature), sealed.size()));
                case ChatEvent.ToolStart tool -> {
                    tools.add(tool);
                    arguments.add(new StringBuilder());
                    argued.add(false);
                }
                case ChatEvent.ToolArgs(int index, String json) ->
                        arguments.get(index).append(json);
                case ChatEvent.Usage(TokenUsage tokens, _) -> usage = tokens;
                case ChatEvent.Finish(FinishReason reason, _) -> finish = word(reason);
                case ChatEvent.Made one -> made.add(one);
                case ChatEvent.Omitted omitted -> unsaid.add(omitted);
                case ChatEvent.ToolEnd _, ChatEvent.Broken _, ChatEvent.Ping _ -> {}
            }
        }
        ObjectNode answer = envelope("chat.completion");
        ObjectNode choice = answer.putArray("choices").addObject().put("index", 0);
        ObjectNode message = choice.putObject("message").put("role", "assistant");
        if (texted || (tools.isEmpty() && refusal.isEmpty())) {
            message.put("content", text.toString());
        } else {
            message.putNull("content");
        }
        if (refusal.isEmpty()) {
            message.putNull("refusal");
        } else {
            message.put("refusal", refusal.toString());
        }
        if (reasoningShown && !reasoning.isEmpty()) {
            message.put("reasoning_content", reasoning.toString());
        }
        if (!sealed.isEmpty()) {
            message.set("reasoning_details", sealed);
        }
        textSeal.ifPresent(signature -> google(message, signature));
        made(message, made);
        if (legacy && !tools.isEmpty()) {
            message.putObject("function_call")
                    .put("name", tools.getFirst().name())
                    .put("arguments", orEmptyObject(arguments.getFirst()));
        } else if (!tools.isEmpty()) {
            ArrayNode calls = message.putArray("tool_calls");
            for (int i = 0; i < tools.size(); i++) {
                ChatEvent.ToolStart tool = tools.get(i);
                String told =
                        customs.contains(tool.name())
                                ? CustomInput.of(arguments.get(i).toString())
                                : orEmptyObject(arguments.get(i));
                call(calls.addObject(), tool, told);
            }
        }
        choice.putNull("logprobs");
        choice.put("finish_reason", finish);
        if (usage.known()) {
            answer.set("usage", OpenAiUsage.write(usage));
        }
        return Json.bytes(answer);
    }

    @Override
    public List<String> omitted() {
        return unsaid.names();
    }

    /// Adds images as `images`, as OpenRouter tells them, and a sound as `audio`, as OpenAI does.
    ///
    /// @return whether there is anything to add
    private boolean made(ObjectNode into, List<ChatEvent.Made> made) {
        for (ChatEvent.Made one : made) {
            Optional<String> url =
                    switch (one.media()) {
                        case Media.Inline inline -> Optional.of(DataUrl.of(inline));
                        case Media.Url address -> Optional.of(address.url());
                        case Media.PlainText _, Media.FileId _ -> Optional.empty();
                    };
            if (one.media() instanceof Media.Inline sound && one.sound() && !into.has("audio")) {
                into.putObject("audio")
                        .put("id", "audio_" + identity.id())
                        .put("data", sound.base64())
                        .put("expires_at", identity.createdSeconds())
                        .put("transcript", "");
            } else if (url.isPresent() && !one.sound()) {
                into.withArray("images")
                        .addObject()
                        .put("type", "image_url")
                        .put("index", images++)
                        .putObject("image_url")
                        .put("url", url.get());
            } else {
                unsaid.add(one);
            }
        }
        return !into.isEmpty();
    }

    private static String orEmptyObject(StringBuilder arguments) {
        return arguments.isEmpty() ? "{}" : arguments.toString();
    }
}
