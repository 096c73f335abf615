package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.server.ScriptedHouse.Answer;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// A conversation that begins with one account, goes on with another, and comes back: what either sealed
/// goes to no other, and to its own again, whichever dialect its client speaks; and each request is one that
/// its provider takes.
final class SealsStayHomeTest {
    private static final Pattern SEAL =
            Pattern.compile(
                    "\"(?:signature|data|encrypted_content|thoughtSignature)\":\"([^\"]+)\"");

    /// Whoever answers so is passed over, and nothing is held against it.
    static final Answer NOT_THIS = Answer.json(403, "{\"error\":{\"message\":\"not this one\"}}");

    private static final Answer BRIEFLY_AWAY =
            Answer.json(500, "{\"error\":{\"message\":\"try again\"}}");

    private static final Map<ThinkingProvider, String> OTHER_MODEL =
            Map.of(
                    ThinkingProvider.CLAUDE, "claude-sonnet-4-6",
                    ThinkingProvider.GOOGLE, "gemini-3-flash-preview",
                    ThinkingProvider.RESP, "gpt-5-mini",
                    ThinkingProvider.ROUTER, "anthropic/claude-sonnet-4.6");

    static String config() {
        var config = new StringBuilder(ScriptedHouse.PROVIDERS.stripTrailing());
        config.append(
                """

                  claude2: { kind: anthropic, base-url: "http://127.0.0.1:%1$d/claude2", keys: [{ secret: "sk-up" }] }
                  google2: { kind: gemini, base-url: "http://127.0.0.1:%1$d/google2/v1beta", keys: [{ secret: "sk-up" }] }
                  resp2: { kind: openai, base-url: "http://127.0.0.1:%1$d/resp2/v1", keys: [{ secret: "sk-up" }], quirks: { chat: false } }
                  router2: { kind: openrouter, base-url: "http://127.0.0.1:%1$d/router2/api/v1", keys: [{ secret: "sk-up" }] }
                  deep2: { kind: deepseek, base-url: "http://127.0.0.1:%1$d/deep2", keys: [{ secret: "sk-up" }] }
                resilience: { retry: { base: 1ms, cap: 1ms } }
                routes:
                """);
        for (ThinkingProvider one : ThinkingProvider.values()) {
            for (ThinkingProvider other : ThinkingProvider.values()) {
                config.append(
                        "  - { match: { model: %s }, strategy: priority, affinity: { enabled: false }, to: [ { provider: %s, model: %s }, { provider: %s2, model: %s } ] }\n"
                                .formatted(
                                        route(one, other),
                                        one.upstream,
                                        one.model,
                                        other.upstream,
                                        other.model));
            }
        }
        return config.toString();
    }

    static String route(ThinkingProvider one, ThinkingProvider other) {
        return one.upstream + "-" + other.upstream;
    }

    @Test
    void what_one_account_sealed_goes_to_no_other_and_to_itself_again() {
        var wrong = new LinkedHashMap<String, String>();
        int asked = 0;
        try (var house = ScriptedHouse.of(config())) {
            for (ThinkingProvider one : ThinkingProvider.values()) {
                for (ThinkingProvider other : ThinkingProvider.values()) {
                    for (ThinkingAgent agent : ThinkingAgent.values()) {
                        if (one.speaks(agent) || other.speaks(agent)) {
                            continue;
                        }
                        for (boolean streamed : new boolean[] {false, true}) {
                            String name = one + " " + other + " " + agent + " " + streamed;
                            try {
                                converse(house, one, other, agent, streamed);
                            } catch (AssertionError failed) {
                                wrong.put(name, failed.getMessage() + "\n");
                            }
                            asked++;
                        }
                    }
                }
            }
        }

        assertThat(wrong).isEmpty();
        assertThat(asked).isGreaterThan(400);
    }

    /// What Claude, Gemini and whoever OpenRouter asks sealed is refused by every other model, of the same
    /// account as well; OpenAI's models read each other's, where they come as they were told.
    @Test
    void what_one_model_sealed_goes_to_no_other_of_its_account_but_among_openais() {
        var wrong = new LinkedHashMap<String, String>();
        int asked = 0;
        try (var house = ScriptedHouse.of(config())) {
            for (ThinkingProvider one : ThinkingProvider.values()) {
                for (ThinkingAgent agent : ThinkingAgent.values()) {
                    if (one == ThinkingProvider.DEEP || one.speaks(agent)) {
                        continue;
                    }
                    for (boolean streamed : new boolean[] {false, true}) {
                        try {
                            toAnotherModel(house, one, agent, streamed);
                        } catch (AssertionError failed) {
                            wrong.put(
                                    one + " " + agent + " " + streamed, failed.getMessage() + "\n");
                        }
                        asked++;
                    }
                }
            }
        }

        assertThat(wrong).isEmpty();
        assertThat(asked).isGreaterThan(70);
    }

    /// Clients that keep the end of a long conversation alone send what begins with an answer.
    @Test
    void what_passes_with_its_seals_goes_to_no_other_account_without_its_beginning_either() {
        var passing =
                Map.of(
                        ThinkingAgent.ANTHROPIC, ThinkingProvider.CLAUDE,
                        ThinkingAgent.ANTHROPIC_SHOWN, ThinkingProvider.CLAUDE,
                        ThinkingAgent.GEMINI, ThinkingProvider.GOOGLE,
                        ThinkingAgent.RESPONSES, ThinkingProvider.RESP,
                        ThinkingAgent.RESPONSES_SHOWN, ThinkingProvider.RESP,
                        ThinkingAgent.CHAT, ThinkingProvider.ROUTER);
        var wrong = new LinkedHashMap<String, String>();
        try (var house = ScriptedHouse.of(config())) {
            passing.forEach((agent, one) -> {
                for (boolean goesOn : new boolean[] {false, true}) {
                    try {
                        withoutItsBeginning(house, one, agent, goesOn);
                    } catch (AssertionError failed) {
                        wrong.put(agent + " " + goesOn, failed.getMessage() + "\n");
                    }
                }
            });
        }

        assertThat(wrong).isEmpty();
    }

    /// @param goesOn whether the user says something behind the answer
    private static void withoutItsBeginning(
            ScriptedHouse house, ThinkingProvider one, ThinkingAgent agent, boolean goesOn) {
        String turn = turn(one, false);
        String away = one.upstream + "2";
        String model = route(one, one);
        ArrayNode history = agent.begun();
        house.answers(one.upstream, one.says(turn, false), NOT_THIS);
        house.answers(away, ScriptedHouse.usual(one.upstream));

        ask(house, agent, model, history, false);
        history.remove(0);
        if (goesOn) {
            history.addAll(agent.begun());
        }
        ask(house, agent, model, history, false);

        without(house.received(away).getLast().body(), turn, "to the second");
    }

    /// A compaction that a provider made is sealed for its account as a thought is, and holds what was said
    /// before: without it nobody else could go on, so its own account is asked again.
    @Test
    void what_one_account_cut_a_conversation_down_to_goes_to_no_other() {
        String thought =
                "{\"type\":\"reasoning\",\"id\":\"rs_c%s\",\"summary\":[],\"encrypted_content\":\"ecr%s\"}";
        String compaction =
                "{\"type\":\"compaction\",\"id\":\"cmp_%s\",\"encrypted_content\":\"ecc%s\"}";
        try (var house = ScriptedHouse.of(config())) {
            for (boolean streamed : new boolean[] {false, true}) {
                for (String output : List.of(compaction, thought + "," + compaction)) {
                    String turn = SealedThoughtsTest.own("[" + output + "]");
                    ThinkingAgent agent = ThinkingAgent.RESPONSES;
                    String model = route(ThinkingProvider.RESP, ThinkingProvider.RESP);
                    ArrayNode history = agent.begun();
                    house.answers(
                            "resp",
                            ThinkingProvider.RESP.says(turn, streamed),
                            BRIEFLY_AWAY,
                            ScriptedHouse.usual("resp"));
                    house.answers("resp2", ScriptedHouse.usual("resp"));
                    int before = house.received("resp2").size();
                    ask(house, agent, model, history, streamed);
                    history.removeAll();
                    for (JsonNode item : ThinkingAgent.read(turn)) {
                        history.add(item);
                    }
                    history.addAll(agent.begun());

                    ask(house, agent, model, history, false);

                    assertThat(house.received("resp2")).as(output).hasSize(before);
                    assertThat(house.received("resp").getLast().body()).contains(seals(turn));
                }
            }
        }
    }

    private static void toAnotherModel(
            ScriptedHouse house, ThinkingProvider one, ThinkingAgent agent, boolean streamed) {
        String turn = turn(one, streamed);
        String own = one.upstream + "/" + one.model;
        String other = one.upstream + "/" + OTHER_MODEL.get(one);
        boolean shared =
                one == ThinkingProvider.RESP
                        && (agent == ThinkingAgent.RESPONSES
                                || agent == ThinkingAgent.RESPONSES_SHOWN);
        ArrayNode history = agent.begun();
        house.answers(one.upstream, one.says(turn, streamed), ScriptedHouse.usual(one.upstream));

        ask(house, agent, own, history, streamed);
        HttpResponse<String> answer = ask(house, agent, other, history, false);

        if (cutOut(one, agent)) {
            assertThat(answer.headers().firstValue("x-switchgear-dropped").orElse(""))
                    .contains("reasoning");
        }
        String there = house.received(one.upstream).getLast().body();
        assertThat(there).doesNotContain("sg1.", "sgcall.", "sgopen.");
        if (shared) {
            assertThat(there).contains(seals(turn));
        } else {
            without(there, turn, "to another model");
        }

        ask(house, agent, own, history, false);

        String back = house.received(one.upstream).getLast().body();
        for (String seal : seals(turn)) {
            assertThat(back).as("to its own again").contains('"' + seal + '"');
        }
    }

    /// Claude with a budget to think demands its thoughts before the first call of a running loop, Gemini 3
    /// a signature on it; calls that came from a provider with neither must not pass to them as if they had.
    @Test
    void calls_that_nobody_thought_about_are_gone_on_with_where_thoughts_are_demanded() {
        String call =
                """
                {"role":"assistant","content":null,
                 "tool_calls":[{"id":"c%s","type":"function","function":{"name":"f","arguments":"{}"}}]}
                """;
        String then =
                """

                  - { match: { model: to-claude }, strategy: priority, affinity: { enabled: false }, to: [ { provider: chat, model: x }, { provider: claude, model: claude-haiku-4-5 } ] }
                  - { match: { model: to-google }, strategy: priority, affinity: { enabled: false }, to: [ { provider: chat, model: x }, { provider: google, model: gemini-3-pro-preview } ] }
                """;
        try (var house = ScriptedHouse.of(config().stripTrailing() + then)) {
            for (boolean streamed : new boolean[] {false, true}) {
                ThinkingAgent agent = ThinkingAgent.ANTHROPIC_BUDGET;
                ArrayNode history = agent.begun();
                house.answers(
                        "chat",
                        ThinkingProvider.DEEP.says(SealedThoughtsTest.own(call), streamed),
                        NOT_THIS);

                ask(house, agent, "to-claude", history, streamed);
                ask(house, agent, "to-claude", history, false);

                String claude = house.received("claude").getLast().body();
                assertThat(ThinkingAgent.read(claude).at("/thinking/type").asString(""))
                        .as(claude)
                        .isEqualTo("disabled");
                assertThat(claude).contains("tool_use").doesNotContain("\"thinking\",", "sg1.");

                agent = ThinkingAgent.GEMINI_SHOWN;
                history = agent.begun();
                house.answers(
                        "chat",
                        ThinkingProvider.DEEP.says(SealedThoughtsTest.own(call), streamed),
                        NOT_THIS);

                ask(house, agent, "to-google", history, streamed);
                ask(house, agent, "to-google", history, false);

                assertThat(house.received("google").getLast().body())
                        .contains("skip_thought_signature_validator")
                        .doesNotContain("c2dn");
            }
        }
    }

    private static void converse(
            ScriptedHouse house,
            ThinkingProvider one,
            ThinkingProvider other,
            ThinkingAgent agent,
            boolean streamed) {
        String away = other.upstream + "2";
        String first = turn(one, streamed);
        String second = turn(other, !streamed);
        ArrayNode history = agent.begun();
        house.answers(
                one.upstream,
                one.says(first, streamed),
                NOT_THIS,
                ScriptedHouse.usual(one.upstream));
        house.answers(away, other.says(second, streamed));
        String model = route(one, other);

        ask(house, agent, model, history, streamed);
        ask(house, agent, model, history, streamed);

        String there = house.received(away).getLast().body();
        without(there, first, "to the second");
        assertThat(there).as("nothing wrapped").doesNotContain("sg1.", "sgcall.", "sgopen.");

        ask(house, agent, model, history, false);

        String back = house.received(one.upstream).getLast().body();
        without(back, second, "to the first again");
        int from = 0;
        for (String seal : seals(first)) {
            int at = back.indexOf('"' + seal + '"', from);
            assertThat(at).as("%s behind %s in %s", seal, from, back).isGreaterThanOrEqualTo(from);
            from = at;
        }

        house.answers(one.upstream, NOT_THIS);
        house.answers(away, ScriptedHouse.usual(other.upstream));
        ask(house, agent, model, history, false);

        String again = house.received(away).getLast().body();
        without(again, first, "to the second again");
        for (String seal : seals(second)) {
            assertThat(again).as("its own").contains('"' + seal + '"');
        }
    }

    /// Whether its bytes pass, and thoughts are cut out of them.
    private static boolean cutOut(ThinkingProvider one, ThinkingAgent agent) {
        return one == ThinkingProvider.CLAUDE
                && (agent == ThinkingAgent.ANTHROPIC
                        || agent == ThinkingAgent.ANTHROPIC_SHOWN
                        || agent == ThinkingAgent.ANTHROPIC_BUDGET);
    }

    static HttpResponse<String> ask(
            ScriptedHouse house,
            ThinkingAgent agent,
            String model,
            ArrayNode history,
            boolean streamed) {
        HttpResponse<String> answer =
                house.post(agent.path(model, streamed), agent.body(model, history, streamed));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        agent.take(history, answer.body(), streamed);
        return answer;
    }

    /// One with calls; which one makes a difference now and then.
    static String turn(ThinkingProvider provider, boolean last) {
        List<String> turns =
                SealedThoughtsTest.turns(provider).values().stream()
                        .filter(turn -> turn.contains("\"f\""))
                        .sorted()
                        .toList();
        return SealedThoughtsTest.own(last ? turns.getLast() : turns.getFirst());
    }

    private static void without(String body, String turn, String where) {
        for (String seal : seals(turn)) {
            assertThat(body).as(where).doesNotContain(seal);
        }
    }

    static List<String> seals(String turn) {
        var seals = new ArrayList<String>();
        Matcher found = SEAL.matcher(turn);
        while (found.find()) {
            seals.add(found.group(1));
        }
        return seals;
    }
}
