package dev.switchgear.families.llm.scan;

import dev.switchgear.families.json.JsonCursor;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.scan.Steer.Sort;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JsonToken;

/// Reads the value of a [Steer]. The cursor stands on the value's first token, and on its last when
/// this returns. Not thread-safe.
final class SteerReader {
    private static final int MODELS_MAX = 16;
    private static final int PROVIDERS_MAX = 64;
    private static final int UNUSED_MAX = 16;

    private final JsonCursor cursor;
    private final List<String> unused = new ArrayList<>();

    private final ScanTally tally;

    SteerReader(JsonCursor cursor, ScanTally tally) {
        this.cursor = cursor;
        this.tally = tally;
    }

    /// @param from offset of the field's name
    Steer.Models models(String field, int from) throws InvalidBody {
        var models = new ArrayList<String>();
        expect(field, JsonToken.START_ARRAY, "an array of names of models");
        for (JsonToken token = cursor.nextToken();
                token != JsonToken.END_ARRAY;
                token = cursor.nextToken()) {
            if (models.size() == MODELS_MAX) {
                throw InvalidBody.param(field, "more than " + MODELS_MAX + " (expected: fewer)");
            }
            models.add(token == JsonToken.START_OBJECT ? entry(field) : name(field, token));
        }
        return new Steer.Models(field, from, end(), models, unused);
    }

    /// `{"model": "provider/model"}`, or `{"provider": "provider", "model": "model"}`.
    private String entry(String field) throws InvalidBody {
        String provider = "";
        String model = "";
        for (String part = cursor.nextName(); part != null; part = cursor.nextName()) {
            JsonToken value = cursor.nextToken();
            switch (part) {
                case "provider" -> provider = name(field + "[].provider", value);
                case "model" -> model = name(field + "[].model", value);
                default -> skip(field + "[]." + part);
            }
        }
        if (model.isEmpty()) {
            throw InvalidBody.param(field, "an entry without a model (expected: its name)");
        }
        return provider.isEmpty() ? model : provider + "/" + model;
    }

    /// @param from offset of the field's name
    Steer.Providers providers(String field, int from) throws InvalidBody {
        List<String> order = List.of();
        List<String> only = List.of();
        List<String> ignore = List.of();
        Optional<Boolean> allowFallbacks = Optional.empty();
        Optional<Sort> sort = Optional.empty();
        expect(field, JsonToken.START_OBJECT, "an object");
        for (String part = cursor.nextName(); part != null; part = cursor.nextName()) {
            String path = field + "." + part;
            JsonToken value = cursor.nextToken();
            if (value == JsonToken.VALUE_NULL) {
                continue;
            }
            switch (part) {
                case "order" -> order = names(path);
                case "only" -> only = names(path);
                case "ignore" -> ignore = names(path);
                case "allow_fallbacks" -> allowFallbacks = Optional.of(yesOrNo(path, value));
                case "sort" -> sort = sort(path, value);
                default -> skip(path);
            }
        }
        return new Steer.Providers(
                field, from, end(), order, only, ignore, allowFallbacks, sort, unused);
    }

    private List<String> names(String path) throws InvalidBody {
        var names = new ArrayList<String>();
        expect(path, JsonToken.START_ARRAY, "an array of names of providers");
        for (JsonToken token = cursor.nextToken();
                token != JsonToken.END_ARRAY;
                token = cursor.nextToken()) {
            if (names.size() == PROVIDERS_MAX) {
                throw InvalidBody.param(path, "more than " + PROVIDERS_MAX + " (expected: fewer)");
            }
            names.add(name(path, token));
        }
        return names;
    }

    /// A word, or `{"by": word}`.
    private Optional<Sort> sort(String path, JsonToken value) throws InvalidBody {
        if (value != JsonToken.START_OBJECT) {
            return word(path, name(path, value));
        }
        Optional<Sort> sort = Optional.empty();
        for (String part = cursor.nextName(); part != null; part = cursor.nextName()) {
            JsonToken inner = cursor.nextToken();
            if (part.equals("by")) {
                sort = word(path + ".by", name(path + ".by", inner));
            } else {
                skip(path + "." + part);
            }
        }
        return sort;
    }

    private Optional<Sort> word(String path, String word) {
        return switch (word) {
            case "price" -> Optional.of(Sort.PRICE);
            case "latency" -> Optional.of(Sort.LATENCY);
            default -> {
                unused(path + ": " + word);
                yield Optional.empty();
            }
        };
    }

    private String name(String path, JsonToken value) throws InvalidBody {
        if (value != JsonToken.VALUE_STRING) {
            throw InvalidBody.wrong(path, value, "a string");
        }
        String name = cursor.string();
        AskedName.check(path, name);
        return name;
    }

    private static boolean yesOrNo(String path, JsonToken value) throws InvalidBody {
        return switch (value) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> throw InvalidBody.wrong(path, value, "true or false");
        };
    }

    private void expect(String path, JsonToken expected, String words) throws InvalidBody {
        if (cursor.currentToken() != expected) {
            throw InvalidBody.wrong(path, cursor.currentToken(), words);
        }
    }

    private void skip(String path) {
        int depth = 0;
        JsonToken token = cursor.currentToken();
        while (token != JsonToken.NOT_AVAILABLE) {
            if (token.isStructStart()) {
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
            }
            if (token != JsonToken.PROPERTY_NAME && !token.isStructEnd()) {
                tally.value();
            }
            if (depth == 0) {
                break;
            }
            token = cursor.nextToken();
        }
        unused(path);
    }

    private void unused(String what) {
        if (unused.size() < UNUSED_MAX && !unused.contains(what)) {
            unused.add(what);
        }
    }

    private int end() {
        return cursor.to();
    }
}
