package dev.switchgear.dialects.ollama;

import dev.switchgear.dialects.json.Halves;
import dev.switchgear.dialects.json.JsonPull;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.chat.FinishReason;
import dev.switchgear.families.llm.dialect.AnswerReader;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.families.llm.tokens.TokenTally;
import dev.switchgear.families.llm.tokens.TokenUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Reads answers of `/api/chat` and `/api/generate`: one object, or one a line.
///
/// An object's fields come in any order, but events have one, so what an object brings is collected
/// first. Counts may be missing, the one of a prompt where it was cached: then nothing is known.
final class OllamaAnswerReader implements AnswerReader {
    private static final int UPSTREAM_FAULT = 502;
    private static final int STAMP_CHARS_MAX = 40;

    private final Halves texts = new Halves();
    private final Halves thoughts = new Halves();
    private final List<Call> made = new ArrayList<>();
    private final List<ChatEvent.Made> images = new ArrayList<>();
    private final TokenTally tally = new TokenTally();

    private boolean started;

    /// Whether anything was told that is an answer.
    private boolean said;

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
        images.clear();
        text = "";
        thought = "";
        error = "";
        failed = false;
        done = false;
        reason = "";
        JsonPull.read(data, from, to, this::object);
        emit(out);
    }

    private void object(JsonPull json) throws MalformedAnswer {
        json.needObject("the answer");
        while (json.field()) {
            switch (json.name()) {
                case "model" -> model = json.text(model);
                case "created_at" -> stamp = json.text(stamp);
                case "message" -> message(json);
                case "response" -> text = json.text(text);
                case "thinking" -> thought = json.text(thought);
                case "done" -> done = json.flag();
                case "done_reason" -> reason = json.text(reason);
                case "prompt_eval_count" -> tally.prompt(json.count());
                case "eval_count" -> tally.completion(json.count());
                case "error" -> error(json);
                default -> json.skip();
            }
        }
    }

    private void message(JsonPull json) throws MalformedAnswer {
        if (json.isNull()) {
            return;
        }
        json.needObject("message");
        while (json.field()) {
            switch (json.name()) {
                case "content" -> content(json);
                case "thinking" -> thought = json.text(thought);
                case "tool_calls" -> calls(json);
                case "images" -> images(json);
                default -> json.skip();
            }
        }
    }

    /// A text; from some servers a list of parts, as OpenAI has it.
    private void content(JsonPull json) {
        if (!json.isArray()) {
            text = json.text(text);
            return;
        }
        var all = new StringBuilder();
        while (json.element()) {
            if (json.isObject()) {
                while (json.field()) {
                    all.append(json.name().equals("text") ? json.text() : skipped(json));
                }
            } else {
                all.append(json.text());
            }
        }
        text = all.toString();
    }

    private static String skipped(JsonPull json) {
        json.skip();
        return "";
    }

    private void images(JsonPull json) {
        if (!json.enterArray()) {
            return;
        }
        while (json.element()) {
            String image = json.text();
            if (!image.isEmpty()) {
                images.add(new ChatEvent.Made(OllamaImages.inline(image)));
            }
        }
    }

    private void calls(JsonPull json) throws MalformedAnswer {
        if (!json.enterArray()) {
            return;
        }
        while (json.element()) {
            if (json.isNull()) {
                continue;
            }
            json.needObject("a tool call");
            String id = "";
            Call call = new Call("", "", "{}");
            while (json.field()) {
                switch (json.name()) {
                    case "id" -> id = json.text(id);
                    case "function" -> call = function(json);
                    // Some servers do not wrap what they call.
                    case "name" -> call = new Call("", json.text(), call.json());
                    case "arguments" -> call = new Call("", call.name(), arguments(json));
                    default -> json.skip();
                }
            }
            if (call.name().isEmpty()) {
                throw new MalformedAnswer("a tool call without a name");
            }
            made.add(new Call(id, call.name(), call.json()));
        }
    }

    private static Call function(JsonPull json) throws MalformedAnswer {
        json.needObject("function");
        String called = "";
        String arguments = "{}";
        while (json.field()) {
            switch (json.name()) {
                case "name" -> called = json.text(called);
                case "arguments" -> arguments = arguments(json);
                default -> json.skip();
            }
        }
        return new Call("", called, arguments);
    }

    /// The bytes of an object as they came, every digit kept; some servers put it into a text.
    private static String arguments(JsonPull json) throws MalformedAnswer {
        if (json.isNull()) {
            return "{}";
        }
        if (json.isString()) {
            return json.text();
        }
        json.needObject("arguments");
        return json.raw();
    }

    private void error(JsonPull json) {
        if (json.isNull()) {
            return;
        }
        failed = true;
        if (!json.isObject()) {
            error = json.text();
            return;
        }
        while (json.field()) {
            if (json.name().equals("message")) {
                error = json.text();
            } else {
                json.skip();
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
            said = true;
            text(texts.join(text), out);
        }
        for (ChatEvent.Made image : images) {
            flush(out);
            out.accept(image);
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
        out.accept(
                failed()
                        ? ChatEvent.Broken.byModel(reason, "")
                        : new ChatEvent.Finish(finish(), ""));
    }

    /// Whether the model failed: a reason that we do not know says so where nothing came before it.
    private boolean failed() {
        return switch (reason) {
            case "", "stop", "length", "load", "unload", "tool_calls", "content_filter" -> false;
            default -> !said && calls == 0;
        };
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
    public boolean stopped() {
        return ended;
    }

    @Override
    public boolean bodyEnded(Consumer<ChatEvent> out) {
        if (!ended && !broken) {
            flush(out);
        }
        return ended;
    }
}
