package dev.switchgear.simulator.openai;

import dev.switchgear.simulator.answer.Event;
import dev.switchgear.simulator.answer.Event.Part;
import dev.switchgear.simulator.mind.Dice;
import dev.switchgear.simulator.mind.Tokens;
import dev.switchgear.simulator.openai.Completion.Choice;
import dev.switchgear.simulator.openai.Completion.ToolCall;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.random.RandomGenerator;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Renders a completion event by event (section 4): the opening of each choice, its pieces, taking
/// turns between choices, why it stopped, the usage where asked for, and `[DONE]`.
///
/// Keeps the completion and a place in it, so a stream waiting for its next token holds no rendered
/// bytes.
final class ChatStream implements Iterator<Event> {
    private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int OBFUSCATION_MAX = 14;

    /// What one choice has still to send.
    private static final class Line {
        final int index;
        final Choice choice;
        int call;
        int sent = -1;
        List<String> arguments = List.of();
        boolean finished;

        Line(int index, Choice choice) {
            this.index = index;
            this.choice = choice;
        }
    }

    private final ChatRequest request;
    private final Completion completion;
    private final RandomGenerator padding;
    private final List<Line> lines = new ArrayList<>();
    private final String beginning;
    private int turn;
    private int unfinished;
    private boolean usageDue;
    private boolean doneDue = true;

    ChatStream(ChatRequest request, Completion completion, RandomGenerator padding) {
        this.request = request;
        this.completion = completion;
        this.padding = padding;
        this.usageDue = request.includeUsage();
        for (int i = 0; i < completion.choices().size(); i++) {
            lines.add(new Line(i, completion.choices().get(i)));
        }
        this.unfinished = lines.size();
        ObjectNode head = JsonNodeFactory.instance.objectNode();
        head.put("id", completion.id());
        head.put("object", "chat.completion.chunk");
        head.put("created", completion.created());
        head.put("model", request.model().snapshot());
        head.put("service_tier", request.serviceTier());
        head.put("system_fingerprint", completion.fingerprint());
        String json = head.toString();
        this.beginning = "data: " + json.substring(0, json.length() - 1) + ",\"choices\":[";
    }

    @Override
    public boolean hasNext() {
        return doneDue;
    }

    @Override
    public Event next() {
        if (unfinished > 0) {
            return advance(nextLine());
        }
        if (usageDue) {
            usageDue = false;
            String usage = ChatAnswer.usage(request, completion).toString();
            return new Event(Part.USAGE, chunk("", usage));
        }
        if (!doneDue) {
            throw new NoSuchElementException("the stream has ended");
        }
        doneDue = false;
        return new Event(Part.TERMINAL, DONE);
    }

    private Line nextLine() {
        Line line = lines.get(turn % lines.size());
        while (line.finished) {
            turn++;
            line = lines.get(turn % lines.size());
        }
        turn++;
        return line;
    }

    private Event advance(Line line) {
        boolean calling = !line.choice.calls().isEmpty();
        if (line.sent < 0) {
            line.sent = 0;
            return calling ? openCall(line, true) : opening(line);
        }
        if (calling && line.sent < line.arguments.size()) {
            return new Event(Part.TOKEN, argument(line));
        }
        if (calling && line.call + 1 < line.choice.calls().size()) {
            line.call++;
            return openCall(line, false);
        }
        if (!calling && line.sent < line.choice.pieces().size()) {
            return new Event(Part.TOKEN, piece(line));
        }
        line.finished = true;
        unfinished--;
        String finish = '"' + line.choice.finish() + '"';
        return new Event(Part.FINISH, choice(line, "{}", "null", finish));
    }

    private Event opening(Line line) {
        String delta = "{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}";
        return new Event(Part.OPENING, choice(line, delta, "null", "null"));
    }

    private Event openCall(Line line, boolean first) {
        ToolCall call = line.choice.calls().get(line.call);
        line.arguments = Tokens.of(call.arguments());
        line.sent = 0;
        ObjectNode delta = JsonNodeFactory.instance.objectNode();
        if (first) {
            delta.put("role", "assistant");
            delta.putNull("content");
        }
        if (request.legacyFunctions()) {
            delta.putObject("function_call").put("name", call.name()).put("arguments", "");
        } else {
            ObjectNode entry = JsonNodeFactory.instance.objectNode();
            entry.put("index", line.call);
            entry.setAll(ChatAnswer.call(call, ""));
            delta.putArray("tool_calls").add(entry);
        }
        if (first) {
            delta.putNull("refusal");
        }
        return new Event(
                first ? Part.OPENING : Part.TOKEN, choice(line, delta.toString(), "null", "null"));
    }

    private byte[] argument(Line line) {
        ToolCall call = line.choice.calls().get(line.call);
        String piece = quoted(line.arguments.get(line.sent++));
        String field = call.custom() ? "custom\":{\"input\":" : "function\":{\"arguments\":";
        String delta =
                request.legacyFunctions()
                        ? "{\"function_call\":{\"arguments\":" + piece + "}}"
                        : "{\"tool_calls\":[{\"index\":"
                                + line.call
                                + ",\""
                                + field
                                + piece
                                + "}}]}";
        return choice(line, delta, "null", "null");
    }

    private byte[] piece(Line line) {
        String piece = line.choice.pieces().get(line.sent++);
        String field = line.choice.refusal() ? "refusal" : "content";
        String logprobs =
                request.logprobs()
                        ? ChatAnswer.logprobs(request, List.of(piece)).toString()
                        : "null";
        return choice(line, "{\"" + field + "\":" + quoted(piece) + "}", logprobs, "null");
    }

    private byte[] choice(Line line, String delta, String logprobs, String finish) {
        String choice =
                "{\"index\":"
                        + line.index
                        + ",\"delta\":"
                        + delta
                        + ",\"logprobs\":"
                        + logprobs
                        + ",\"finish_reason\":"
                        + finish
                        + "}";
        return chunk(choice, request.includeUsage() ? "null" : "");
    }

    private byte[] chunk(String choices, String usage) {
        var text = new StringBuilder(beginning.length() + choices.length() + 64);
        text.append(beginning).append(choices).append(']');
        if (!usage.isEmpty()) {
            text.append(",\"usage\":").append(usage);
        }
        if (request.obfuscation()) {
            String letters = Dice.letters(padding, 1 + padding.nextInt(OBFUSCATION_MAX));
            text.append(",\"obfuscation\":\"").append(letters).append('"');
        }
        return text.append("}\n\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String quoted(String text) {
        return JSON.writeValueAsString(text);
    }
}
