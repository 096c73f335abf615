package dev.switchgear.server.api.llm.responses.compact;

import dev.switchgear.core.vault.Secret;
import dev.switchgear.dialects.json.Field;
import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.scan.RequestBody;
import dev.switchgear.server.api.Problem;
import dev.switchgear.server.api.Visit;
import dev.switchgear.server.api.llm.LlmProblems;
import dev.switchgear.server.api.llm.Turned;
import dev.switchgear.server.door.ResponseHead;
import dev.switchgear.server.door.ResponseHeader;
import dev.switchgear.server.names.SgCode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Opens compactions before anybody else reads a conversation, and makes new ones where a client asks for
/// one: in an answer, by an item that triggers it, or by a path of its own. Thread-safe.
public final class Compactions {
    /// Where a compaction is all that is asked for.
    public static final String PATH = "/v1/responses/compact";

    /// Of that path and of every other way to write it.
    private static final String PATH_END = "/responses/compact";

    /// What is read into trees takes several times its bytes, and is written once more.
    private static final int TIMES = 8;

    private final CompactionSeal seal;

    /// @param pepper of which the key is made that seals them
    public Compactions(Secret pepper) {
        this.seal = new CompactionSeal(pepper);
    }

    /// What becomes of a request that says everything itself by now, or did so from the beginning.
    ///
    /// @param turned what was made of it so far
    public Turned turned(
            Turned turned, RequestBody scanned, Visit visit, CompactingExchange exchange) {
        return switch (turned) {
            case Turned.AsItCame came ->
                    scanned.elsewhere().compacted() || alone(exchange)
                            ? read(came, scanned.bytes(), visit, exchange)
                            : came;
            case Turned.Whole whole -> {
                exchange.asks(whole.body());
                yield read(whole, whole.body(), visit, exchange);
            }
            case Turned.Refused _, Turned.NoRoom _, Turned.Taken _ -> turned;
        };
    }

    private static boolean alone(CompactingExchange exchange) {
        return exchange.path().endsWith(PATH_END);
    }

    private Turned read(Turned otherwise, byte[] body, Visit visit, CompactingExchange exchange) {
        boolean alone = alone(exchange);
        if (!alone && !mentions(body)) {
            return otherwise;
        }
        switch (exchange.room((long) body.length * TIMES)) {
            case GRANTED -> {}
            case LATER -> {
                return new Turned.NoRoom(false);
            }
            case NEVER -> {
                return new Turned.NoRoom(true);
            }
        }
        try {
            ObjectNode tree = (ObjectNode) Json.asked(body).node();
            List<JsonNode> came = CompactedHistory.items(tree.path("input"));
            boolean triggered = !came.isEmpty() && CompactedHistory.isTrigger(came.getLast());
            List<JsonNode> items =
                    came.stream().filter(item -> !CompactedHistory.isTrigger(item)).toList();
            List<JsonNode> opened = CompactedHistory.opened(items, visit.client().name(), seal);
            byte[] asked;
            if (triggered || alone) {
                asked = summary(tree, items, opened, visit, exchange);
            } else if (opened.equals(came)) {
                return otherwise;
            } else {
                tree.putArray("input").addAll(opened);
                asked = Json.bytes(tree);
            }
            exchange.asks(asked);
            return otherwise instanceof Turned.Whole whole
                    ? new Turned.Whole(asked, whole.before(), false, whole.dropped())
                    : new Turned.Whole(asked, Optional.empty(), false, List.of());
        } catch (InvalidBody invalid) {
            return new Turned.Refused(LlmProblems.invalid(invalid));
        }
    }

    private byte[] summary(
            ObjectNode tree,
            List<JsonNode> items,
            List<JsonNode> opened,
            Visit visit,
            CompactingExchange exchange)
            throws InvalidBody {
        if (opened.isEmpty()) {
            throw new Field("input", tree.path("input"))
                    .wrong("a conversation to compact, or a previous_response_id");
        }
        CompactedHistory.Cut cut = CompactedHistory.cut(opened);
        var source =
                new CompactionAnswer.Source(
                        without(tree, "input"),
                        items,
                        CompactedHistory.developers(opened),
                        cut,
                        alone(exchange));
        var answer = new CompactionAnswer(seal, visit.client().name(), source);
        exchange.compacts(
                new CompactingExchange.Compacting(
                        !alone(exchange),
                        answer,
                        head -> visit.refuse(FAILED, more -> copy(head, more))));
        if (alone(exchange)) {
            tree.remove("stream");
        }
        return SummaryRequest.of(tree, cut.told());
    }

    private static JsonNode without(ObjectNode tree, String field) {
        ObjectNode rest = Json.object();
        for (Map.Entry<String, JsonNode> property : tree.properties()) {
            if (!property.getKey().equals(field)) {
                rest.set(property.getKey(), property.getValue());
            }
        }
        return rest;
    }

    private static final Problem FAILED =
            Problem.of(SgCode.ANSWER_FAILED, "compaction_failed", CompactionAnswer.FAILED)
                    .with(List.of(new ResponseHeader("x-should-retry", "false")));

    /// Who answered, and what it cost, is told of an answer that is of no use too.
    private static void copy(ResponseHead from, ResponseHead to) {
        from.forEach((name, value) -> {
            if (name.startsWith("x-switchgear-")) {
                to.with(name, value);
            }
        });
    }

    /// Whether an item of a body may be a compaction, or ask for one: every kind of them is called by a
    /// word that holds this one. Only looked for in bodies that were completed from elsewhere: of others
    /// the scan has told.
    private static boolean mentions(byte[] body) {
        int last = body.length - WORD.length;
        for (int at = 0; at <= last; at++) {
            if (body[at] == WORD[0] && begins(body, at)) {
                return true;
            }
        }
        return false;
    }

    private static final byte[] WORD = {'c', 'o', 'm', 'p', 'a', 'c', 't', 'i', 'o', 'n'};

    private static boolean begins(byte[] body, int at) {
        for (int i = 1; i < WORD.length; i++) {
            if (body[at + i] != WORD[i]) {
                return false;
            }
        }
        return true;
    }
}
