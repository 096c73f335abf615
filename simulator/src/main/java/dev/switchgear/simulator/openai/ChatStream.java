package dev.switchgear.simulator.openai;

import dev.switchgear.simulator.answer.ApiEvent;
import dev.switchgear.simulator.answer.ApiEvent.Part;
import dev.switchgear.simulator.mind.Dice;
import dev.switchgear.simulator.mind.Tokens;
import dev.switchgear.simulator.openai.Completion.Choice;
import dev.switchgear.simulator.openai.Completion.ToolCall;
import dev.switchgear.simulator.openai.Flavour.Opening;
import dev.switchgear.simulator.openai.Flavour.Thoughts;
import dev.switchgear.simulator.openai.Flavour.Usage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.random.RandomGenerator;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Renders a completion event by event (section 4): the opening of each choice, its thoughts where
/// they are shown, its pieces, taking turns between choices, why it stopped, the usage, and `[DONE]`.
///
/// Keeps the completion and a place in it, so a stream waiting for its next token holds no rendered
/// bytes.
final class ChatStream implements Iterator<ApiEvent> {
    private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int OBFUSCATION_MAX = 14;

    /// What one choice has still to send.
    private static final class Line {
        final int index;
        final Choice choice;
        int call = -1;
        int thought;
        int sent;
        boolean opened;
        boolean spoke;
        List<String> arguments = List.of();
        boolean finished;

        Line(int index, Choice choice) {
            this.index = index;
            this.choice = choice;
        }
    }

    private final ChatCompletionsRequest request;
    private final Completion completion;
    private final OpenRouterUpstream upstream;
    private final Flavour flavour;
    private final RandomGenerator padding;
    private final List<Line> lines = new ArrayList<>();
    private final String beginning;
    private int comments;
    private int turn;
    private int unfinished;
    private boolean usageDue;
    private boolean doneDue = true;

    /// @param comments sent before anything else
    ChatStream(
            ChatCompletionsRequest request,
            Completion completion,
            OpenRouterUpstream upstream,
            int comments,
            RandomGenerator padding) {
        this.request = request;
        this.completion = completion;
        this.upstream = upstream;
        this.flavour = request.flavour();
        this.comments = comments;
        this.padding = padding;
        this.usageDue =
                switch (flavour.usage()) {
                    case ON_REQUEST -> request.streaming().includesUsage();
                    case WITH_FINISH -> false;
                    case REPEATED -> true;
                };
        for (int i = 0; i < completion.choices().size(); i++) {
            lines.add(new Line(i, completion.choices().get(i)));
        }
        this.unfinished = lines.size();
        ObjectNode head = head(completion.id(), completion.created(), request.model().snapshot());
        if (flavour == Flavour.OPENROUTER) {
            head.put("provider", upstream.provider());
        }
        if (flavour == Flavour.OPENAI) {
            head.put("service_tier", request.serviceTier());
        }
        if (!completion.fingerprint().isEmpty() && flavour != Flavour.OPENROUTER) {
            head.put("system_fingerprint", completion.fingerprint());
        }
        String json = head.toString();
        this.beginning = "data: " + json.substring(0, json.length() - 1) + ",\"choices\":[";
    }

    static ObjectNode head(String id, long created, String model) {
        ObjectNode head = NODES.objectNode();
        head.put("id", id);
        head.put("object", "chat.completion.chunk");
        head.put("created", created);
        return head.put("model", model);
    }

    @Override
    public boolean hasNext() {
        return doneDue;
    }

    @Override
    public ApiEvent next() {
        if (comments > 0) {
            comments--;
            return new ApiEvent(
                    Part.COMMENT, flavour.comment().getBytes(StandardCharsets.US_ASCII));
        }
        if (unfinished > 0) {
            return advance(nextLine());
        }
        if (usageDue) {
            usageDue = false;
            String usage = ChatAnswer.usage(request, completion).toString();
            return new ApiEvent(Part.USAGE, chunk(usageChoices(), usage));
        }
        if (!doneDue) {
            throw new NoSuchElementException("the stream has ended");
        }
        doneDue = false;
        return new ApiEvent(Part.TERMINAL, DONE);
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

    private ApiEvent advance(Line line) {
        Choice choice = line.choice;
        if (!line.opened) {
            line.opened = true;
            if (flavour.opening() == Opening.APART) {
                line.spoke = true;
                return flavour == Flavour.OPENAI && !choice.calls().isEmpty()
                        ? openCall(line, true)
                        : opening(line);
            }
        }
        if (request.thinking().shown() && line.thought < choice.thoughts().size()) {
            return new ApiEvent(Part.TOKEN, thought(line));
        }
        if (line.sent < line.arguments.size()) {
            return new ApiEvent(Part.TOKEN, argument(line));
        }
        if (line.call + 1 < choice.calls().size()) {
            return openCall(line, false);
        }
        if (choice.calls().isEmpty() && line.sent < choice.pieces().size()) {
            return new ApiEvent(Part.TOKEN, piece(line));
        }
        line.finished = true;
        unfinished--;
        return new ApiEvent(Part.FINISH, finish(line));
    }

    private ApiEvent opening(Line line) {
        ObjectNode delta = NODES.objectNode().put("role", "assistant");
        if (flavour == Flavour.DEEPSEEK && request.thinking().shown()) {
            delta.putNull("content").put("reasoning_content", "");
        } else {
            delta.put("content", "");
        }
        if (flavour == Flavour.OPENAI) {
            delta.putNull("refusal");
        }
        return new ApiEvent(Part.OPENING, choice(line, delta, "null", ""));
    }

    /// A delta with the role, where this is the place for it.
    private ObjectNode delta(Line line) {
        ObjectNode delta = NODES.objectNode();
        boolean named =
                switch (flavour.opening()) {
                    case APART -> false;
                    case WITH_FIRST_PIECE -> !line.spoke;
                    case EVERYWHERE -> true;
                };
        line.spoke = true;
        return named ? delta.put("role", "assistant") : delta;
    }

    private byte[] thought(Line line) {
        String piece = line.choice.thoughts().get(line.thought++);
        ObjectNode delta = delta(line);
        switch (flavour.thinking()) {
            case HIDDEN -> throw new IllegalStateException("hidden thoughts have no words");
            case REASONING_CONTENT -> {
                if (flavour == Flavour.DEEPSEEK) {
                    delta.putNull("content");
                }
                delta.put("reasoning_content", piece);
            }
            case REASONING -> {
                if (flavour == Flavour.OLLAMA) {
                    delta.put("content", "");
                }
                delta.put("reasoning", piece);
            }
            case REASONING_DETAILS -> {
                delta.put("content", "").put("reasoning", piece);
                ObjectNode detail = ChatAnswer.detail(piece);
                if (line.thought == line.choice.thoughts().size()) {
                    detail.put("signature", line.choice.signature());
                }
                delta.putArray("reasoning_details").add(detail);
            }
        }
        return choice(line, delta, "null", "");
    }

    private ApiEvent openCall(Line line, boolean first) {
        line.call++;
        ToolCall call = line.choice.calls().get(line.call);
        line.arguments = flavour.wholeCalls() ? List.of() : Tokens.of(call.arguments());
        line.sent = 0;
        ObjectNode delta = first ? NODES.objectNode().put("role", "assistant") : delta(line);
        switch (flavour) {
            case OPENAI -> {
                if (first) {
                    delta.putNull("content");
                }
            }
            case OPENROUTER -> delta.putNull("content");
            case OLLAMA -> delta.put("content", "");
            case XAI, DEEPSEEK, VLLM, LLAMA_CPP, LM_STUDIO -> {
                // The call alone.
            }
        }
        String begun = flavour.wholeCalls() ? call.arguments() : "";
        if (request.legacyFunctions()) {
            delta.putObject("function_call").put("name", call.name()).put("arguments", begun);
        } else {
            ObjectNode entry = NODES.objectNode();
            entry.put("index", line.call);
            entry.setAll(ChatAnswer.call(call, begun));
            delta.putArray("tool_calls").add(entry);
        }
        if (first) {
            delta.putNull("refusal");
        }
        return new ApiEvent(first ? Part.OPENING : Part.TOKEN, choice(line, delta, "null", ""));
    }

    private byte[] argument(Line line) {
        ToolCall call = line.choice.calls().get(line.call);
        String piece = line.arguments.get(line.sent++);
        ObjectNode delta = delta(line);
        if (flavour == Flavour.OPENROUTER) {
            delta.putNull("content");
        }
        if (request.legacyFunctions()) {
            delta.putObject("function_call").put("arguments", piece);
        } else {
            ObjectNode entry = NODES.objectNode().put("index", line.call);
            entry.putObject(call.custom() ? "custom" : "function")
                    .put(call.custom() ? "input" : "arguments", piece);
            delta.putArray("tool_calls").add(entry);
        }
        return choice(line, delta, "null", "");
    }

    private byte[] piece(Line line) {
        String piece = line.choice.pieces().get(line.sent++);
        boolean refusal = line.choice.refusal() && flavour == Flavour.OPENAI;
        String logprobs =
                request.logprobs().wanted()
                        ? ChatAnswer.logprobs(request, List.of(piece)).toString()
                        : "null";
        ObjectNode delta = delta(line).put(refusal ? "refusal" : "content", piece);
        if (flavour == Flavour.VLLM) {
            delta.putArray("tool_calls");
        }
        if (flavour.thinking() == Thoughts.REASONING_DETAILS && request.thinking().shown()) {
            delta.putNull("reasoning").putArray("reasoning_details");
        }
        return choice(line, delta, logprobs, "");
    }

    private byte[] finish(Line line) {
        String usage =
                flavour.usage() == Usage.WITH_FINISH
                        ? ChatAnswer.usage(request, completion).toString()
                        : "";
        String entry = entry(line, flavour.finishDelta(), "null", line.choice.finish());
        return usage.isEmpty() ? chunk(entry, unusedUsage()) : chunk(entry, usage);
    }

    /// The choices of the chunk with the usage. OpenRouter was seen with three forms.
    private String usageChoices() {
        if (flavour.usage() != Usage.REPEATED) {
            return "";
        }
        Line last = lines.getLast();
        return switch (padding.nextInt(3)) {
            case 0 -> "";
            case 1 -> entry(last, flavour.finishDelta(), "null", last.choice.finish());
            default -> entry(last, flavour.finishDelta(), "null", "");
        };
    }

    private byte[] choice(Line line, ObjectNode delta, String logprobs, String finish) {
        return chunk(entry(line, delta.toString(), logprobs, finish), unusedUsage());
    }

    private String unusedUsage() {
        return flavour.nullUsage(request.streaming().includesUsage()) ? "null" : "";
    }

    /// @param finish why the choice ended; empty where it goes on
    private String entry(Line line, String delta, String logprobs, String finish) {
        var text = new StringBuilder(delta.length() + 96);
        text.append("{\"index\":").append(line.index).append(",\"delta\":").append(delta);
        if (flavour.nullLogprobs() || request.logprobs().wanted()) {
            text.append(",\"logprobs\":").append(logprobs);
        }
        if (!finish.isEmpty() || flavour.nullFinish()) {
            text.append(",\"finish_reason\":").append(quotedOrNull(finish));
        }
        if (flavour == Flavour.OPENROUTER) {
            text.append(",\"native_finish_reason\":")
                    .append(quotedOrNull(finish.isEmpty() ? "" : upstream.nativeFinish(finish)));
        }
        return text.append('}').toString();
    }

    private static String quotedOrNull(String word) {
        return word.isEmpty() ? "null" : '"' + word + '"';
    }

    private byte[] chunk(String choices, String usage) {
        var text = new StringBuilder(beginning.length() + choices.length() + 64);
        text.append(beginning).append(choices).append(']');
        if (!usage.isEmpty()) {
            text.append(",\"usage\":").append(usage);
        }
        if (flavour == Flavour.LLAMA_CPP && unfinished == 0) {
            text.append(",\"timings\":").append(ChatAnswer.timings(request, completion));
        }
        if (request.streaming().padded()) {
            String letters = Dice.letters(padding, 1 + padding.nextInt(OBFUSCATION_MAX));
            text.append(",\"obfuscation\":\"").append(letters).append('"');
        }
        return text.append("}\n\n").toString().getBytes(StandardCharsets.UTF_8);
    }
}
