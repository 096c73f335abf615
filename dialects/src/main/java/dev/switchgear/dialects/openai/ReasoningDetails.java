package dev.switchgear.dialects.openai;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.Signature;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `reasoning_details`, OpenRouter's way to carry reasoning with its signatures, and ours towards
/// clients.
///
/// A signature of this dialect is the whole entry but its text, as JSON, so that the entry can be
/// sent back unchanged, as OpenRouter demands. Another dialect's stands, wrapped, where OpenRouter
/// puts a signature (`signature`) or sealed reasoning (`data`).
final class ReasoningDetails {
    static final String TEXT = "reasoning.text";
    static final String SUMMARY = "reasoning.summary";
    static final String ENCRYPTED = "reasoning.encrypted";

    private ReasoningDetails() {}

    /// What a list of entries says. Entries of a stream that were only collected, not joined, are
    /// joined: texts up to the signature that seals them.
    ///
    /// @param signed gives each signature its model
    static List<Part> read(Iterable<JsonNode> entries, UnaryOperator<Signature> signed) {
        var parts = new ArrayList<Part>();
        for (JsonNode entry : entries) {
            Optional<Part> part = part(entry, signed);
            if (part.isPresent()) {
                append(parts, part.get());
            }
        }
        return parts;
    }

    private static void append(List<Part> parts, Part part) {
        if (part instanceof Part.Thinking(String text, Optional<Signature> signature)
                && !parts.isEmpty()
                && parts.getLast() instanceof Part.Thinking(String before, Optional<Signature> open)
                && open.isEmpty()) {
            parts.removeLast();
            parts.add(new Part.Thinking(before + text, signature));
        } else {
            parts.add(part);
        }
    }

    /// One entry; empty if it holds nothing, or is of a type that is not known.
    static Optional<Part> part(JsonNode entry, UnaryOperator<Signature> signed) {
        return switch (entry.path("type").asString("")) {
            case TEXT -> clear(entry, "text", signed);
            case SUMMARY -> clear(entry, "summary", signed);
            case ENCRYPTED -> sealed(entry, signed);
            default -> Optional.empty();
        };
    }

    private static Optional<Part> clear(
            JsonNode entry, String textField, UnaryOperator<Signature> signed) {
        String text = entry.path(textField).asString("");
        Optional<Signature> signature = signature(entry, textField).map(signed);
        return text.isEmpty() && signature.isEmpty()
                ? Optional.empty()
                : Optional.of(new Part.Thinking(text, signature));
    }

    private static Optional<Part> sealed(JsonNode entry, UnaryOperator<Signature> signed) {
        String data = entry.path("data").asString("");
        if (data.isEmpty()) {
            return Optional.empty();
        }
        Signature read = Signature.readFrom(Dialect.OPENAI, data);
        return Optional.of(
                new Part.HiddenThinking(
                        signed.apply(read.signer() == Dialect.OPENAI ? own(entry) : read)));
    }

    private static Optional<Signature> signature(JsonNode entry, String textField) {
        String proof = entry.path("signature").asString("");
        if (proof.isEmpty()) {
            return Optional.empty();
        }
        Signature signature = Signature.readFrom(Dialect.OPENAI, proof);
        if (signature.signer() != Dialect.OPENAI) {
            return Optional.of(signature);
        }
        ObjectNode rest = (ObjectNode) entry.deepCopy();
        rest.remove(textField);
        return Optional.of(own(rest));
    }

    private static Signature own(JsonNode entry) {
        return new Signature(Json.text(entry), Dialect.OPENAI, "");
    }

    /// The entry for reasoning in clear that `signature` seals.
    static ObjectNode entry(String text, Signature signature, int index) {
        Optional<ObjectNode> own = ownEntry(signature);
        if (own.isPresent()) {
            ObjectNode entry = own.get();
            boolean summary = entry.path("type").asString("").equals(SUMMARY);
            entry.put(summary ? "summary" : "text", text);
            return entry;
        }
        return Json.object()
                .put("type", TEXT)
                .put("text", text)
                .put("signature", signature.shownTo(Dialect.OPENAI))
                .put("index", index);
    }

    /// The entry for reasoning that only its provider can read.
    static ObjectNode hidden(Signature signature, int index) {
        return ownEntry(signature)
                .orElseGet(() ->
                        Json.object()
                                .put("type", ENCRYPTED)
                                .put("data", signature.shownTo(Dialect.OPENAI))
                                .put("index", index));
    }

    /// The entry that a signature of this dialect holds; empty if it is another's, or one that a
    /// client made up.
    private static Optional<ObjectNode> ownEntry(Signature signature) {
        if (signature.signer() != Dialect.OPENAI) {
            return Optional.empty();
        }
        try {
            return Json.read(signature.value()) instanceof ObjectNode entry
                    ? Optional.of(entry)
                    : Optional.empty();
        } catch (JacksonException madeUp) {
            return Optional.empty();
        }
    }
}
