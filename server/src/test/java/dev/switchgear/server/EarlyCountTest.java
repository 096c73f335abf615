package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.families.llm.model.Tokenizer;
import dev.switchgear.families.llm.price.CostTotals;
import dev.switchgear.families.llm.tokens.TextTally;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Streams that end before their provider has counted all of them: what came is booked, by our count and
/// marked as an estimate, whatever count the provider had told so far.
final class EarlyCountTest {
    private static final String TEXT =
            "Rain is water that falls from clouds. Wind carries it over the hills, "
                    + "where it turns to \\\"snow\\\".";

    /// Unescaped.
    private static final String SAID = TEXT.replace("\\", "");

    /// A stream that is cut.
    ///
    /// @param asked the model, as `provider/model`
    /// @param path of the client's protocol
    /// @param input tokens told by the provider; -1 for none, so that the prompt is estimated
    /// @param told output that the provider had told
    /// @param stopped whether it had told why the model stopped
    record Case(
            String name,
            String asked,
            String path,
            Tokenizer tokenizer,
            long input,
            long told,
            boolean stopped,
            List<String> events) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final String CHAT = "/v1/chat/completions";
    private static final String MESSAGES = "/v1/messages";

    static List<Case> cases() {
        var cases = new ArrayList<Case>();
        for (String path : List.of(CHAT, MESSAGES)) {
            String by = path.equals(CHAT) ? " for chat" : " for messages";
            cases.add(
                    new Case(
                            "Anthropic's opening says one token" + by,
                            "claude/claude-haiku-4-5",
                            path,
                            Tokenizer.CLAUDE,
                            25,
                            1,
                            false,
                            anthropic(false)));
            cases.add(
                    new Case(
                            "its newer models cut finer" + by,
                            "claude/claude-opus-5-5",
                            path,
                            Tokenizer.CLAUDE_47,
                            25,
                            1,
                            false,
                            anthropic(false)));
            cases.add(
                    new Case(
                            "Anthropic has told its count and why it stopped" + by,
                            "claude/claude-haiku-4-5",
                            path,
                            Tokenizer.CLAUDE,
                            25,
                            31,
                            true,
                            anthropic(true)));
            cases.add(
                    new Case(
                            "OpenAI had told nothing" + by,
                            "openai/gpt-4o",
                            path,
                            Tokenizer.O200K,
                            -1,
                            -1,
                            false,
                            openAi("")));
            cases.add(
                    new Case(
                            "xAI counts as it goes" + by,
                            "xai/grok-4",
                            path,
                            Tokenizer.GROK,
                            9,
                            2,
                            false,
                            openAi(
                                    ",\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":2,"
                                            + "\"total_tokens\":11}")));
            cases.add(
                    new Case(
                            "a running count above ours holds" + by,
                            "xai/grok-4",
                            path,
                            Tokenizer.GROK,
                            9,
                            900,
                            false,
                            openAi(
                                    ",\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":900,"
                                            + "\"total_tokens\":909}")));
            cases.add(
                    new Case(
                            "Gemini counts as it goes" + by,
                            "google/gemini-2.5-flash",
                            path,
                            Tokenizer.GEMINI,
                            7,
                            3,
                            false,
                            gemini()));
        }
        return cases;
    }

    private static List<String> anthropic(boolean stopped) {
        var events = new ArrayList<String>();
        events.add(
                "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\","
                        + "\"type\":\"message\",\"role\":\"assistant\",\"model\":\"c\",\"content\":[],"
                        + "\"stop_reason\":null,\"usage\":{\"input_tokens\":25,"
                        + "\"output_tokens\":1}}}\n\n");
        events.add(
                "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,"
                        + "\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n");
        events.add(
                "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,"
                        + "\"delta\":{\"type\":\"text_delta\",\"text\":\""
                        + TEXT
                        + "\"}}\n\n");
        if (stopped) {
            events.add(
                    "event: content_block_stop\ndata: {\"type\":\"content_block_stop\","
                            + "\"index\":0}\n\n");
            events.add(
                    "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{"
                            + "\"stop_reason\":\"end_turn\",\"stop_sequence\":null},"
                            + "\"usage\":{\"output_tokens\":31}}\n\n");
            events.add(
                    "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\","
                            + "\"message\":\"oh\"}}\n\n");
        }
        return events;
    }

    private static List<String> openAi(String usage) {
        return List.of(
                "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,"
                        + "\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\","
                        + "\"content\":\"\"},\"finish_reason\":null}]"
                        + usage
                        + "}\n\n",
                "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,"
                        + "\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\""
                        + TEXT
                        + "\"},\"finish_reason\":null}]"
                        + usage
                        + "}\n\n");
    }

    private static List<String> gemini() {
        return List.of(
                "data: {\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\""
                        + TEXT
                        + "\"}]},\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":7,"
                        + "\"candidatesTokenCount\":3,\"totalTokenCount\":10},"
                        + "\"modelVersion\":\"g\"}\n\n");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void what_came_is_booked(Case one) {
        try (ScriptedHouse house = ScriptedHouse.open()) {
            String upstream = one.asked().substring(0, one.asked().indexOf('/'));
            house.answers(
                    upstream, ScriptedHouse.Answer.events(one.events().toArray(String[]::new)));

            house.post(
                    one.path(),
                    "{\"model\":\""
                            + one.asked()
                            + "\",\"stream\":true,\"max_tokens\":2000,\"messages\":[{\"role\":"
                            + "\"user\",\"content\":\"How is the weather in the hills?\"}]}");

            CostTotals booked = booked(house);
            assertThat(booked.attempts()).isEqualTo(1);
            assertThat(booked.estimated()).as("estimates").isEqualTo(one.stopped() ? 0 : 1);
            long ours = new TextTally().add(SAID).tokens(one.tokenizer());
            assertThat(booked.tokens().wholeOutput())
                    .isEqualTo(one.stopped() ? one.told() : Math.max(ours, one.told()));
            if (one.input() >= 0) {
                assertThat(booked.tokens().wholeInput()).isEqualTo(one.input());
            } else {
                assertThat(booked.tokens().wholeInput()).isBetween(5L, 30L);
            }
            assertThat(booked.cost().isPositive()).isTrue();
        }
    }

    private static CostTotals booked(ScriptedHouse house) {
        var costs = house.gateway().books().costs();
        await(() -> costs.total().attempts() > 0);
        return costs.total();
    }

    private static void await(BooleanSupplier done) {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!done.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waiting for the books").isLessThan(end);
            Thread.onSpinWait();
        }
    }
}
