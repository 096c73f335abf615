package dev.switchgear.families.llm.chat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// Puts thoughts back where they stood in a turn: between its texts and calls, for clients whose dialect
/// has no order of these, or which were shown a thought later than it came.
///
/// A text in which a thought stood is parted there. Of a text that the client shortened, its end is as
/// near as can be.
public final class Placing {
    private Placing() {}

    /// The parts of one turn, each thought in its place; the same list where none has to be moved.
    public static List<Part> placed(List<Part> parts) {
        return parts.stream().anyMatch(part -> place(part).isPresent()) ? moved(parts) : parts;
    }

    private static List<Part> moved(List<Part> parts) {
        var thoughts = new ArrayList<Part>();
        for (Part part : parts) {
            if (place(part).isPresent()) {
                thoughts.add(part);
            }
        }
        // Stable: of two at one place the first stays first.
        thoughts.sort((one, other) -> compare(at(one), at(other)));
        var waiting = new ArrayDeque<>(thoughts);
        var placed = new ArrayList<Part>(parts.size());
        int chars = 0;
        int calls = 0;
        for (Part part : parts) {
            if (place(part).isPresent()) {
                continue;
            }
            if (part instanceof Part.ToolCall) {
                // Whatever stood before this call, though its text may be shorter than it was.
                while (!waiting.isEmpty() && at(waiting.peek()).calls() <= calls) {
                    placed.add(inPlace(waiting.remove()));
                }
                calls++;
            }
            if (part instanceof Part.Text(String text)) {
                text(text, chars, calls, waiting, placed);
                chars += text.length();
            } else {
                placed.add(part);
            }
        }
        while (!waiting.isEmpty()) {
            placed.add(inPlace(waiting.remove()));
        }
        return placed;
    }

    private static void text(
            String text, int chars, int calls, Deque<Part> waiting, List<Part> into) {
        int from = 0;
        while (!waiting.isEmpty()
                && at(waiting.peek()).calls() <= calls
                && at(waiting.peek()).chars() - chars < text.length()) {
            int to = Math.max(from, at(waiting.peek()).chars() - chars);
            if (to > from) {
                into.add(new Part.Text(text.substring(from, to)));
                from = to;
            }
            into.add(inPlace(waiting.remove()));
        }
        into.add(from == 0 ? new Part.Text(text) : new Part.Text(text.substring(from)));
    }

    private static Optional<Signature.Place> place(Part part) {
        return switch (part) {
            case Part.Thinking(_, Optional<Signature> seal) -> seal.flatMap(Signature::place);
            case Part.HiddenThinking(Signature seal) -> seal.place();
            case Part.Text _,
                    Part.Image _,
                    Part.Document _,
                    Part.Audio _,
                    Part.ToolCall _,
                    Part.ToolResult _,
                    Part.Refusal _,
                    Part.CacheMark _,
                    Part.Foreign _ ->
                    Optional.empty();
        };
    }

    private static Signature.Place at(Part thought) {
        return place(thought).orElseThrow();
    }

    private static int compare(Signature.Place one, Signature.Place other) {
        int calls = Integer.compare(one.calls(), other.calls());
        return calls != 0 ? calls : Integer.compare(one.chars(), other.chars());
    }

    private static Part inPlace(Part thought) {
        return switch (thought) {
            case Part.Thinking(String text, Optional<Signature> seal) ->
                    new Part.Thinking(text, seal.map(Signature::inPlace));
            case Part.HiddenThinking(Signature seal) -> new Part.HiddenThinking(seal.inPlace());
            case Part.Text _,
                    Part.Image _,
                    Part.Document _,
                    Part.Audio _,
                    Part.ToolCall _,
                    Part.ToolResult _,
                    Part.Refusal _,
                    Part.CacheMark _,
                    Part.Foreign _ ->
                    throw new IllegalStateException("no thought: " + thought);
        };
    }
}
