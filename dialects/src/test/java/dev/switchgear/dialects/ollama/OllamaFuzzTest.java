package dev.switchgear.dialects.ollama;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.families.llm.dialect.MalformedAnswer;
import dev.switchgear.families.llm.dialect.NotTranslatable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Whatever comes is read or refused, by the exceptions that are meant for it.
final class OllamaFuzzTest {
    private static final String REQUEST =
            """
            {"model":"m","prompt":"p","system":"s","suffix":"","input":["a","b"],"messages":[
            {"role":"system","content":"Be brief."},
            {"role":"user","content":"é🌊","images":["iVBORw0KGgo="]},
            {"role":"assistant","content":"","thinking":"hm","tool_calls":[
              {"id":"a","function":{"name":"f","arguments":{"n":9007199254740993}}}]},
            {"role":"tool","content":"15 C","tool_name":"f","tool_call_id":"a"}],
            "tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object"}}}],
            "format":{"type":"object"},"think":true,"keep_alive":"5m","context":[],
            "options":{"temperature":0.5,"top_k":3,"seed":7,"stop":["a"],"num_predict":100,"num_ctx":4096}}
            """;
    private static final String ANSWER =
            """
            {"model":"m","created_at":"2024-05-24T20:26:46Z","message":{"role":"assistant","content":"é","thinking":"hm",
            "tool_calls":[{"id":"x","function":{"index":0,"name":"f","arguments":{"a":[1,{"b":2}]}}}]},
            "response":"r","done_reason":"stop","done":true,"prompt_eval_count":17,"eval_count":66,"error":null}
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
                    "\"user\"",
                    "[]",
                    "[null]",
                    "[[]]",
                    "{}",
                    "{\"a\":{}}");

    @Test
    void mutated_requests_are_read_or_refused_by_name() {
        var random = new Random(42);
        int read = 0;
        int refused = 0;
        for (int round = 0; round < 10_000; round++) {
            JsonNode body = Json.read(REQUEST);
            for (int hit = random.nextInt(3); hit >= 0; hit--) {
                mutate(body, random);
            }
            for (ClientDialect client :
                    List.of(OllamaAnswerLines.CHAT, OllamaAnswerLines.GENERATE)) {
                if (readAndWorded(client, Json.bytes(body))) {
                    read++;
                } else {
                    refused++;
                }
            }
        }
        assertThat(read).isGreaterThan(2_000);
        assertThat(refused).isGreaterThan(2_000);
    }

    @Test
    void truncated_and_damaged_bytes_are_refused() {
        var random = new Random(43);
        byte[] seed = REQUEST.getBytes(StandardCharsets.UTF_8);
        for (int round = 0; round < 5_000; round++) {
            byte[] body = new byte[random.nextInt(seed.length - 1)];
            System.arraycopy(seed, 0, body, 0, body.length);
            if (body.length > 0) {
                body[random.nextInt(body.length)] = (byte) random.nextInt(256);
            }

            assertThat(readAndWorded(OllamaAnswerLines.CHAT, body)).isFalse();
        }
    }

    @Test
    void mutated_answers_are_read_or_malformed() {
        var random = new Random(44);
        int read = 0;
        int malformed = 0;
        for (int round = 0; round < 10_000; round++) {
            JsonNode body = Json.read(ANSWER);
            for (int hit = random.nextInt(3); hit >= 0; hit--) {
                mutate(body, random);
            }
            byte[] bytes = Json.bytes(body);
            if (random.nextInt(4) == 0) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(OllamaAnswerLines.whole(bytes)).isNotEmpty();
                read++;
            } catch (MalformedAnswer refused) {
                assertThat(refused.message()).isNotBlank();
                malformed++;
            }
        }
        assertThat(read).isGreaterThan(2_000);
        assertThat(malformed).isGreaterThan(1_000);
    }

    /// Whether it was read; any exception but the two that are meant fails the test.
    private static boolean readAndWorded(ClientDialect client, byte[] body) {
        ChatRequest asked;
        try {
            client.embedding().orElseThrow().embeddings(body, "any");
        } catch (InvalidBody refused) {
            assertThat(refused.message()).isNotBlank();
        }
        try {
            asked = client.chat(body, "any", true);
        } catch (InvalidBody refused) {
            assertThat(refused.message()).isNotBlank();
            return false;
        }
        try {
            OllamaAnswerLines.PROVIDER.chat(asked, OllamaAnswerLines.TARGET);
        } catch (NotTranslatable refused) {
            assertThat(refused.message()).isNotBlank();
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
                    case 1 -> object.set(field.getKey() + ".x", value);
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
