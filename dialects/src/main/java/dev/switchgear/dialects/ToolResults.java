package dev.switchgear.dialects;

import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.Role;
import dev.switchgear.families.llm.chat.Turn;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
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
                calls = calls.isEmpty() ? new LinkedHashSet<>() : calls;
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
        // Those that become one, in the order of the first of each.
        var groups = new ArrayList<List<Part.ToolResult>>();
        Map<String, Integer> counts = new HashMap<>();
        Map<String, List<Part.ToolResult>> last = new HashMap<>();
        var joined = new ArrayList<Part>();
        for (Part part : parts) {
            if (!(part instanceof Part.ToolResult result)) {
                joined.add(part);
                continue;
            }
            String id = result.id();
            List<Part.ToolResult> group = last.getOrDefault(id, List.of());
            if (counts.merge(id, 1, Integer::sum) <= called.getOrDefault(id, 1)) {
                group = new ArrayList<>();
                groups.add(group);
                last.put(id, group);
            }
            group.add(result);
        }
        joined.addAll(0, groups.stream().map(ToolResults::one).toList());
        return joined;
    }

    private static Part.ToolResult one(List<Part.ToolResult> results) {
        Part.ToolResult first = results.getFirst();
        if (results.size() == 1) {
            return first;
        }
        var content = new ArrayList<Part>();
        results.forEach(result -> content.addAll(result.content()));
        boolean failed = results.stream().anyMatch(Part.ToolResult::error);
        return new Part.ToolResult(first.id(), first.name(), content, failed, Optional.empty());
    }

    /// The first result of each call right behind the turn that calls, whatever was said between.
    private static List<Turn> moved(List<Turn> turns) {
        Map<String, Deque<Integer>> called = new HashMap<>();
        Map<String, Deque<Integer>> answered = new HashMap<>();
        for (int i = 0; i < turns.size(); i++) {
            for (String id : calls(turns.get(i))) {
                called.computeIfAbsent(id, _ -> new ArrayDeque<>()).add(i);
            }
            for (String id : results(turns.get(i))) {
                answered.computeIfAbsent(id, _ -> new ArrayDeque<>()).add(i);
            }
        }
        // By the turn that they are behind, and by the turn that they leave.
        Map<Integer, Set<String>> left = new HashMap<>();
        Map<Integer, List<Part>> come = new HashMap<>();
        for (int i = 0; i < turns.size(); i++) {
            for (String id : calls(turns.get(i))) {
                int from = late(i, turnsOf(id, called), turnsOf(id, answered));
                if (from > 0) {
                    left.computeIfAbsent(from, _ -> new HashSet<>()).add(id);
                    come.computeIfAbsent(i, _ -> new ArrayList<>()).add(first(turns.get(from), id));
                }
            }
        }
        var all = new ArrayList<Turn>();
        for (int i = 0; i < turns.size(); i++) {
            all.add(without(turns.get(i), left.getOrDefault(i, Set.of())));
            if (come.containsKey(i)) {
                all.add(new Turn(Role.USER, come.get(i)));
            }
        }
        return merged(all);
    }

    private static Deque<Integer> turnsOf(String id, Map<String, Deque<Integer>> turns) {
        return turns.getOrDefault(id, new ArrayDeque<>());
    }

    /// The turn in which the first result of a call comes that does not come right behind it; -1 where
    /// none does before something is called under the same id again.
    private static int late(int turn, Deque<Integer> called, Deque<Integer> answered) {
        while (!called.isEmpty() && called.getFirst() <= turn) {
            called.removeFirst();
        }
        while (!answered.isEmpty() && answered.getFirst() <= turn) {
            answered.removeFirst();
        }
        if (answered.isEmpty()
                || answered.getFirst() == turn + 1
                || (!called.isEmpty() && called.getFirst() < answered.getFirst())) {
            return -1;
        }
        return answered.removeFirst();
    }

    private static Set<String> results(Turn turn) {
        Set<String> ids = Set.of();
        for (Part part : turn.parts()) {
            if (part instanceof Part.ToolResult result) {
                ids = ids.isEmpty() ? new LinkedHashSet<>() : ids;
                ids.add(result.id());
            }
        }
        return ids;
    }

    private static Part first(Turn turn, String id) {
        return turn.parts().stream()
                .filter(part -> part instanceof Part.ToolResult result && result.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    /// A turn without the first result of each of these calls.
    private static Turn without(Turn turn, Set<String> ids) {
        if (ids.isEmpty()) {
            return turn;
        }
        var gone = new HashSet<String>();
        List<Part> kept =
                turn.parts().stream()
                        .filter(part ->
                                !(part instanceof Part.ToolResult result
                                        && ids.contains(result.id())
                                        && gone.add(result.id())))
                        .toList();
        return new Turn(turn.role(), kept);
    }

    /// Without turns that are empty now; neighbours of one side are one, results before all else.
    static List<Turn> merged(List<Turn> turns) {
        var all = new ArrayList<Turn>();
        var results = new ArrayList<Part>();
        var rest = new ArrayList<Part>();
        Role side = Role.SYSTEM;
        for (Turn turn : turns) {
            if (turn.parts().isEmpty()) {
                continue;
            }
            if (turn.role() != side) {
                close(side, results, rest, all);
                side = turn.role();
            }
            for (Part part : turn.parts()) {
                (part instanceof Part.ToolResult ? results : rest).add(part);
            }
        }
        close(side, results, rest, all);
        return all;
    }

    private static void close(Role side, List<Part> results, List<Part> rest, List<Turn> into) {
        results.addAll(rest);
        if (!results.isEmpty()) {
            into.add(new Turn(side, results));
        }
        results.clear();
        rest.clear();
    }

    /// A result of a call that was answered before becomes words of the user.
    private static List<Turn> told(List<Turn> turns) {
        var all = new ArrayList<Turn>();
        Map<String, String> before = new HashMap<>();
        Set<String> called = Set.of();
        for (Turn turn : turns) {
            var results = new ArrayList<Part>();
            var rest = new ArrayList<Part>();
            for (Part part : turn.parts()) {
                if (part instanceof Part.ToolResult result
                        && !called.contains(result.id())
                        && before.containsKey(result.id())) {
                    String tool = before.get(result.id());
                    rest.add(
                            new Part.Text(
                                    "Another result of the tool call %s (%s):"
                                            .formatted(result.id(), tool)));
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
