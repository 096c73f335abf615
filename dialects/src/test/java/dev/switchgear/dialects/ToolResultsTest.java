package dev.switchgear.dialects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.Role;
import dev.switchgear.families.llm.chat.Turn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Where results of tools end up: one a call, right behind it.
final class ToolResultsTest {
    /// Turns parted by `/`: of the user `u`, the system `s` and the assistant `a`; then its parts: `c1`
    /// a call of the id 1, `r1=x` its result, other words a text.
    private static ChatRequest of(String words) {
        var request = ChatRequest.builder("m");
        for (String turn : words.split("/", -1)) {
            String[] parts = turn.strip().split(" ", -1);
            request.turn(
                    role(parts[0]),
                    List.of(parts).stream().skip(1).map(ToolResultsTest::part).toList());
        }
        return request.build();
    }

    private static Role role(String word) {
        return switch (word) {
            case "u" -> Role.USER;
            case "s" -> Role.SYSTEM;
            case "a" -> Role.ASSISTANT;
            default -> throw new IllegalArgumentException(word);
        };
    }

    private static Part part(String word) {
        if (word.matches("c\\d")) {
            return new Part.ToolCall(word.substring(1), "f", "{}", Optional.empty());
        }
        if (word.matches("r\\d=.*")) {
            return new Part.ToolResult(
                    word.substring(1, 2), "", List.of(new Part.Text(word.substring(3))), false);
        }
        return new Part.Text(word);
    }

    private static String words(ChatRequest asked) {
        var turns = new ArrayList<String>();
        for (Turn turn : asked.turns()) {
            var words =
                    new StringBuilder(turn.role().name().toLowerCase(Locale.ROOT).substring(0, 1));
            for (Part part : turn.parts()) {
                words.append(' ');
                switch (part) {
                    case Part.Text text -> words.append(text.text());
                    case Part.ToolCall call -> words.append('c').append(call.id());
                    case Part.ToolResult result -> {
                        words.append('r').append(result.id()).append('=');
                        result.content().forEach(one -> words.append(((Part.Text) one).text()));
                    }
                    default -> throw new IllegalArgumentException(part.toString());
                }
            }
            turns.add(words.toString());
        }
        return String.join(" / ", turns);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // As providers want them.
                "u q / a c1 c2 / u r1=x r2=y z | u q / a c1 c2 / u r1=x r2=y z",
                // Several of one call, in their order.
                "u q / a c1 / u r1=x r1=y r1=z w | u q / a c1 / u r1=xyz w",
                "u q / a c1 c2 / u r1=x r2=b r1=y | u q / a c1 c2 / u r1=xy r2=b",
                // Something was said before the result came.
                "u q / a c1 / s note / u r1=x | u q / a c1 / u r1=x / s note",
                "u q / a c1 / u wait / a ok / u r1=x | u q / a c1 / u r1=x wait / a ok",
                "u q / a c1 c2 / u r2=y / a t / u r1=x go | u q / a c1 c2 / u r1=x r2=y / a t / u go",
                // One more result when the model had gone on.
                "u q / a c1 / u r1=x / a t / u r1=y go | u q / a c1 / u r1=x / a t / u Another result of the tool call 1 (f): y go",
                // Two calls under one id have a result each.
                "u q / a c1 c1 / u r1=x r1=y | u q / a c1 c1 / u r1=x r1=y",
                "u q / a c1 c1 / u r1=x r1=y r1=z | u q / a c1 c1 / u r1=x r1=yz",
                "u q / a c1 / s n / u r1=x / s m | u q / a c1 / u r1=x / s n m",
                "u q / a c1 / u r1=x / a c1 / u r1=y | u q / a c1 / u r1=x / a c1 / u r1=y",
                // Of two calls under one id that are answered late, the later one is.
                "u q / a c1 / s n / a c1 c2 / s m / u r1=x r2=y | u q / a c1 / s n / a c1 c2 / u r1=x r2=y / s m",
                // Whose call is not there stays for the dialect to refuse.
                "u r9=x | u r9=x",
                "u q / a c1 | u q / a c1",
            })
    void each_call_has_its_result_behind_it(String given, String placed) {
        assertThat(words(ToolResults.placed(of(given)))).isEqualTo(placed);
    }

    @Test
    void results_that_are_joined_failed_where_one_did() {
        var well = new Part.ToolResult("1", "", List.of(new Part.Text("x")), false);
        var failed = new Part.ToolResult("1", "", List.of(new Part.Text("y")), true);
        ChatRequest.Builder asked =
                ChatRequest.builder("m").turn(Role.ASSISTANT, List.of(part("c1")));
        asked.turn(Role.USER, List.of(well, failed));

        assertThat(ToolResults.placed(asked.build()).turns().getLast().parts())
                .singleElement()
                .isInstanceOfSatisfying(
                        Part.ToolResult.class, result -> assertThat(result.error()).isTrue());
    }

    @Test
    void results_stand_before_words_where_turns_become_one() {
        List<Turn> turns = ToolResults.merged(of("a c1 / u go / u r1=x on").turns());

        assertThat(words(of("u q").withTurns(turns))).isEqualTo("a c1 / u r1=x go on");
    }

    @Test
    void what_stands_well_is_not_touched() {
        ChatRequest asked = of("u q / a c1 / u r1=x");

        assertThat(ToolResults.placed(asked)).isSameAs(asked);
    }

    @Test
    void many_results_out_of_their_place_take_no_longer_than_their_number() {
        int many = 100_000;
        var calls = new StringBuilder("u q");
        for (int i = 0; i < many; i++) {
            calls.append(" / a c").append(i % 10).append(" / s note");
        }
        calls.append(" / u");
        for (int i = 0; i < many; i++) {
            calls.append(" r1=x");
        }
        ChatRequest asked = of(calls.toString());

        Duration within = Duration.ofSeconds(20);
        ChatRequest placed = assertTimeoutPreemptively(within, () -> ToolResults.placed(asked));

        assertThat(placed.turns()).hasSizeGreaterThan(many);
    }
}
