package dev.switchgear.dialects.responses;

import dev.switchgear.families.llm.chat.ChatEvent;
import java.util.ArrayList;
import java.util.List;

/// Events compared by what they say, not by how it was cut.
final class ResponsesEvents {
    private ResponsesEvents() {}

    /// With neighbouring pieces of one kind joined, and without what another dialect or a client of
    /// this one is not told.
    static List<ChatEvent> joined(List<ChatEvent> events) {
        var joined = new ArrayList<ChatEvent>();
        for (ChatEvent event : events) {
            if (event instanceof ChatEvent.Omitted || event instanceof ChatEvent.Ping) {
                continue;
            }
            ChatEvent last = joined.isEmpty() ? new ChatEvent.Ping() : joined.getLast();
            if (last instanceof ChatEvent.Text one && event instanceof ChatEvent.Text other) {
                joined.set(joined.size() - 1, new ChatEvent.Text(one.text() + other.text()));
            } else if (last instanceof ChatEvent.Thinking one
                    && event instanceof ChatEvent.Thinking other) {
                joined.set(joined.size() - 1, new ChatEvent.Thinking(one.text() + other.text()));
            } else if (last instanceof ChatEvent.ToolArgs one
                    && event instanceof ChatEvent.ToolArgs other
                    && one.index() == other.index()) {
                joined.set(
                        joined.size() - 1,
                        new ChatEvent.ToolArgs(one.index(), one.json() + other.json()));
            } else if (event instanceof ChatEvent.Usage usage) {
                // What a provider charges is no business of its client.
                joined.add(new ChatEvent.Usage(usage.tokens()));
            } else {
                joined.add(event);
            }
        }
        return joined;
    }

    static List<ChatEvent> withoutStart(List<ChatEvent> events) {
        return joined(events).stream().filter(e -> !(e instanceof ChatEvent.Start)).toList();
    }
}
