package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Whatever a provider sealed in an answer comes back to it with the next turn, of the same kind and in the
/// same place, whichever dialect its client speaks.
final class SealedThoughtsTest {
    /// What each provider says, by what is special about it. `%s` is a number: no two answers have the same
    /// signatures and ids.
    private static final Map<ThinkingProvider, Map<String, String>> TURNS =
            Map.of(
                    ThinkingProvider.CLAUDE,
                    Map.of(
                            "a thought before a call",
                            """
                            [{"type":"thinking","thinking":"hm 🌊","signature":"sa%s+/="},
                             {"type":"tool_use","id":"toolu_a%s","name":"f","input":{"n":1}}]
                            """,
                            "a thought without words",
                            """
                            [{"type":"thinking","thinking":"","signature":"sb%s+/="},
                             {"type":"tool_use","id":"toolu_b%s","name":"f","input":{}}]
                            """,
                            "a hidden one",
                            """
                            [{"type":"redacted_thinking","data":"rc%s+/="},
                             {"type":"tool_use","id":"toolu_c%s","name":"f","input":{}}]
                            """,
                            "several in a row, calls in parallel",
                            """
                            [{"type":"thinking","thinking":"one","signature":"sd%s"},
                             {"type":"thinking","thinking":"","signature":"se%s"},
                             {"type":"redacted_thinking","data":"rd%s"},
                             {"type":"thinking","thinking":"two","signature":"sf%s"},
                             {"type":"tool_use","id":"toolu_d%s","name":"f","input":{}},
                             {"type":"tool_use","id":"toolu_e%s","name":"f","input":{"n":2}}]
                            """,
                            "between texts and calls",
                            """
                            [{"type":"thinking","thinking":"first","signature":"sg%s"},
                             {"type":"text","text":"Let me "},
                             {"type":"thinking","thinking":"","signature":"sh%s"},
                             {"type":"text","text":"see."},
                             {"type":"redacted_thinking","data":"ri%s"},
                             {"type":"tool_use","id":"toolu_f%s","name":"f","input":{}},
                             {"type":"thinking","thinking":"then","signature":"sk%s"},
                             {"type":"tool_use","id":"toolu_g%s","name":"f","input":{}}]
                            """),
                    ThinkingProvider.GOOGLE,
                    Map.of(
                            "a signature on a call",
                            """
                            [{"functionCall":{"name":"f","args":{"n":1},"id":"ga%s"},"thoughtSignature":"c2lnYQ%s="}]
                            """,
                            "on the first of several alone, behind a thought",
                            """
                            [{"text":"hm","thought":true},
                             {"text":"I look."},
                             {"functionCall":{"name":"f","args":{},"id":"gb%s"},"thoughtSignature":"c2lnYg%s="},
                             {"functionCall":{"name":"f","args":{"n":2},"id":"gc%s"}}]
                            """,
                            "on a text, without calls",
                            """
                            [{"text":"Done.","thoughtSignature":"c2lnYw%s="}]
                            """,
                            "behind a text",
                            """
                            [{"text":"Done."},{"text":"","thoughtSignature":"c2lnaA%s="}]
                            """,
                            "amid a text, and behind it",
                            """
                            [{"text":"Well, "},{"text":"done.","thoughtSignature":"c2lnaQ%s="},
                             {"text":"","thoughtSignature":"c2lnag%s="}]
                            """,
                            "behind a text, and on a call",
                            """
                            [{"text":"I look."},{"text":"","thoughtSignature":"c2lnaw%s="},
                             {"functionCall":{"name":"f","args":{},"id":"ge%s"},"thoughtSignature":"c2lnbA%s="}]
                            """,
                            "on a text behind a thought",
                            """
                            [{"text":"hm","thought":true},{"text":"Done.","thoughtSignature":"c2lnZA%s="}]
                            """,
                            "on a text and on a call",
                            """
                            [{"text":"I look.","thoughtSignature":"c2lnZQ%s="},
                             {"functionCall":{"name":"f","args":{},"id":"gd%s"},"thoughtSignature":"c2lnZg%s="}]
                            """),
                    ThinkingProvider.RESP,
                    Map.of(
                            "sealed, with a summary",
                            """
                            [{"type":"reasoning","id":"rs_a%s","summary":[{"type":"summary_text","text":"hm"}],"encrypted_content":"ea%s"},
                             {"type":"function_call","id":"fc_a%s","call_id":"call_a%s","name":"f","arguments":"{\\"n\\":1}","status":"completed"}]
                            """,
                            "sealed, without words",
                            """
                            [{"type":"reasoning","id":"rs_b%s","summary":[],"encrypted_content":"eb%s"},
                             {"type":"function_call","id":"fc_b%s","call_id":"call_b%s","name":"f","arguments":"{}","status":"completed"}]
                            """,
                            "between text and calls",
                            """
                            [{"type":"reasoning","id":"rs_c%s","summary":[],"encrypted_content":"ec%s"},
                             {"type":"message","id":"msg_c%s","role":"assistant","status":"completed","content":[{"type":"output_text","text":"I look.","annotations":[]}]},
                             {"type":"reasoning","id":"rs_d%s","summary":[{"type":"summary_text","text":"hm"}],"encrypted_content":"ed%s"},
                             {"type":"function_call","id":"fc_c%s","call_id":"call_c%s","name":"f","arguments":"{}","status":"completed"},
                             {"type":"reasoning","id":"rs_e%s","summary":[],"encrypted_content":"ee%s"},
                             {"type":"function_call","id":"fc_d%s","call_id":"call_d%s","name":"f","arguments":"{\\"n\\":2}","status":"completed"}]
                            """),
                    ThinkingProvider.ROUTER,
                    Map.of(
                            "a signed text",
                            """
                            {"role":"assistant","content":"I look.","reasoning_details":[
                             {"type":"reasoning.text","text":"hm","signature":"oa%s","format":"anthropic-claude-v1","index":0}],
                             "tool_calls":[{"id":"oca%s","type":"function","function":{"name":"f","arguments":"{\\"n\\":1}"}}]}
                            """,
                            "a signature alone",
                            """
                            {"role":"assistant","content":null,"reasoning_details":[
                             {"type":"reasoning.text","text":"","signature":"ob%s","format":"anthropic-claude-v1","index":0}],
                             "tool_calls":[{"id":"ocb%s","type":"function","function":{"name":"f","arguments":"{}"}}]}
                            """,
                            "a sealed one, and a summary",
                            """
                            {"role":"assistant","content":null,"reasoning_details":[
                             {"type":"reasoning.encrypted","data":"oc%s","id":"rs_1","format":"openai-responses-v1","index":0},
                             {"type":"reasoning.text","text":"hm","signature":"od%s","format":"anthropic-claude-v1","index":1}],
                             "tool_calls":[{"id":"occ%s","type":"function","function":{"name":"f","arguments":"{}"}},
                              {"id":"ocd%s","type":"function","function":{"name":"f","arguments":"{\\"n\\":2}"}}]}
                            """),
                    ThinkingProvider.DEEP,
                    Map.of(
                            "thoughts that nobody signs",
                            """
                            {"role":"assistant","content":"I look.","reasoning_content":"hm 🌊",
                             "tool_calls":[{"id":"da%s","type":"function","function":{"name":"f","arguments":"{\\"n\\":1}"}}]}
                            """));

    private static final Pattern ID =
            Pattern.compile("(?<=\"(call_)?id\":\")(toolu|g|call|oc|d[a-d]\\d)[^\"]*");

    private static ScriptedHouse house;
    private static int number = 100;

    @BeforeAll
    static void open() {
        house = ScriptedHouse.open();
    }

    @AfterAll
    static void close() {
        house.close();
    }

    /// The turn with a number of its own.
    static String own(String turn) {
        return turn.replace("%s", Integer.toString(number++));
    }

    static Map<String, String> turns(ThinkingProvider provider) {
        return Objects.requireNonNull(TURNS.get(provider), "every kind of provider has turns");
    }

    @Test
    void what_a_provider_sealed_comes_back_to_it_of_its_kind_and_in_its_place() {
        var wrong = new LinkedHashMap<String, String>();
        int asked = 0;
        for (ThinkingProvider provider : ThinkingProvider.values()) {
            for (ThinkingAgent agent : ThinkingAgent.values()) {
                for (boolean streamed : new boolean[] {false, true}) {
                    for (var turn : turns(provider).entrySet()) {
                        String given = own(turn.getValue());
                        if (provider.speaks(agent)) {
                            continue;
                        }
                        String name =
                                provider
                                        + " "
                                        + agent
                                        + (streamed ? " streamed" : "")
                                        + ": "
                                        + turn.getKey();
                        JsonNode back = ThinkingAgent.list();
                        try {
                            back = back(provider, agent, given, streamed);
                        } catch (AssertionError refused) {
                            wrong.put(name, refused.getMessage());
                            continue;
                        }
                        JsonNode expected = expected(provider, given);
                        if (!back.equals(expected)) {
                            wrong.put(name, "\n  gave " + expected + "\n  got  " + back + "\n");
                        }
                        asked++;
                    }
                }
            }
        }

        assertThat(wrong).isEmpty();
        assertThat(asked).isGreaterThan(300);
    }

    private static JsonNode back(
            ThinkingProvider provider, ThinkingAgent agent, String given, boolean streamed) {
        house.answers(
                provider.upstream,
                provider.says(given, streamed),
                ScriptedHouse.usual(provider.upstream));
        String model = provider.upstream + "/" + provider.model;
        ArrayNode history = agent.begun();
        HttpResponse<String> first =
                house.post(agent.path(model, streamed), agent.body(model, history, streamed));
        assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
        agent.take(history, first.body(), streamed);
        HttpResponse<String> second =
                house.post(agent.path(model, false), agent.body(model, history, false));
        assertThat(second.statusCode()).as(second.body()).isEqualTo(200);
        String heard = house.received(provider.upstream).getLast().body();
        if (agent == ThinkingAgent.OLLAMA_PLAIN) {
            heard = sameIds(heard, given);
        }
        return normal(provider, provider.heard(heard));
    }

    /// The ids that the provider gave, where the client keeps none and others were made.
    private static String sameIds(String heard, String given) {
        Matcher ids = ID.matcher(given);
        String same = heard;
        for (int i = 0; ids.find(); i++) {
            same = same.replace("\"call_" + i + "\"", "\"" + ids.group() + "\"");
        }
        return same;
    }

    private static JsonNode expected(ThinkingProvider provider, String given) {
        return normal(provider, provider.bare(given));
    }

    /// What means the same in other words.
    private static JsonNode normal(ThinkingProvider provider, JsonNode turn) {
        return switch (provider) {
            case GOOGLE -> {
                // Thoughts in clear are for the client alone, and their provider does without them.
                ArrayNode parts = ThinkingAgent.list();
                for (JsonNode part : turn) {
                    if (!part.path("thought").asBoolean(false)) {
                        parts.add(part);
                    }
                }
                yield parts;
            }
            case ROUTER, DEEP -> {
                ObjectNode message = ((ObjectNode) turn).deepCopy();
                if (message.path("content").isNull()
                        || message.path("content").asString("?").isEmpty()) {
                    message.remove("content");
                }
                message.remove(
                        List.of(
                                "refusal",
                                "reasoning",
                                provider == ThinkingProvider.ROUTER ? "reasoning_content" : ""));
                yield message;
            }
            case CLAUDE, RESP -> turn;
        };
    }
}
