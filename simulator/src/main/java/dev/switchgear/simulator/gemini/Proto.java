package dev.switchgear.simulator.gemini;

import dev.switchgear.simulator.answer.ApiErrorException;
import java.util.Base64;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Reads JSON as protocol buffers do: names in camel or snake case, numbers also as strings, one value
/// where a list is meant, and a 400 for a field that the message does not have (section 2). What
/// comes out has camel-case names and only known fields.
final class Proto {
    /// A kind of message.
    enum Message {
        GENERATE,
        COUNT,
        EMBED,
        BATCH_EMBED,
        CONTENT,
        PART,
        BLOB,
        FILE,
        CALL,
        RESPONSE,
        TOOL,
        DECLARATION,
        SCHEMA,
        TOOL_CONFIG,
        CALLING,
        GENERATION,
        THINKING,
        SAFETY
    }

    private enum Scalar {
        STRING,
        BYTES,
        BOOL,
        INT32,
        INT64,
        FLOAT,
        /// Whatever JSON it is.
        ANY
    }

    /// @param message empty where `scalar` says all
    private record Field(
            java.util.Optional<Message> message, Scalar scalar, boolean repeated, boolean map) {}

    private static final Map<Message, Map<String, Field>> FIELDS = new EnumMap<>(Message.class);

    static {
        define(
                Message.GENERATE,
                "model:STRING contents:[CONTENT systemInstruction:CONTENT tools:[TOOL"
                        + " toolConfig:TOOL_CONFIG generationConfig:GENERATION"
                        + " safetySettings:[SAFETY cachedContent:STRING serviceTier:STRING"
                        + " labels:ANY store:BOOL");
        define(Message.COUNT, "contents:[CONTENT generateContentRequest:GENERATE");
        define(
                Message.EMBED,
                "model:STRING content:CONTENT taskType:STRING title:STRING"
                        + " outputDimensionality:INT32 autoTruncate:BOOL");
        define(Message.BATCH_EMBED, "requests:[EMBED");
        define(Message.CONTENT, "role:STRING parts:[PART");
        define(
                Message.PART,
                "text:STRING thought:BOOL thoughtSignature:BYTES inlineData:BLOB fileData:FILE"
                        + " functionCall:CALL functionResponse:RESPONSE executableCode:ANY"
                        + " codeExecutionResult:ANY toolCall:ANY toolResponse:ANY"
                        + " videoMetadata:ANY mediaResolution:ANY partMetadata:ANY");
        define(Message.BLOB, "mimeType:STRING data:BYTES displayName:STRING");
        define(Message.FILE, "mimeType:STRING fileUri:STRING displayName:STRING");
        define(Message.CALL, "name:STRING args:ANY id:STRING partialArgs:ANY willContinue:BOOL");
        define(
                Message.RESPONSE,
                "name:STRING response:ANY id:STRING parts:ANY willContinue:BOOL"
                        + " scheduling:STRING");
        define(
                Message.TOOL,
                "functionDeclarations:[DECLARATION googleSearch:ANY googleSearchRetrieval:ANY"
                        + " urlContext:ANY codeExecution:ANY fileSearch:ANY googleMaps:ANY"
                        + " computerUse:ANY mcpServers:ANY");
        define(
                Message.DECLARATION,
                "name:STRING description:STRING parameters:SCHEMA parametersJsonSchema:ANY"
                        + " response:SCHEMA responseJsonSchema:ANY behavior:STRING");
        define(
                Message.SCHEMA,
                "type:STRING format:STRING title:STRING description:STRING nullable:BOOL"
                        + " enum:[STRING items:SCHEMA minItems:INT64 maxItems:INT64"
                        + " properties:{SCHEMA required:[STRING minProperties:INT64"
                        + " maxProperties:INT64 minLength:INT64 maxLength:INT64 pattern:STRING"
                        + " example:ANY anyOf:[SCHEMA propertyOrdering:[STRING default:ANY"
                        + " minimum:FLOAT maximum:FLOAT");
        define(
                Message.TOOL_CONFIG,
                "functionCallingConfig:CALLING retrievalConfig:ANY"
                        + " includeServerSideToolInvocations:BOOL");
        define(
                Message.CALLING,
                "mode:STRING allowedFunctionNames:[STRING streamFunctionCallArguments:BOOL");
        define(
                Message.GENERATION,
                "candidateCount:INT32 stopSequences:[STRING maxOutputTokens:INT32"
                        + " temperature:FLOAT topP:FLOAT topK:INT32 seed:INT32"
                        + " presencePenalty:FLOAT frequencyPenalty:FLOAT"
                        + " responseMimeType:STRING responseSchema:SCHEMA responseJsonSchema:ANY"
                        + " responseModalities:[STRING responseLogprobs:BOOL logprobs:INT32"
                        + " thinkingConfig:THINKING mediaResolution:STRING speechConfig:ANY"
                        + " imageConfig:ANY enableEnhancedCivicAnswers:BOOL");
        define(Message.THINKING, "includeThoughts:BOOL thinkingBudget:INT32 thinkingLevel:STRING");
        define(Message.SAFETY, "category:STRING threshold:STRING");
    }

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private Proto() {}

    private static void define(Message message, String fields) {
        Map<String, Field> all = new LinkedHashMap<>();
        for (String field : fields.split(" ", -1)) {
            int colon = field.indexOf(':');
            String type = field.substring(colon + 1);
            boolean repeated = type.startsWith("[");
            boolean map = type.startsWith("{");
            String word = repeated || map ? type.substring(1) : type;
            all.put(field.substring(0, colon), field(word, repeated, map));
        }
        FIELDS.put(message, all);
    }

    private static Field field(String type, boolean repeated, boolean map) {
        for (Scalar scalar : Scalar.values()) {
            if (scalar.name().equals(type)) {
                return new Field(java.util.Optional.empty(), scalar, repeated, map);
            }
        }
        return new Field(java.util.Optional.of(Message.valueOf(type)), Scalar.ANY, repeated, map);
    }

    /// `json` as a `message`; empty where it is null.
    static ObjectNode read(JsonNode json, Message message) throws ApiErrorException {
        return message(json, message, "");
    }

    private static ObjectNode message(JsonNode json, Message message, String at)
            throws ApiErrorException {
        if (!json.isObject()) {
            throw GeminiErrorShapes.field(
                    at, "Invalid value at '" + at + "' (" + message.name() + "), " + json);
        }
        ObjectNode read = NODES.objectNode();
        for (Map.Entry<String, JsonNode> entry : json.properties()) {
            String name = camel(entry.getKey());
            Field field = FIELDS.getOrDefault(message, Map.of()).get(name);
            if (field == null) {
                String where = at.isEmpty() ? "" : " at '" + at + "'";
                throw GeminiErrorShapes.field(
                        at,
                        "Invalid JSON payload received. Unknown name \""
                                + entry.getKey()
                                + "\""
                                + where
                                + ": Cannot find field.");
            }
            if (!entry.getValue().isNull()) {
                String here = (at.isEmpty() ? "" : at + ".") + snake(name);
                read.set(name, value(entry.getValue(), field, here));
            }
        }
        return read;
    }

    private static JsonNode value(JsonNode json, Field field, String at) throws ApiErrorException {
        if (field.map()) {
            ObjectNode map = NODES.objectNode();
            for (Map.Entry<String, JsonNode> entry : json.properties()) {
                map.set(entry.getKey(), single(entry.getValue(), field, at + "[]"));
            }
            return map;
        }
        if (!field.repeated()) {
            if (json.isArray() && (field.message().isPresent() || field.scalar() != Scalar.ANY)) {
                throw GeminiErrorShapes.field(
                        at,
                        "Invalid JSON payload received. Unknown name \""
                                + at.substring(at.lastIndexOf('.') + 1)
                                + "\": Proto field is not repeating, cannot start list.");
            }
            return single(json, field, at);
        }
        ArrayNode list = NODES.arrayNode();
        if (!json.isArray()) {
            return list.add(single(json, field, at));
        }
        for (int i = 0; i < json.size(); i++) {
            list.add(single(json.get(i), field, at + "[" + i + "]"));
        }
        return list;
    }

    private static JsonNode single(JsonNode json, Field field, String at) throws ApiErrorException {
        if (field.message().isPresent()) {
            return message(json, field.message().get(), at);
        }
        boolean fits =
                switch (field.scalar()) {
                    case STRING -> json.isString();
                    case BYTES -> json.isString() && isBase64(json.stringValue());
                    case BOOL -> json.isBoolean();
                    case INT32, INT64 -> isNumber(json, true);
                    case FLOAT -> isNumber(json, false);
                    case ANY -> true;
                };
        if (!fits) {
            boolean bytes = field.scalar() == Scalar.BYTES && json.isString();
            throw GeminiErrorShapes.field(
                    at,
                    "Invalid value at '"
                            + at
                            + "' (TYPE_"
                            + field.scalar().name()
                            + "), "
                            + (bytes ? "Base64 decoding failed for " : "")
                            + json);
        }
        return switch (field.scalar()) {
            case INT32, INT64 -> NODES.numberNode((long) Double.parseDouble(json.asString("0")));
            case FLOAT -> NODES.numberNode(Double.parseDouble(json.asString("0")));
            case STRING, BYTES, BOOL, ANY -> json;
        };
    }

    private static boolean isNumber(JsonNode json, boolean whole) {
        String text = json.isNumber() || json.isString() ? json.asString("") : "";
        if (!text.matches("-?\\d{1,18}(?:\\.\\d{1,18})?(?:[eE][+-]?\\d{1,3})?")) {
            return false;
        }
        double value = Double.parseDouble(text);
        return !whole || value == Math.rint(value);
    }

    private static boolean isBase64(String text) {
        try {
            Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/').replace("\n", ""));
            return true;
        } catch (IllegalArgumentException _) {
            // The caller says so.
            return false;
        }
    }

    private static String camel(String name) {
        if (name.indexOf('_') <= 0) {
            return name;
        }
        var camel = new StringBuilder();
        boolean upper = false;
        for (int i = 0; i < name.length(); i++) {
            char letter = name.charAt(i);
            if (letter == '_') {
                upper = true;
            } else {
                camel.append(upper ? Character.toUpperCase(letter) : letter);
                upper = false;
            }
        }
        return camel.toString();
    }

    static String snake(String name) {
        return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }
}
