package dev.switchgear.simulator.openai;

import dev.switchgear.simulator.answer.ApiErrorException;
import dev.switchgear.simulator.mind.Dice;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;

/// The responses one provider keeps, and the seals it put on thoughts. The oldest are forgotten where
/// they become too many or too large. Thread-safe.
final class StoredResponses {
    private static final int KEPT_MAX = 1000;
    private static final long BYTES_MAX = 32L << 20;
    private static final int CALLS_MAX = 10_000;
    private static final String SEALED = "gAAAAAB";
    private static final int SEAL_LENGTH = 12;
    private static final int HIDDEN_MAX = 20_000;

    /// A response that can be asked for and continued.
    ///
    /// @param response as it was answered
    /// @param input what it was asked, without earlier responses
    /// @param items everything a continuation depends on, its own output last
    /// @param bytes about how much it holds
    record Stored(JsonNode response, List<JsonNode> input, List<JsonNode> items, long bytes) {
        Stored {
            input = List.copyOf(input);
            items = List.copyOf(items);
        }
    }

    private final long seed;
    private final Map<String, Stored> byId = new LinkedHashMap<>();

    /// For each function call that was thought about, the thought it needs beside it.
    private final Map<String, String> thoughtByCall =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
                    return size() > CALLS_MAX;
                }
            };

    private long bytes;

    StoredResponses(long seed) {
        this.seed = seed;
    }

    private void keep(String id, Stored stored) {
        byId.put(id, stored);
        bytes += stored.bytes();
        while (byId.size() > KEPT_MAX || (bytes > BYTES_MAX && byId.size() > 1)) {
            Iterator<Stored> eldest = byId.values().iterator();
            bytes -= eldest.next().bytes();
            eldest.remove();
        }
    }

    synchronized Optional<Stored> find(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /// True: it was there.
    synchronized boolean forget(String id) {
        Stored stored = byId.remove(id);
        bytes -= stored == null ? 0 : stored.bytes();
        return stored != null;
    }

    /// An item of some kept response.
    synchronized Optional<JsonNode> item(String id) {
        for (Stored stored : byId.values()) {
            for (JsonNode item : stored.items()) {
                if (item.path("id").asString("").equals(id)) {
                    return Optional.of(item);
                }
            }
        }
        return Optional.empty();
    }

    /// Remembers that the call `call` came with the thought `thought`.
    synchronized void thought(String call, String thought) {
        thoughtByCall.put(call, thought);
    }

    /// Refuses a call of ours that came back without its thought.
    synchronized void checkReasoning(List<JsonNode> context) throws ApiErrorException {
        Set<String> thoughts = new HashSet<>();
        boolean sealed = false;
        for (JsonNode item : context) {
            if (item.path("type").asString("").equals("reasoning")) {
                thoughts.add(item.path("id").asString(""));
                sealed |= item.hasNonNull("encrypted_content");
            }
        }
        for (JsonNode item : context) {
            String id = item.path("id").asString("");
            String needed = thoughtByCall.getOrDefault(id, "");
            if (!needed.isEmpty() && !sealed && !thoughts.contains(needed)) {
                throw OpenAiErrorShapes.invalid(
                        "input",
                        "",
                        "Item '"
                                + id
                                + "' of type 'function_call' was provided without its required"
                                + " 'reasoning' item: '"
                                + needed
                                + "'.");
            }
        }
    }

    /// Opaque text that stands for thoughts, and that only this provider accepts.
    String seal(RandomGenerator random) {
        String body = SEALED + Dice.letters(random, 180);
        return body + mark(body);
    }

    /// Opaque text that stands for `hidden`, of which the last 20,000 characters are kept.
    String seal(String hidden) {
        String kept = hidden.substring(Math.max(0, hidden.length() - HIDDEN_MAX));
        byte[] bytes = kept.getBytes(StandardCharsets.UTF_8);
        String body = SEALED + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        return body + mark(body);
    }

    /// What a seal made of a text stands for; it must have been found good.
    static String hidden(String sealed) {
        String body = sealed.substring(SEALED.length(), sealed.length() - SEAL_LENGTH);
        return new String(Base64.getUrlDecoder().decode(body), StandardCharsets.UTF_8);
    }

    private String mark(String body) {
        return Dice.letters(Dice.of(seed, "seal", body), SEAL_LENGTH);
    }

    /// Refuses what somebody else sealed; empty text passes.
    void checkSeal(String sealed) throws ApiErrorException {
        if (sealed.isEmpty()) {
            return;
        }
        int at = Math.max(0, sealed.length() - SEAL_LENGTH);
        if (!sealed.startsWith(SEALED)
                || !mark(sealed.substring(0, at)).equals(sealed.substring(at))) {
            throw OpenAiErrorShapes.invalid(
                    "input",
                    "invalid_encrypted_content",
                    "The encrypted content could not be verified. Reason: Encrypted content could"
                            + " not be decrypted or parsed.");
        }
    }

    /// Keeps what a response with this output leaves behind.
    ///
    /// @param size bytes of the request
    synchronized void keep(
            String id,
            JsonNode response,
            ResponsesRequest request,
            List<? extends JsonNode> output,
            int size) {
        List<JsonNode> items = new ArrayList<>(request.input().context());
        items.addAll(output);
        JsonNode given = request.body().path("input");
        int own = given.isArray() ? given.size() : 1;
        int all = request.input().context().size();
        // A continuation holds on to everything before it, whether that is still kept or not.
        long before =
                find(request.body().path("previous_response_id").asString(""))
                        .map(Stored::bytes)
                        .orElse(0L);
        long held = before + size + response.toString().length();
        keep(
                id,
                new Stored(
                        response, request.input().context().subList(all - own, all), items, held));
    }
}
