package dev.switchgear.dialects;

import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.Role;
import dev.switchgear.families.llm.chat.Turn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Results of tools where providers want them: one a call, right behind the turn with the call. Clients
/// of Responses may give several to one call, also later, and say something before the first.
///
/// Several that come together are one, in their order; one that comes when the model has gone on is told
/// by the user where it came, so that the conversation before it stays as it was. What has no call is
/// left to the dialect, which refuses it.
final class ToolResults {
    private ToolResults() {}

    /// The same request where all stand so, as almost always.
    static ChatRequest placed(ChatRequest asked) {
        return stand(asked.turns()) ? asked : asked.withTurns(told(moved(joined(asked.turns()))));
    }

    private static boolean stand(List<Turn> turns) {
        Set<String> called = Set.of();
        for (Turn turn : turns) {
            Set<String> answered = Set.of();
            for (Part part : turn.parts()) {
                if (part instanceof Part.ToolResult result) {
                    answered = answered.isEmpty() ? new HashSet<>() : answered;
                    if (!answered.add(result.id()) || !called.contains(result.id())) {
                        return false;
                    }
                }
            }
            called = calls(turn);
        }
        return true;
    }

    private static Set<String> calls(Turn turn) {
        Set<String> calls = Set.of();
        for (Part part : turn.parts()) {
            if (part instanceof Part.ToolCall call) {
                calls = calls.isEmpty() ? new HashSet<>() : calls;
                calls.add(call.id());
            }
        }
        return calls;
    }

    /// Results of one turn, joined where they are of one call. Where a turn calls several tools under
    /// one id, as some providers let models do, each has its own.
    private static List<Turn> joined(List<Turn> turns) {
        var all = new ArrayList<Turn>();
        Map<String, Integer> called = Map.of();
        for (Turn turn : turns) {
            all.add(new Turn(turn.role(), joined(turn.parts(), called)));
            called = new HashMap<>();
            for (Part part : turn.parts()) {
                if (part instanceof Part.ToolCall call) {
                    called.merge(call.id(), 1, Integer::sum);
                }
            }
        }
        return all;
    }

    private static List<Part> joined(List<Part> parts, Map<String, Integer> called) {
        var joined = new ArrayList<Part>();
        Map<String, List<Integer>> places = new HashMap<>();
        for (Part part : parts) {
            if (!(part instanceof Part.ToolResult result)) {
                joined.add(part);
                continue;
            }
            List<Integer> before = places.computeIfAbsent(result.id(), _ -> new ArrayList<>());
            if (before.size() < Math.max(1, called.getOrDefault(result.id(), 1))) {
                before.add(joined.size());
                joined.add(result);
            } else {
                int place = before.getLast();
                joined.set(place, joined((Part.ToolResult) joined.get(place), result));
            }
        }
        return joined;
    }

    private static Part.ToolResult joined(Part.ToolResult one, Part.ToolResult next) {
        var content = new ArrayList<>(one.content());
        content.addAll(next.content());
        return new Part.ToolResult(
                one.id(), one.name(), content, one.error() || next.error(), Optional.empty());
    }

    /// The first result of each call right behind the turn that calls, whatever was said between.
    private static List<Turn> moved(List<Turn> turns) {
        var all = new ArrayList<Turn>(turns);
        for (int i = 0; i < all.size(); i++) {
            Set<String> open = new HashSet<>(calls(all.get(i)));
            if (open.isEmpty()) {
                continue;
            }
            boolean behind = i + 1 < all.size() && all.get(i + 1).role() == Role.USER;
            if (behind) {
                open.removeAll(results(all.get(i + 1)));
            }
            List<Part> late = taken(all, i + (behind ? 2 : 1), open);
            if (late.isEmpty()) {
                continue;
            }
            if (behind) {
                late.addAll(0, all.get(i + 1).parts());
                all.set(i + 1, ordered(late));
            } else {
                all.add(i + 1, new Turn(Role.USER, late));
            }
        }
        return merged(all);
    }

    private static Set<String> results(Turn turn) {
        var ids = new HashSet<String>();
        for (Part part : turn.parts()) {
            if (part instanceof Part.ToolResult result) {
                ids.add(result.id());
            }
        }
        return ids;
    }

    /// Takes the first results of calls out of the turns from `from` on, up to a turn that calls under
    /// the same id again.
    private static List<Part> taken(List<Turn> turns, int from, Set<String> open) {
        var late = new ArrayList<Part>();
        for (int i = from; i < turns.size() && !open.isEmpty(); i++) {
            Turn turn = turns.get(i);
            open.removeAll(calls(turn));
            if (turn.role() != Role.USER) {
                continue;
            }
            var rest = new ArrayList<Part>();
            for (Part part : turn.parts()) {
                if (part instanceof Part.ToolResult result && open.remove(result.id())) {
                    late.add(part);
                } else {
                    rest.add(part);
                }
            }
            turns.set(i, new Turn(Role.USER, rest));
        }
        return late;
    }

    /// Results before all else, as a turn has them.
    private static Turn ordered(List<Part> parts) {
        var all = new ArrayList<Part>();
        parts.stream().filter(Part.ToolResult.class::isInstance).forEach(all::add);
        parts.stream().filter(part -> !(part instanceof Part.ToolResult)).forEach(all::add);
        return new Turn(Role.USER, all);
    }

    /// Without turns that are empty now; neighbours of one side are one.
    static List<Turn> merged(List<Turn> turns) {
        var all = new ArrayList<Turn>();
        for (Turn turn : turns) {
            if (turn.parts().isEmpty()) {
                continue;
            }
            if (!all.isEmpty() && all.getLast().role() == turn.role()) {
                var parts = new ArrayList<>(all.removeLast().parts());
                parts.addAll(turn.parts());
                all.add(turn.role() == Role.USER ? ordered(parts) : new Turn(turn.role(), parts));
            } else {
                all.add(turn);
            }
        }
        return all;
    }

    /// A result of a call that was answered before becomes words of the user.
    private static List<Turn> told(List<Turn> turns) {
        var all = new ArrayList<Turn>();
        Map<String, String> before = new LinkedHashMap<>();
        Set<String> called = Set.of();
        for (Turn turn : turns) {
            var results = new ArrayList<Part>();
            var rest = new ArrayList<Part>();
            for (Part part : turn.parts()) {
                if (part instanceof Part.ToolResult result
                        && !called.contains(result.id())
                        && before.containsKey(result.id())) {
                    rest.add(
                            new Part.Text(
                                    "Another result of the tool call "
                                            + result.id()
                                            + " ("
                                            + before.get(result.id())
                                            + "):"));
                    rest.addAll(result.content());
                } else if (part instanceof Part.ToolResult) {
                    results.add(part);
                } else {
                    rest.add(part);
                }
            }
            results.addAll(rest);
            all.add(new Turn(turn.role(), results));
            called = calls(turn);
            for (Part part : turn.parts()) {
                if (part instanceof Part.ToolCall call) {
                    before.put(call.id(), call.name());
                }
            }
        }
        return all;
    }
}
