package dev.switchgear.simulator.openai;

import dev.switchgear.simulator.answer.ApiEvent;
import dev.switchgear.simulator.answer.ApiEvent.Part;
import dev.switchgear.simulator.mind.Dice;
import dev.switchgear.simulator.openai.Flavour.ReasoningItem;
import dev.switchgear.simulator.openai.ResponsesOutput.Item;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Renders a response event by event (section 6): created, in progress, for each item that it was
/// added, its part, the pieces, that they are done, and at the end the whole response. Sequence
/// numbers have no gap.
///
/// Keeps the steps and a place among them, so a stream waiting for its next token holds no rendered
/// bytes.
final class ResponsesStream implements Iterator<ApiEvent> {
    private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int OBFUSCATION_MAX = 16;

    /// One event to come.
    private sealed interface Step {
        record Begun(String type) implements Step {}

        record Added(int index) implements Step {}

        record PartAdded(int index) implements Step {}

        record Piece(int index, String text) implements Step {}

        record TextDone(int index) implements Step {}

        record PartDone(int index) implements Step {}

        record ItemDone(int index) implements Step {}

        record Finished() implements Step {}

        record Closed() implements Step {}
    }

    private final ResponsesRequest request;
    private final ResponsesOutput output;
    private final RandomGenerator padding;
    private final List<Step> steps = new ArrayList<>();
    private int comments;
    private int next;

    /// @param comments sent before anything else
    ResponsesStream(
            ResponsesRequest request,
            ResponsesOutput output,
            int comments,
            RandomGenerator padding) {
        this.comments = comments;
        this.request = request;
        this.output = output;
        this.padding = padding;
        steps.add(new Step.Begun("response.created"));
        steps.add(new Step.Begun("response.in_progress"));
        for (int i = 0; i < output.items().size(); i++) {
            plan(i, output.items().get(i));
        }
        steps.add(new Step.Finished());
        if (request.flavour().endsResponses()) {
            steps.add(new Step.Closed());
        }
    }

    private void plan(int index, Item item) {
        steps.add(new Step.Added(index));
        switch (item) {
            case Item.Reasoning reasoning -> {
                if (!reasoning.thoughts().isEmpty()) {
                    parts(index, reasoning.thoughts());
                }
            }
            case Item.Message message -> parts(index, message.pieces());
            case Item.Call call -> {
                if (call.tool().form().named()) {
                    call.arguments().forEach(piece -> steps.add(new Step.Piece(index, piece)));
                    steps.add(new Step.TextDone(index));
                }
            }
            case Item.Compaction _ -> {
                // Comes whole.
            }
        }
        steps.add(new Step.ItemDone(index));
    }

    private void parts(int index, List<String> pieces) {
        steps.add(new Step.PartAdded(index));
        pieces.forEach(piece -> steps.add(new Step.Piece(index, piece)));
        steps.add(new Step.TextDone(index));
        steps.add(new Step.PartDone(index));
    }

    @Override
    public boolean hasNext() {
        return next < steps.size();
    }

    @Override
    public ApiEvent next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the stream has ended");
        }
        if (comments > 0) {
            comments--;
            // Here OpenRouter's comment is empty.
            return new ApiEvent(Part.COMMENT, ": \n\n".getBytes(StandardCharsets.US_ASCII));
        }
        Step step = steps.get(next);
        if (step instanceof Step.Closed) {
            next++;
            return new ApiEvent(Part.TERMINAL, DONE);
        }
        ApiEvent event = render(step);
        next++;
        return event;
    }

    private ApiEvent render(Step step) {
        return switch (step) {
            case Step.Begun begun -> {
                ObjectNode node = node(begun.type());
                node.set("response", ResponsesAnswer.begun(request, output));
                yield event(Part.OPENING, node);
            }
            case Step.Added added -> {
                ObjectNode node = node("response.output_item.added");
                node.set("item", item(added.index(), false));
                yield event(Part.FRAME, node.put("output_index", added.index()));
            }
            case Step.PartAdded added -> event(Part.FRAME, part(added.index(), false));
            case Step.Piece piece -> event(Part.TOKEN, piece(piece));
            case Step.TextDone done -> event(Part.FRAME, text(done.index()));
            case Step.PartDone done -> event(Part.FRAME, part(done.index(), true));
            case Step.ItemDone done -> {
                ObjectNode node = node("response.output_item.done");
                node.set("item", item(done.index(), true));
                yield event(Part.FRAME, node.put("output_index", done.index()));
            }
            case Step.Finished _ -> {
                ObjectNode node =
                        node(
                                output.incomplete().isEmpty()
                                        ? "response.completed"
                                        : "response.incomplete");
                node.set("response", ResponsesAnswer.finished(request, output));
                yield event(Part.END, node);
            }
            case Step.Closed _ -> new ApiEvent(Part.TERMINAL, DONE);
        };
    }

    private ObjectNode item(int index, boolean said) {
        return ResponsesAnswer.item(request.flavour(), output.items().get(index), said);
    }

    private ObjectNode part(int index, boolean said) {
        Item item = output.items().get(index);
        ReasoningItem form = request.flavour().reasoningItem();
        String end = said ? "done" : "added";
        return switch (item) {
            case Item.Reasoning reasoning -> {
                boolean content = form == ReasoningItem.CONTENT;
                ObjectNode node =
                        place(
                                content
                                        ? "response.content_part." + end
                                        : "response.reasoning_summary_part." + end,
                                index,
                                content ? "content_index" : "summary_index");
                List<String> thoughts = said ? reasoning.thoughts() : List.of();
                node.set("part", ResponsesAnswer.thought(form, thoughts));
                yield node;
            }
            case Item.Message message -> {
                ObjectNode node = place("response.content_part." + end, index, "content_index");
                String text = said ? String.join("", message.pieces()) : "";
                node.set("part", ResponsesAnswer.part(message, text));
                yield node;
            }
            case Item.Call _, Item.Compaction _ ->
                    throw new IllegalStateException("only words have parts");
        };
    }

    private ObjectNode piece(Step.Piece piece) {
        Item item = output.items().get(piece.index());
        ObjectNode node = words(item, piece.index(), "delta").put("delta", piece.text());
        if (item instanceof Item.Message message && !message.refusal()) {
            node.putArray("logprobs");
        }
        if (request.padded()) {
            node.put("obfuscation", Dice.letters(padding, 1 + padding.nextInt(OBFUSCATION_MAX)));
        }
        return node;
    }

    private ObjectNode text(int index) {
        Item item = output.items().get(index);
        ObjectNode node = words(item, index, "done");
        switch (item) {
            case Item.Reasoning reasoning -> node.put("text", joined(reasoning.thoughts()));
            case Item.Message message -> {
                node.put(message.refusal() ? "refusal" : "text", joined(message.pieces()));
                if (!message.refusal()) {
                    node.putArray("logprobs");
                }
            }
            case Item.Call call -> {
                boolean custom = call.tool().form() == CallForm.CUSTOM;
                node.put(custom ? "input" : "arguments", joined(call.arguments()));
                if (!custom) {
                    node.put("name", call.tool().name());
                }
            }
            case Item.Compaction _ -> throw new IllegalStateException("a compaction has no words");
        }
        return node;
    }

    private static String joined(List<String> pieces) {
        return String.join("", pieces);
    }

    private ObjectNode words(Item item, int index, String end) {
        return switch (item) {
            case Item.Reasoning _ ->
                    request.flavour().reasoningItem() == ReasoningItem.CONTENT
                            ? place("response.reasoning_text." + end, index, "content_index")
                            : place(
                                    "response.reasoning_summary_text." + end,
                                    index,
                                    "summary_index");
            case Item.Message message ->
                    place(
                            (message.refusal() ? "response.refusal." : "response.output_text.")
                                    + end,
                            index,
                            "content_index");
            case Item.Call call ->
                    place(
                            (call.tool().form() == CallForm.CUSTOM
                                            ? "response.custom_tool_call_input."
                                            : "response.function_call_arguments.")
                                    + end,
                            index,
                            "");
            case Item.Compaction _ -> throw new IllegalStateException("a compaction has no words");
        };
    }

    /// @param part what the index of the part is called; empty where there are none
    private ObjectNode place(String type, int index, String part) {
        ObjectNode node = node(type);
        if (!part.isEmpty()) {
            node.put(part, 0);
        }
        node.put("item_id", output.items().get(index).id());
        return node.put("output_index", index);
    }

    private static ObjectNode node(String type) {
        return NODES.objectNode().put("type", type);
    }

    private ApiEvent event(Part part, ObjectNode node) {
        return new ApiEvent(part, bytes(request.flavour(), node, next));
    }

    /// What a failed stream ends with: the error and, where the response began, that it failed.
    ///
    /// @param sent how many events went before
    static List<ApiEvent> failure(
            ResponsesRequest request,
            ResponsesOutput output,
            int sent,
            ObjectNode error,
            String code,
            String message) {
        List<ApiEvent> events = new ArrayList<>();
        ObjectNode first = node("error");
        if (sent == 0) {
            // Nothing began yet: the specified, flat form, and nothing more.
            error.properties().forEach(field -> first.set(field.getKey(), field.getValue()));
            events.add(new ApiEvent(Part.TERMINAL, bytes(request.flavour(), first, sent)));
            return events;
        }
        first.set("error", error);
        events.add(new ApiEvent(Part.TERMINAL, bytes(request.flavour(), first, sent)));
        ObjectNode failed = node("response.failed");
        failed.set("response", ResponsesAnswer.failed(request, output, code, message));
        events.add(new ApiEvent(Part.TERMINAL, bytes(request.flavour(), failed, sent + 1)));
        return events;
    }

    private static byte[] bytes(Flavour flavour, ObjectNode node, int sequence) {
        ObjectNode json = node;
        if (flavour == Flavour.XAI) {
            json = NODES.objectNode().put("sequence_number", sequence);
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                json.set(field.getKey(), field.getValue());
            }
        } else {
            json.put("sequence_number", sequence);
        }
        String name =
                flavour.namesEvents() ? "event: " + node.path("type").stringValue() + "\n" : "";
        return (name + "data: " + json + "\n\n").getBytes(StandardCharsets.UTF_8);
    }
}
