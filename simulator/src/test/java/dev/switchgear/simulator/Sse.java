package dev.switchgear.simulator;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// A stream of server-sent events, taken apart strictly.
///
/// @param name empty where there was no `event:` line
record Sse(String name, JsonNode data) {
    /// @param newline how the stream ends its lines
    static List<Sse> read(String stream, String newline) {
        if (!stream.endsWith(newline + newline)) {
            throw new AssertionError("the stream ends inside an event: " + stream);
        }
        List<Sse> events = new ArrayList<>();
        for (String block : stream.strip().split(newline + newline, -1)) {
            String name = "";
            String data = "";
            for (String line : block.split(newline, -1)) {
                if (line.startsWith("event: ")) {
                    name = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    data = line.substring(6);
                } else {
                    throw new AssertionError("not a line of an event: " + line);
                }
            }
            events.add(new Sse(name, SimulatorClient.JSON.readTree(data)));
        }
        return events;
    }
}
