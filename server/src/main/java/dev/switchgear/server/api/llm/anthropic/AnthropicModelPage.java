package dev.switchgear.server.api.llm.anthropic;

import dev.switchgear.server.api.Problem;
import dev.switchgear.server.gateway.llm.ModelEntry;
import dev.switchgear.server.names.SgCode;
import java.io.ByteArrayOutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// One page of the list of models: `limit` of them behind `after_id` or before `before_id`.
///
/// @param limit 1 to 1,000 (default 20)
/// @param after the id that stands before the page; empty for the beginning
/// @param before the id that stands behind the page; empty for the end
record AnthropicModelPage(int limit, String after, String before) {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int LIMIT = 20;
    private static final int LIMIT_MAX = 1_000;
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,4}");

    /// What a query asks for; unknown parameters (`beta=true`) are passed over. Empty where the limit
    /// is none.
    static Optional<AnthropicModelPage> of(String query) {
        int limit = LIMIT;
        String after = "";
        String before = "";
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
            switch (equals < 0 ? pair : pair.substring(0, equals)) {
                case "limit" -> {
                    limit = NUMBER.matcher(value).matches() ? Integer.parseInt(value) : 0;
                    if (limit < 1 || limit > LIMIT_MAX) {
                        return Optional.empty();
                    }
                }
                case "after_id" -> after = value;
                case "before_id" -> before = value;
                default -> {}
            }
        }
        return Optional.of(new AnthropicModelPage(limit, after, before));
    }

    static Problem wrongLimit() {
        return Problem.of(
                        SgCode.UNUSABLE_REQUEST,
                        "invalid_limit",
                        "limit: expected a whole number from 1 to " + LIMIT_MAX + ".")
                .at("limit");
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return text;
        }
    }

    byte[] render(List<ModelEntry> models) {
        List<String> ids = models.stream().map(ModelEntry::id).toList();
        // An id that nobody has is as none.
        int end = before.isEmpty() ? -1 : ids.indexOf(before);
        boolean backwards = end >= 0 && after.isEmpty();
        int to = end < 0 ? models.size() : end;
        int from = backwards ? Math.max(0, to - limit) : ids.indexOf(after) + 1;
        List<ModelEntry> page =
                from >= to ? List.of() : models.subList(from, Math.min(to, from + limit));
        boolean more = backwards ? from > 0 : from + page.size() < to;
        return json(json -> {
            json.writeStartObject();
            json.writeArrayPropertyStart("data");
            page.forEach(model -> write(json, model));
            json.writeEndArray();
            json.writeBooleanProperty("has_more", more);
            id(json, "first_id", page.isEmpty() ? "" : page.getFirst().id());
            id(json, "last_id", page.isEmpty() ? "" : page.getLast().id());
            json.writeEndObject();
        });
    }

    static byte[] render(ModelEntry model) {
        return json(json -> write(json, model));
    }

    private static void id(JsonGenerator json, String field, String id) {
        if (id.isEmpty()) {
            json.writeNullProperty(field);
        } else {
            json.writeStringProperty(field, id);
        }
    }

    private static void write(JsonGenerator json, ModelEntry model) {
        json.writeStartObject();
        json.writeStringProperty("type", "model");
        json.writeStringProperty("id", model.id());
        json.writeStringProperty("display_name", model.id());
        json.writeStringProperty(
                "created_at", Instant.ofEpochSecond(model.createdSeconds()).toString());
        json.writeEndObject();
    }

    private static byte[] json(Consumer<JsonGenerator> content) {
        var bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            content.accept(json);
        }
        return bytes.toByteArray();
    }
}
