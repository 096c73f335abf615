package dev.switchgear.server.api.llm.responses.compact;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.server.api.llm.responses.heard.SseEvents;
import dev.switchgear.server.door.HttpStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Makes of a model's summary the compaction that the client asked for. For one answer, and one thread.
final class CompactionAnswer {
    /// What the client is told where there is nothing that could be handed out.
    static final String FAILED =
            "The model did not sum the conversation up: its answer holds no text, or was cut. Nothing"
                    + " was compacted, and the history that you have still counts. Ask again, or ask"
                    + " another model.";

    private static final byte[] NOTHING = new byte[0];

    private final CompactionSeal seal;
    private final String client;
    private final Source source;

    /// What the compaction is of.
    ///
    /// @param asked the client's request, for what an answer repeats
    /// @param history all items, as the client has them
    /// @param developers what the client's developer said, in all of the conversation
    /// @param cut what of the conversation is told, and what is kept
    /// @param alone whether it is asked for by its own path, and not within an answer
    record Source(
            JsonNode asked,
            List<JsonNode> history,
            List<JsonNode> developers,
            CompactedHistory.Cut cut,
            boolean alone) {
        Source {
            history = List.copyOf(history);
            developers = List.copyOf(developers);
        }
    }

    CompactionAnswer(CompactionSeal seal, String client, Source source) {
        this.seal = seal;
        this.client = client;
        this.source = source;
    }

    /// The whole answer; empty where the model gave no summary.
    ///
    /// @param body the model's answer
    Optional<byte[]> whole(byte[] body) {
        ObjectNode response;
        try {
            response = (ObjectNode) Json.answer(body);
        } catch (MalformedAnswer unread) {
            return Optional.empty();
        }
        String summary = CompactedHistory.text(response.path("output"));
        if (summary.isBlank() || !response.path("status").asString("").equals("completed")) {
            return Optional.empty();
        }
        String id = response.path("id").asString("");
        ObjectNode item = item(id, summary);
        if (!source.alone()) {
            response.putArray("output").add(item);
            return Optional.of(Json.bytes(asAsked(response)));
        }
        ObjectNode compacted = Json.object().put("id", id).put("object", "response.compaction");
        compacted.set("created_at", response.path("created_at"));
        compacted.set("model", response.path("model"));
        ArrayNode output = CompactedHistory.users(source.history(), bare(id));
        compacted.set("output", output.add(item));
        compacted.set("usage", response.path("usage"));
        return Optional.of(Json.bytes(compacted));
    }

    private ObjectNode item(String answerId, String summary) {
        var held = new CompactedHistory.Held(source.developers(), summary, source.cut().open());
        return Json.object()
                .put("id", "cmp_" + bare(answerId))
                .put("type", "compaction")
                .put("encrypted_content", seal.seal(client, held.bytes()));
    }

    private static String bare(String id) {
        return id.substring(id.indexOf('_') + 1);
    }

    /// What was asked for otherwise than the client did is repeated as the client asked.
    private ObjectNode asAsked(ObjectNode response) {
        JsonNode choice = source.asked().path("tool_choice");
        if (response.has("tool_choice")) {
            if (choice.isMissingNode() || choice.isNull()) {
                response.put("tool_choice", "auto");
            } else {
                response.set("tool_choice", choice);
            }
        }
        response.put("store", source.asked().path("store").asBoolean(true));
        return response;
    }

    /// What takes the model's stream and hands on the compaction's.
    HttpStream stream(HttpStream to) {
        return new Compacting(to);
    }

    private final class Compacting implements HttpStream, SseEvents.Listener {
        private final HttpStream to;
        private final SseEvents events = new SseEvents(this);
        private final ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        private final StringBuilder summary = new StringBuilder();
        private int sequence;
        private boolean ended;

        Compacting(HttpStream to) {
            this.to = to;
        }

        @Override
        public boolean write(byte[] bytes, int offset, int length) {
            events.add(bytes, offset, length);
            if (out.size() == 0) {
                return to.write(NOTHING, 0, 0);
            }
            byte[] made = out.toByteArray();
            out.reset();
            return to.write(made, 0, made.length);
        }

        @Override
        public void end(byte[] last) {
            events.add(last, 0, last.length);
            events.end();
            byte[] made = out.toByteArray();
            out.reset();
            to.end(made);
        }

        /// A line of the event that follows, as every comment of ours is.
        @Override
        public void comment(String text) {
            out.writeBytes((":" + text + "\n").getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void data(byte[] bytes, int from, int to) {
            if (ended) {
                return;
            }
            try {
                told((ObjectNode) Json.answer(bytes, from, to));
            } catch (MalformedAnswer unread) {
                // What passes may hold what is no event of this dialect; nothing of it is handed
                // on.
            }
        }

        private void told(ObjectNode event) {
            switch (event.path("type").asString("")) {
                case "response.created", "response.in_progress" -> {
                    if (event.path("response") instanceof ObjectNode response) {
                        asAsked(response);
                    }
                    send(event);
                }
                case "response.output_item.done" -> {
                    JsonNode item = event.path("item");
                    if (CompactedHistory.type(item).equals("message")) {
                        CompactedHistory.text(item, summary);
                    }
                }
                case "response.completed" -> completed(event);
                case "response.incomplete" -> failed(event);
                case "response.failed" -> {
                    ended = true;
                    send(event);
                }
                case "error" -> send(event);
                default -> {
                    // Of how the summary came about the client hears nothing.
                }
            }
        }

        private void completed(ObjectNode event) {
            if (!(event.path("response") instanceof ObjectNode response)) {
                return;
            }
            String text =
                    summary.isEmpty()
                            ? CompactedHistory.text(response.path("output"))
                            : summary.toString();
            if (text.isBlank()) {
                failed(event);
                return;
            }
            ended = true;
            ObjectNode item = item(response.path("id").asString(""), text);
            send(
                    Json.object()
                            .put("type", "response.output_item.added")
                            .put("output_index", 0)
                            .set("item", item));
            send(
                    Json.object()
                            .put("type", "response.output_item.done")
                            .put("output_index", 0)
                            .set("item", item));
            response.putArray("output").add(item);
            asAsked(response);
            send(event);
        }

        private void failed(ObjectNode event) {
            ended = true;
            if (event.path("response") instanceof ObjectNode response) {
                asAsked(response).put("status", "failed").putArray("output");
                response.putNull("incomplete_details");
                response.putObject("error").put("code", "server_error").put("message", FAILED);
            }
            send(event.put("type", "response.failed"));
        }

        private void send(ObjectNode event) {
            event.put("sequence_number", sequence++);
            String head = "event: " + event.path("type").stringValue() + "\ndata: ";
            out.writeBytes(head.getBytes(StandardCharsets.UTF_8));
            out.writeBytes(Json.bytes(event));
            out.writeBytes(new byte[] {'\n', '\n'});
        }
    }
}
