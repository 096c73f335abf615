package dev.switchgear.simulator.gemini;

import dev.switchgear.simulator.cache.CacheUse;
import dev.switchgear.simulator.mind.Dice;
import dev.switchgear.simulator.mind.Mind;
import dev.switchgear.simulator.mind.Question;
import dev.switchgear.simulator.mind.Reply;
import dev.switchgear.simulator.mind.Tokens;
import dev.switchgear.simulator.seal.Signatures;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What the model says to a request, and how the API writes it (section 3).
///
/// @param calls their parts, signed where the model signs
/// @param signature of an answer in words; empty where there is none
/// @param finish why the model stopped, in the API's word
/// @param cache what of the prompt was known
record Generated(
        GenerateRequest request,
        Reply reply,
        List<String> pieces,
        List<ObjectNode> calls,
        String signature,
        String finish,
        String id,
        CacheUse cache) {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final List<String> RATED =
            List.of("DANGEROUS_CONTENT", "HARASSMENT", "HATE_SPEECH", "SEXUALLY_EXPLICIT");

    Generated {
        pieces = List.copyOf(pieces);
        calls = List.copyOf(calls);
    }

    /// Asks the mind; the words depend on the seed and the request alone.
    ///
    /// @param identity settles ids and signatures
    /// @param key the caller's, to which signatures are bound
    static Generated of(
            GenerateRequest request,
            long seed,
            Signatures signatures,
            String key,
            RandomGenerator identity) {
        String model = request.model().id();
        Reply reply = Mind.reply(request.question(), Dice.of(seed, model, request.allText()));
        String id = Dice.letters(identity, 22);
        boolean thought = !reply.thoughts().isEmpty();
        boolean signs = request.generation().signs();
        List<ObjectNode> calls = new ArrayList<>();
        for (Reply.Call call : reply.calls()) {
            ObjectNode part = NODES.objectNode();
            ObjectNode inner = part.putObject("functionCall");
            inner.put("name", call.tool().name());
            inner.set("args", JsonMapper.shared().readTree(call.arguments()));
            if (signs) {
                inner.put("id", Dice.hex(identity, 8));
            }
            if (calls.isEmpty() && (signs || thought)) {
                part.put("thoughtSignature", signatures.sign(model, key, identity));
            }
            calls.add(part);
        }
        List<String> pieces = reply.pieces();
        if (request.plainEnum()
                && request.question().form() instanceof Question.Form.Schema
                && !pieces.isEmpty()) {
            String quoted = String.join("", pieces);
            pieces =
                    quoted.startsWith("\"") && quoted.endsWith("\"") && quoted.length() > 1
                            ? Tokens.of(JsonMapper.shared().readTree(quoted).asString(quoted))
                            : pieces;
        }
        boolean signed = signs && calls.isEmpty() && !pieces.isEmpty();
        return new Generated(
                request,
                reply,
                pieces,
                calls,
                signed ? signatures.sign(model, key, identity) : "",
                switch (reply.end()) {
                    case NATURAL, CALLS, STOP_TEXT -> "STOP";
                    case LENGTH -> "MAX_TOKENS";
                    case REFUSED, FILTERED -> "SAFETY";
                },
                id,
                CacheUse.NONE);
    }

    Generated with(CacheUse use) {
        return new Generated(request, reply, pieces, calls, signature, finish, id, use);
    }

    /// Whether the prompt itself is blocked, so that there is no candidate.
    boolean blocked() {
        return reply.end() == Reply.End.REFUSED;
    }

    int answerTokens() {
        return pieces.size() + reply.calls().stream().mapToInt(Reply.Call::tokens).sum();
    }

    /// The answer in one piece. What a filter stopped is withheld as a whole.
    ObjectNode whole() {
        boolean withheld = reply.end() == Reply.End.FILTERED;
        ArrayNode parts = NODES.arrayNode();
        if (request.showsThoughts() && !reply.thoughts().isEmpty()) {
            parts.add(NODES.objectNode().put("text", reply.thought()).put("thought", true));
        }
        if (!pieces.isEmpty()) {
            ObjectNode text = NODES.objectNode().put("text", String.join("", pieces));
            if (!signature.isEmpty()) {
                text.put("thoughtSignature", signature);
            }
            parts.add(text);
        }
        calls.forEach(parts::add);
        ObjectNode content = NODES.objectNode();
        if (!withheld) {
            if (!parts.isEmpty()) {
                content.set("parts", parts);
            }
            content.put("role", "model");
        }
        return response(content, finish, withheld ? 0 : answerTokens(), reply.thoughts().size());
    }

    /// A response with one candidate; or none, where the prompt is blocked.
    ///
    /// @param end why the model stopped; empty while it has not
    ObjectNode response(ObjectNode content, String end, int answered, int thought) {
        ObjectNode root = NODES.objectNode();
        if (blocked()) {
            ObjectNode feedback = root.putObject("promptFeedback");
            feedback.put("blockReason", "SAFETY");
            rate(feedback.putArray("safetyRatings"));
        } else {
            ObjectNode candidate = root.putArray("candidates").addObject();
            candidate.set("content", content);
            if (!end.isEmpty()) {
                candidate.put("finishReason", end);
            }
            candidate.put("index", 0);
            if (end.equals("SAFETY")) {
                rate(candidate.putArray("safetyRatings"));
            }
            if (end.equals("STOP") && !calls.isEmpty()) {
                candidate.put("finishMessage", "Model generated function call(s).");
            }
        }
        root.set("usageMetadata", usage(blocked() ? 0 : answered, blocked() ? 0 : thought));
        root.put("modelVersion", request.model().snapshot());
        root.put("responseId", id);
        return root;
    }

    private static void rate(ArrayNode ratings) {
        for (String category : RATED) {
            boolean harm = category.equals("DANGEROUS_CONTENT");
            ObjectNode rating = ratings.addObject();
            rating.put("category", "HARM_CATEGORY_" + category);
            rating.put("probability", harm ? "HIGH" : "NEGLIGIBLE");
            if (harm) {
                rating.put("blocked", true);
            }
        }
    }

    private ObjectNode usage(int answered, int thought) {
        int prompt = request.promptTokens();
        ObjectNode usage = NODES.objectNode();
        usage.put("promptTokenCount", prompt);
        if (answered > 0) {
            usage.put("candidatesTokenCount", answered);
        }
        usage.put("totalTokenCount", prompt + answered + thought);
        if (cache.read() > 0) {
            usage.put("cachedContentTokenCount", cache.read());
        }
        details(usage.putArray("promptTokensDetails"), request.tokens());
        if (cache.read() > 0) {
            details(usage.putArray("cacheTokensDetails"), known());
        }
        if (thought > 0) {
            usage.put("thoughtsTokenCount", thought);
        }
        return usage.put("serviceTier", "standard");
    }

    /// What was known, by kind of medium: text first, as far as there is any.
    private Map<String, Integer> known() {
        Map<String, Integer> known = new TreeMap<>();
        int left = cache.read();
        int text = Math.min(left, request.tokens().getOrDefault("TEXT", 0));
        known.put("TEXT", text);
        left -= text;
        for (Map.Entry<String, Integer> each : new TreeMap<>(request.tokens()).entrySet()) {
            int here = each.getKey().equals("TEXT") ? 0 : Math.min(left, each.getValue());
            if (here > 0) {
                known.put(each.getKey(), here);
            }
            left -= here;
        }
        return known;
    }

    /// Writes tokens by kind of medium, those of text first.
    static void details(ArrayNode details, Map<String, Integer> tokens) {
        Map<String, Integer> sorted = new TreeMap<>(tokens);
        Integer text = sorted.remove("TEXT");
        if (text != null) {
            details.addObject().put("modality", "TEXT").put("tokenCount", text);
        }
        sorted.forEach((kind, count) ->
                details.addObject().put("modality", kind).put("tokenCount", count));
    }
}
