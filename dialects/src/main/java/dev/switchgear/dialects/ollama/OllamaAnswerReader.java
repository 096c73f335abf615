package dev.switchgear.dialects.ollama;

import dev.switchgear.dialects.json.Halves;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.FinishReason;
import dev.switchgear.families.llm.dialect.AnswerReader;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.families.llm.tokens.TokenTally;
import dev.switchgear.families.llm.tokens.TokenUsage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Reads answers of `/api/chat` and `/api/generate`: one object, or one a line.
///
/// An object's fields come in any order, but events have one, so what an object brings is collected
/// first. Counts may be missing, the one of a prompt where it was cached: then nothing is known.
final class OllamaAnswerReader implements AnswerReader {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int UPSTREAM_FAULT = 502;
    private static final int STAMP_CHARS_MAX = 40;

    private final Halves texts = new Halves();
    private final Halves thoughts = new Halves();
    private final List<Call> made = new ArrayList<>();
    private final TokenTally tally = new TokenTally();

    private boolean started;
    private boolean ended;
    private boolean broken;
    private int calls;
    private TokenUsage told = TokenUsage.UNKNOWN;
    private String model = "";
    private String stamp = "";

    // What the object at hand says.
    private String text = "";
    private String thought = "";
    private String error = "";
    private boolean failed;
    private boolean done;
    private String reason = "";

    /// @param json its arguments as they came
    private record Call(String id, String name, String json) {}

    @Override
    public void whole(byte[] body, Consumer<ChatEvent> out) throws MalformedAnswer {
        event(body, 0, body.length, out);
        if (!ended && !broken) {
            throw new MalformedAnswer("an answer that is not done");
        }
    }

    @Override
    public void event(byte[] data, int from, int to, Consumer<ChatEvent> out)
            throws MalformedAnswer {
        if (ended || broken) {
            return;
        }
        made.clear();
        text = "";
        thought = "";
        error = "";
        failed = false;
        done = false;
        reason = "";
        try (JsonParser parser =
                JSON.createParser(ObjectReadContext.empty(), data, from, to - from)) {
            parser.nextToken();
            object(parser, data, from);
            if (parser.nextToken() != null) {
                throw new MalformedAnswer("more behind the answer's JSON");
            }
        } catch (JacksonException notJson) {
            throw new MalformedAnswer("not JSON: " + notJson.getOriginalMessage());
        }
        emit(out);
    }

    private void object(JsonParser parser, byte[] data, int from) throws MalformedAnswer {
        expectObject(parser, "the answer");
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken value = parser.nextToken();
            switch (name) {
                case "model" -> model = string(parser, value, model);
                case "created_at" -> stamp = string(parser, value, stamp);
                case "message" -> message(parser, data, from);
                case "response" -> text = string(parser, value, text);
                case "thinking" -> thought = string(parser, value, thought);
                case "done" -> done = value == JsonToken.VALUE_TRUE;
                case "done_reason" -> reason = string(parser, value, reason);
                case "prompt_eval_count" -> tally.prompt(number(parser, value));
                case "eval_count" -> tally.completion(number(parser, value));
                case "error" -> error(parser, value);
                default -> parser.skipChildren();
            }
        }
    }

    private void message(JsonParser parser, byte[] data, int from) throws MalformedAnswer {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        expectObject(parser, "message");
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken value = parser.nextToken();
            switch (name) {
                case "content" -> text = string(parser, value, text);
                case "thinking" -> thought = string(parser, value, thought);
                case "tool_calls" -> calls(parser, data, from);
                default -> parser.skipChildren();
            }
        }
    }

    private void calls(JsonParser parser, byte[] data, int from) throws MalformedAnswer {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return;
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            expectObject(parser, "a tool call");
            String id = "";
            Call call = new Call("", "", "{}");
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                JsonToken value = parser.nextToken();
                switch (name) {
                    case "id" -> id = string(parser, value, id);
                    case "function" -> call = function(parser, data, from);
                    default -> parser.skipChildren();
                }
            }
            if (call.name().isEmpty()) {
                throw new MalformedAnswer("a tool call without a name");
            }
            made.add(new Call(id, call.name(), call.json()));
        }
    }

    private static Call function(JsonParser parser, byte[] data, int from) throws MalformedAnswer {
        expectObject(parser, "function");
        String called = "";
        String json = "{}";
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken value = parser.nextToken();
            switch (name) {
                case "name" -> called = string(parser, value, called);
                case "arguments" -> json = arguments(parser, value, data, from);
                default -> parser.skipChildren();
            }
        }
        return new Call("", called, json);
    }

    /// The bytes of an object as they came, every digit kept; some servers put it into a text.
    private static String arguments(JsonParser parser, JsonToken value, byte[] data, int from)
            throws MalformedAnswer {
        if (value == JsonToken.VALUE_NULL) {
            return "{}";
        }
        if (value == JsonToken.VALUE_STRING) {
            return parser.getString();
        }
        expectObject(parser, "arguments");
        int begin = from + (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        int end = from + (int) parser.currentLocation().getByteOffset();
        return new String(data, begin, end - begin, StandardCharsets.UTF_8);
    }

    private void error(JsonParser parser, JsonToken value) {
        if (value == JsonToken.VALUE_NULL) {
            return;
        }
        failed = true;
        if (value != JsonToken.START_OBJECT) {
            error = string(parser, value, "");
            return;
        }
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken inner = parser.nextToken();
            if (name.equals("message")) {
                error = string(parser, inner, "");
            } else {
                parser.skipChildren();
            }
        }
    }

    private void emit(Consumer<ChatEvent> out) {
        if (failed) {
            broken = true;
            out.accept(
                    new ChatEvent.Broken(
                            UPSTREAM_FAULT,
                            "",
                            error.isEmpty() ? "the server reported an error" : error));
            return;
        }
        if (!started) {
            started = true;
            out.accept(new ChatEvent.Start("", model));
        }
        if (!thought.isEmpty()) {
            thought(thoughts.join(thought), out);
        }
        if (!text.isEmpty()) {
            thought(thoughts.end(), out);
            text(texts.join(text), out);
        }
        for (Call call : made) {
            flush(out);
            int index = calls++;
            String id = call.id().isEmpty() ? invented(index) : call.id();
            out.accept(new ChatEvent.ToolStart(index, id, call.name(), Optional.empty()));
            out.accept(new ChatEvent.ToolArgs(index, call.json()));
            out.accept(new ChatEvent.ToolEnd(index));
        }
        if (!done) {
            return;
        }
        ended = true;
        flush(out);
        TokenUsage used = tally.usage();
        if (used.known() && !used.equals(told)) {
            told = used;
            out.accept(new ChatEvent.Usage(used));
        }
        out.accept(new ChatEvent.Finish(finish(), ""));
    }

    /// Calls do not change the server's word, which is `stop`; servers of 2024 gave none.
    private FinishReason finish() {
        if (reason.equals("length")) {
            return FinishReason.LENGTH;
        }
        return calls > 0 ? FinishReason.TOOL_CALLS : FinishReason.STOP;
    }

    private void flush(Consumer<ChatEvent> out) {
        thought(thoughts.end(), out);
        text(texts.end(), out);
    }

    private static void thought(String piece, Consumer<ChatEvent> out) {
        if (!piece.isEmpty()) {
            out.accept(new ChatEvent.Thinking(piece));
        }
    }

    private static void text(String piece, Consumer<ChatEvent> out) {
        if (!piece.isEmpty()) {
            out.accept(new ChatEvent.Text(piece));
        }
    }

    /// It differs from answer to answer, so that no two calls of a conversation have the same.
    private String invented(int index) {
        var id = new StringBuilder("call_");
        for (int i = 0; i < stamp.length() && i < STAMP_CHARS_MAX; i++) {
            char c = stamp.charAt(i);
            if (c >= '0' && c <= '9') {
                id.append(c);
            }
        }
        return id.append('_').append(index).toString();
    }

    @Override
    public boolean ended() {
        return ended || broken;
    }

    @Override
    public boolean bodyEnded(Consumer<ChatEvent> out) {
        if (!ended && !broken) {
            flush(out);
        }
        return ended;
    }

    private static void expectObject(JsonParser parser, String what) throws MalformedAnswer {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new MalformedAnswer(what + " is not an object");
        }
    }

    private static String string(JsonParser parser, JsonToken value, String otherwise) {
        if (value == JsonToken.VALUE_STRING) {
            return parser.getString();
        }
        parser.skipChildren();
        return otherwise;
    }

    /// -1 for what is no count.
    private static long number(JsonParser parser, JsonToken value) {
        if (value == JsonToken.VALUE_NUMBER_INT
                && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
            return parser.getLongValue();
        }
        parser.skipChildren();
        return -1;
    }
}
