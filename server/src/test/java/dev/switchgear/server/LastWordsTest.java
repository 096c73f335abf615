package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.server.ScriptedHouse.Answer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// Some clients take the last piece of an answer for all that it says: they find the whole text there,
/// whatever its provider sealed behind it or amid it, and who sealed a text gets that back nevertheless.
final class LastWordsTest {
    private static final String WORDS = "Well, done.";
    private static final Set<ThinkingAgent> ANTHROPICS =
            Set.of(
                    ThinkingAgent.ANTHROPIC,
                    ThinkingAgent.ANTHROPIC_SHOWN,
                    ThinkingAgent.ANTHROPIC_BUDGET);
    private static final Set<ThinkingAgent> RESPONSES =
            Set.of(ThinkingAgent.RESPONSES, ThinkingAgent.RESPONSES_SHOWN);
    private static final Set<ThinkingAgent> CHATS =
            Set.of(ThinkingAgent.CHAT, ThinkingAgent.CHAT_PLAIN);
    private static final Set<ThinkingAgent> GEMINIS =
            Set.of(ThinkingAgent.GEMINI, ThinkingAgent.GEMINI_SHOWN);

    /// @param passing the agents whose bytes pass, which get what there is
    /// @param back whether a seal behind a text goes back to its maker
    private record Case(
            String upstream,
            String model,
            Answer plain,
            Answer streamed,
            Set<ThinkingAgent> passing,
            boolean back) {
        private Case {
            passing = Set.copyOf(passing);
        }

        static Case of(
                ThinkingProvider provider, String turn, Set<ThinkingAgent> passing, boolean back) {
            return new Case(
                    provider.upstream,
                    provider.model,
                    provider.says(turn, false),
                    provider.says(turn, true),
                    passing,
                    back);
        }

        /// @param said fields of a message of chat, each of which a stream tells by itself
        static Case chat(String upstream, Set<ThinkingAgent> passing, String... said) {
            String head = "{\"id\":\"c1\",\"object\":\"chat.completion";
            String then = "\",\"model\":\"m\",\"choices\":[{\"index\":0,\"";
            var events = new StringBuilder();
            for (String one : said) {
                events.append("data: " + head + ".chunk" + then + "delta\":{" + one + "}}]}\n\n");
            }
            events.append("data: " + head + ".chunk" + then)
                    .append("delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
            String message = "message\":{\"role\":\"assistant\"," + String.join(",", said) + "}";
            return new Case(
                    upstream,
                    "m",
                    Answer.json(200, head + then + message + ",\"finish_reason\":\"stop\"}]}"),
                    Answer.events(events.toString()),
                    passing,
                    true);
        }
    }

    private static final Map<String, Case> CASES =
            Map.of(
                    "Gemini behind a text",
                    Case.of(
                            ThinkingProvider.GOOGLE,
                            "[{\"text\":\"Well, \"},{\"text\":\"done.\"},{\"text\":\"\",\"thoughtSignature\":\"c2VhbA==\"}]",
                            GEMINIS,
                            true),
                    "Gemini amid a text",
                    Case.of(
                            ThinkingProvider.GOOGLE,
                            "[{\"text\":\"hm\",\"thought\":true},{\"text\":\"Well, \"},{\"text\":\"done.\",\"thoughtSignature\":\"c2VhbA==\"}]",
                            GEMINIS,
                            true),
                    "Google's own layer of chat",
                    Case.chat(
                            "chat",
                            CHATS,
                            "\"content\":\"Well, done.\"",
                            "\"extra_content\":{\"google\":{\"thought_signature\":\"c2VhbA==\"}}"),
                    "OpenRouter",
                    Case.chat(
                            "router",
                            Set.of(
                                    ThinkingAgent.CHAT,
                                    ThinkingAgent.CHAT_PLAIN,
                                    ThinkingAgent.RESPONSES,
                                    ThinkingAgent.RESPONSES_SHOWN),
                            "\"content\":\"Well, done.\"",
                            "\"reasoning_details\":[{\"type\":\"reasoning.encrypted\",\"data\":\"c2VhbA==\",\"format\":\"google-gemini-v1\",\"index\":0}]"),
                    "Claude, hidden",
                    Case.of(
                            ThinkingProvider.CLAUDE,
                            "[{\"type\":\"text\",\"text\":\"Well, done.\"},{\"type\":\"redacted_thinking\",\"data\":\"c2VhbA==\"}]",
                            ANTHROPICS,
                            false),
                    "Claude, without words",
                    Case.of(
                            ThinkingProvider.CLAUDE,
                            "[{\"type\":\"text\",\"text\":\"Well, done.\"},{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"c2VhbA==\"}]",
                            ANTHROPICS,
                            false),
                    "Responses",
                    Case.of(
                            ThinkingProvider.RESP,
                            "[{\"type\":\"message\",\"id\":\"msg_1\",\"role\":\"assistant\",\"status\":\"completed\",\"content\":[{\"type\":\"output_text\",\"text\":\"Well, done.\",\"annotations\":[]}]},{\"type\":\"reasoning\",\"id\":\"rs_1\",\"summary\":[],\"encrypted_content\":\"c2VhbA==\"}]",
                            RESPONSES,
                            false));

    private static ScriptedHouse house;

    @BeforeAll
    static void open() {
        house = ScriptedHouse.open();
    }

    @AfterAll
    static void close() {
        house.close();
    }

    @Test
    void the_last_piece_of_an_answer_is_all_that_it_says() {
        var wrong = new LinkedHashMap<String, String>();
        int asked = 0;
        for (var one : CASES.entrySet()) {
            for (ThinkingAgent agent : ThinkingAgent.values()) {
                if (one.getValue().passing().contains(agent)) {
                    continue;
                }
                for (boolean streamed : new boolean[] {false, true}) {
                    try {
                        converse(one.getValue(), agent, streamed);
                    } catch (AssertionError failed) {
                        wrong.put(
                                one.getKey() + " " + agent + " " + streamed,
                                failed.getMessage() + "\n");
                    }
                    asked++;
                }
            }
        }

        assertThat(wrong).isEmpty();
        assertThat(asked).isGreaterThan(120);
    }

    private static void converse(Case one, ThinkingAgent agent, boolean streamed) {
        house.answers(
                one.upstream(),
                streamed ? one.streamed() : one.plain(),
                ScriptedHouse.usual(one.upstream()));
        String model = one.upstream() + "/" + one.model();
        ArrayNode history = agent.begun();

        SealsStayHomeTest.ask(house, agent, model, history, streamed);

        assertThat(lastWords(agent, history)).as("%s", history).isEqualTo(WORDS);

        SealsStayHomeTest.ask(house, agent, model, history, false);

        String heard = house.received(one.upstream()).getLast().body();
        assertThat(heard).contains("done.").doesNotContain("sg1.");
        if (one.back()) {
            assertThat(heard).contains("\"c2VhbA==\"");
        }
    }

    /// What a client shows that looks no further than the last piece. Nobody does so of Gemini's parts, which
    /// end with a seal by themselves.
    private static String lastWords(ThinkingAgent agent, ArrayNode history) {
        JsonNode answer = history.get(history.size() - 2);
        return switch (agent) {
            case ANTHROPIC, ANTHROPIC_SHOWN, ANTHROPIC_BUDGET, RESPONSES, RESPONSES_SHOWN ->
                    last(answer.path("content")).path("text").asString("");
            case GEMINI, GEMINI_SHOWN -> {
                var text = new StringBuilder();
                for (JsonNode part : answer.path("parts")) {
                    text.append(
                            part.path("thought").asBoolean(false)
                                    ? ""
                                    : part.path("text").asString(""));
                }
                yield text.toString();
            }
            case CHAT, CHAT_PLAIN, OLLAMA, OLLAMA_PLAIN, OWN -> answer.path("content").asString("");
        };
    }

    private static JsonNode last(JsonNode list) {
        return list.path(list.size() - 1);
    }

    /// The next words of the same conversation, and the same words of another one, are no sealed text.
    @Test
    void a_seal_goes_back_with_its_own_text_alone() {
        ThinkingAgent agent = ThinkingAgent.ANTHROPIC_SHOWN;
        String model = "google/" + ThinkingProvider.GOOGLE.model;
        Case sealed = Objects.requireNonNull(CASES.get("Gemini behind a text"));
        house.answers("google", sealed.streamed(), ScriptedHouse.usual("google"));
        ArrayNode history = agent.begun();
        SealsStayHomeTest.ask(house, agent, model, history, true);

        List<String> others =
                List.of(
                        history.toString().replace("done.", "gone."),
                        history.toString().replace("\"go\"", "\"come\""),
                        history.toString()
                                .replaceFirst(
                                        "\\{\"role\":\"assistant\"",
                                        "{\"role\":\"assistant\",\"content\":\"What?\"},{\"role\":\"user\",\"content\":\"that\"},$0"));
        for (String other : others) {
            ArrayNode asked = (ArrayNode) ThinkingAgent.read(other);
            SealsStayHomeTest.ask(house, agent, model, asked, false);

            assertThat(house.received("google").getLast().body())
                    .as(other)
                    .doesNotContain("c2VhbA==");
        }
        SealsStayHomeTest.ask(house, agent, model, history, false);
        assertThat(house.received("google").getLast().body())
                .as("its own")
                .contains("{\"text\":\"\",\"thoughtSignature\":\"c2VhbA==\"}");
    }
}
