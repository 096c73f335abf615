package dev.switchgear.simulator.anthropic;

import dev.switchgear.simulator.answer.ApiEvent;
import dev.switchgear.simulator.answer.ApiEvent.Part;
import dev.switchgear.simulator.anthropic.Message.Content;
import dev.switchgear.simulator.mind.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.random.RandomGenerator;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Renders a message event by event (section 4), with the spaces before the last brace that the
/// recordings show. Keeps the message and a place in it, no rendered bytes.
final class MessageStream implements Iterator<ApiEvent> {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final byte[] PING =
            "event: ping\ndata: {\"type\": \"ping\"}\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final int PADDING_MAX = 14;
    private static final int PROVISIONAL_MAX = 8;

    private enum Step {
        BEGIN,
        BLOCK,
        PING,
        DELTA,
        DELTA_MESSAGE,
        END,
        OVER
    }

    private final Message message;
    private final RandomGenerator padding;
    private Step step = Step.BEGIN;
    private int block;
    private int piece;
    private List<String> deltas = List.of();

    MessageStream(Message message, RandomGenerator padding) {
        this.message = message;
        this.padding = padding;
    }

    @Override
    public boolean hasNext() {
        return step != Step.OVER;
    }

    @Override
    public ApiEvent next() {
        return switch (step) {
            case BEGIN -> {
                step = message.content().isEmpty() ? Step.DELTA_MESSAGE : Step.BLOCK;
                yield new ApiEvent(Part.OPENING, event("message_start", start()));
            }
            case BLOCK -> begin();
            case PING -> {
                step = Step.DELTA;
                yield new ApiEvent(Part.FRAME, PING);
            }
            case DELTA -> delta();
            case DELTA_MESSAGE -> {
                step = Step.END;
                yield new ApiEvent(Part.FINISH, event("message_delta", finish()));
            }
            case END -> {
                step = Step.OVER;
                yield new ApiEvent(
                        Part.TERMINAL, event("message_stop", "{\"type\":\"message_stop\"}"));
            }
            case OVER -> throw new NoSuchElementException("the stream has ended");
        };
    }

    private ApiEvent begin() {
        Content content = message.content().get(block);
        deltas = deltas(content);
        piece = 0;
        step = block == 0 ? Step.PING : Step.DELTA;
        String json =
                "{\"type\":\"content_block_start\",\"index\":"
                        + block
                        + ",\"content_block\":"
                        + MessageAnswer.empty(content)
                        + "}";
        return new ApiEvent(Part.FRAME, event("content_block_start", json));
    }

    private ApiEvent delta() {
        if (piece < deltas.size()) {
            String json =
                    "{\"type\":\"content_block_delta\",\"index\":"
                            + block
                            + ",\"delta\":"
                            + deltas.get(piece++)
                            + "}";
            return new ApiEvent(Part.TOKEN, event("content_block_delta", json));
        }
        String json = "{\"type\":\"content_block_stop\",\"index\":" + block + "}";
        block++;
        step = block < message.content().size() ? Step.BLOCK : Step.DELTA_MESSAGE;
        return new ApiEvent(Part.FRAME, event("content_block_stop", json));
    }

    private static List<String> deltas(Content content) {
        List<String> deltas = new ArrayList<>();
        switch (content) {
            case Content.Thinking thinking -> {
                thinking.pieces()
                        .forEach(piece -> deltas.add(delta("thinking_delta", "thinking", piece)));
                deltas.add(delta("signature_delta", "signature", thinking.signature()));
            }
            case Content.Redacted _ -> {}
            case Content.Text text ->
                    text.pieces().forEach(piece -> deltas.add(delta("text_delta", "text", piece)));
            case Content.ToolUse use -> {
                deltas.add(delta("input_json_delta", "partial_json", ""));
                // A tool without arguments sends the empty piece alone.
                if (!use.input().equals("{}")) {
                    Tokens.of(use.input())
                            .forEach(piece ->
                                    deltas.add(delta("input_json_delta", "partial_json", piece)));
                }
            }
        }
        return deltas;
    }

    private static String delta(String type, String field, String piece) {
        return "{\"type\":\""
                + type
                + "\",\""
                + field
                + "\":"
                + JSON.writeValueAsString(piece)
                + "}";
    }

    private String start() {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("type", "message_start");
        ObjectNode head = MessageAnswer.head(message);
        head.putArray("content");
        head.putNull("stop_reason").putNull("stop_sequence").putNull("stop_details");
        int provisional = 1 + padding.nextInt(PROVISIONAL_MAX);
        ObjectNode usage =
                MessageAnswer.usage(message, Math.min(provisional, message.outputTokens()), true);
        MessageAnswer.tier(usage);
        head.set("usage", usage);
        root.set("message", head);
        return root.toString();
    }

    private String finish() {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("type", "message_delta");
        MessageAnswer.end(root.putObject("delta"), message);
        ObjectNode usage = MessageAnswer.usage(message, message.outputTokens(), false);
        MessageAnswer.thoughts(usage, message);
        root.set("usage", usage);
        return root.toString();
    }

    private byte[] event(String name, String json) {
        String spaces = " ".repeat(padding.nextInt(PADDING_MAX + 1));
        return ("event: "
                        + name
                        + "\ndata: "
                        + json.substring(0, json.length() - 1)
                        + spaces
                        + "}\n\n")
                .getBytes(StandardCharsets.UTF_8);
    }
}
