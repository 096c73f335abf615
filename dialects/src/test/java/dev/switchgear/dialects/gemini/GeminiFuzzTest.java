package dev.switchgear.dialects.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.dialect.NotTranslatable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Whatever a client sends is read or refused, and what is read is worded or refused.
final class GeminiFuzzTest {
    private static final String SEED =
            """
            {"systemInstruction":{"parts":[{"text":"Be brief."}]},
            "contents":[{"role":"user","parts":[{"text":"é🌊"},{"inlineData":{"mimeType":"image/png","data":"AA=="}},
              {"fileData":{"fileUri":"gs://x","mimeType":"video/mp4"},"videoMetadata":{"fps":1}}]},
            {"role":"model","parts":[{"text":"hm","thought":true,"thoughtSignature":"b3du"},
              {"functionCall":{"name":"f","args":{"n":9007199254740993},"id":"x"},"thoughtSignature":"b3du"},
              {"toolCall":{"id":"t"}}]},
            {"role":"user","parts":[{"functionResponse":{"name":"f","id":"x","response":{"output":"15 C"},
              "parts":[{"inlineData":{"mimeType":"image/png","data":"AA=="}}]}}]}],
            "tools":[{"functionDeclarations":[{"name":"f","description":"d","parameters":{"type":"OBJECT",
              "properties":{"a":{"type":"STRING","nullable":true,"enum":["x"]},"b":{"anyOf":[{"type":"ARRAY",
              "items":{"$ref":"#/properties/a"},"minItems":"1"}]}},"required":["a"]}}]},{"googleSearch":{}}],
            "toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["f"]}},
            "generationConfig":{"maxOutputTokens":256,"temperature":0.7,"stopSequences":["a"],"candidateCount":1,
              "responseMimeType":"application/json","responseSchema":{"type":"OBJECT"},
              "thinkingConfig":{"includeThoughts":true,"thinkingBudget":5}},"safetySettings":[{}]}
            """;
    private static final List<String> VALUES =
            List.of(
                    "null",
                    "true",
                    "0",
                    "-1",
                    "1e400",
                    "99999999999999999999",
                    "\"\"",
                    "\"x\"",
                    "[]",
                    "[null]",
                    "[[]]",
                    "{}",
                    "{\"a\":{}}",
                    "\"c2dnMS54\"");

    @Test
    void mutated_requests_are_read_or_refused_by_name() {
        var random = new Random(42);
        int read = 0;
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            JsonNode body = Json.read(SEED);
            for (int hit = random.nextInt(3); hit >= 0; hit--) {
                mutate(body, random);
            }
            if (readAndWorded(Json.bytes(body))) {
                read++;
            } else {
                refused++;
            }
        }
        assertThat(read).isGreaterThan(2_000);
        assertThat(refused).isGreaterThan(2_000);
    }

    @Test
    void truncated_and_damaged_bytes_are_refused() {
        var random = new Random(43);
        byte[] seed = SEED.getBytes(StandardCharsets.UTF_8);
        for (int round = 0; round < 5_000; round++) {
            byte[] body = new byte[random.nextInt(seed.length - 1)];
            System.arraycopy(seed, 0, body, 0, body.length);
            if (body.length > 0) {
                body[random.nextInt(body.length)] = (byte) random.nextInt(256);
            }

            assertThat(readAndWorded(body)).isFalse();
        }
    }

    /// Whether it was read; any exception but the two that are meant fails the test.
    private static boolean readAndWorded(byte[] body) {
        ChatRequest asked;
        try {
            asked = GeminiAnswers.CLIENT.chat(body, "any", true);
        } catch (InvalidBody refused) {
            assertThat(refused.message()).isNotBlank();
            return false;
        }
        for (GeminiFlavour flavour :
                List.of(GeminiFlavour.GOOGLE, new GeminiFlavour(false, false))) {
            try {
                new GeminiProviderDialect(flavour)
                        .chat(asked, GeminiAnswers.target("gemini-3.5-flash"));
            } catch (NotTranslatable refused) {
                assertThat(refused.message()).isNotBlank();
            }
        }
        return true;
    }

    private static void mutate(JsonNode tree, Random random) {
        JsonNode at = tree;
        for (int depth = random.nextInt(9); ; depth--) {
            JsonNode value = Json.read(VALUES.get(random.nextInt(VALUES.size())));
            if (at instanceof ObjectNode object && !object.isEmpty()) {
                List<Map.Entry<String, JsonNode>> fields = List.copyOf(object.properties());
                Map.Entry<String, JsonNode> field = fields.get(random.nextInt(fields.size()));
                if (depth > 0 && field.getValue().isContainer() && !field.getValue().isEmpty()) {
                    at = field.getValue();
                    continue;
                }
                switch (random.nextInt(3)) {
                    case 0 -> object.remove(field.getKey());
                    case 1 -> object.set(field.getKey() + "X", value);
                    default -> object.set(field.getKey(), value);
                }
            } else if (at instanceof ArrayNode array && !array.isEmpty()) {
                int index = random.nextInt(array.size());
                if (depth > 0 && array.get(index).isContainer() && !array.get(index).isEmpty()) {
                    at = array.get(index);
                    continue;
                }
                switch (random.nextInt(3)) {
                    case 0 -> array.remove(index);
                    case 1 -> array.add(array.get(index).deepCopy());
                    default -> array.set(index, value);
                }
            }
            return;
        }
    }
}
