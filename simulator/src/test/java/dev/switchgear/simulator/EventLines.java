package dev.switchgear.simulator;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// One event of a stream whose data need not be JSON.
///
/// @param event empty where there was no `event:` line
record EventLines(String event, String data) {
    /// The events of `stream` without its comments; fails on a line that no event may have.
    static List<EventLines> of(String stream) {
        if (!stream.endsWith("\n\n")) {
            throw new AssertionError("the stream ends inside an event: " + stream);
        }
        List<EventLines> events = new ArrayList<>();
        for (String block : stream.substring(0, stream.length() - 2).split("\n\n", -1)) {
            String event = "";
            String data = "";
            for (String line : block.split("\n", -1)) {
                if (line.startsWith("event: ")) {
                    event = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    data = line.substring(6);
                } else if (!line.startsWith(":")) {
                    throw new AssertionError("not a line of an event: " + line);
                }
            }
            if (!data.isEmpty()) {
                events.add(new EventLines(event, data));
            }
        }
        return events;
    }

    JsonNode json() {
        return SimulatorClient.JSON.readTree(data);
    }

    String type() {
        return json().path("type").asString();
    }
}
