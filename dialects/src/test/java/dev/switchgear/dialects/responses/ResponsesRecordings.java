package dev.switchgear.dialects.responses;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.chat.ChatEvent;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.walls.RecordedFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// What real providers were asked and answered in this dialect.
record ResponsesRecordings(List<Recording> all) {
    /// @param answer the raw body
    record Recording(
            String provider,
            String id,
            String model,
            boolean stream,
            int status,
            byte[] request,
            byte[] answer) {
        @Override
        public String toString() {
            return provider + "/" + id;
        }

        ResponsesFlavour flavour() {
            return switch (provider) {
                case "xai" -> ResponsesTestFlavours.XAI;
                case "deepseek" -> ResponsesTestFlavours.DEEPSEEK;
                default -> ResponsesFlavour.OPENAI;
            };
        }
    }

    private static List<JsonNode> entries() throws IOException {
        var entries = new ArrayList<JsonNode>();
        for (Path index : RecordedFolders.indexes()) {
            entries.addAll(Json.read(Files.readString(index)).values());
        }
        return entries;
    }

    /// All there are, real and made.
    static ResponsesRecordings found() {
        try {
            var all = new ArrayList<Recording>();
            for (JsonNode entry : entries()) {
                if (entry.path("kind").asString("").equals("responses")) {
                    all.add(
                            new Recording(
                                    entry.path("provider").asString(""),
                                    entry.path("id").asString(""),
                                    entry.path("model").asString(""),
                                    entry.path("stream").asBoolean(false),
                                    entry.path("status").asInt(0),
                                    Files.readAllBytes(
                                            RecordedFolders.file(
                                                    entry.path("request").asString(""))),
                                    Files.readAllBytes(
                                            RecordedFolders.file(
                                                    entry.path("response").asString("")))));
                }
            }
            return new ResponsesRecordings(List.copyOf(all));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The data of each event of a stream.
    static List<String> data(byte[] stream) {
        var events = new ArrayList<String>();
        for (String line : new String(stream, StandardCharsets.UTF_8).split("\r?\n", -1)) {
            if (line.startsWith("data:")) {
                events.add(line.substring(5).strip());
            }
        }
        return events;
    }

    static List<ChatEvent> read(byte[] answer, boolean stream) throws MalformedAnswer {
        var events = new ArrayList<ChatEvent>();
        var reader = new ResponsesAnswerReader("m");
        if (stream) {
            for (String data : data(answer)) {
                byte[] bytes = data.getBytes(StandardCharsets.UTF_8);
                reader.event(bytes, 0, bytes.length, events::add);
            }
        } else {
            reader.whole(answer, events::add);
        }
        return events;
    }
}
