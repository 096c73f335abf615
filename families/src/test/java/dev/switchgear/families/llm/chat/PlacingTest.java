package dev.switchgear.families.llm.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.families.llm.Dialect;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A turn is written in short here: a text in small letters, a call as `C`, a thought as `T`, one that
/// only its provider can read as `H`, both with the place they came from, a mark as `M`.
final class PlacingTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "T0 abc C      | T abc C       | nothing to move",
                "T0 T(0-0) abc | T T abc       | what seals a text stands behind earlier thoughts",
                "abc T(0-0)    | T abc         | from behind to the front",
                "T(1-0) abc    | a T bc        | within a text",
                "T(1-0) T(1-0) H(2-0) abc | a T T b H c | several, in their order",
                "T(3-0) abc C  | abc T C       | between text and call",
                "T(3-1) abc C C | abc C T C    | between calls",
                "T(3-2) abc C C | abc C C T    | behind all",
                "T(9-0) abc C  | abc T C       | behind a text that was shortened",
                "T(9-9) abc C  | abc C T       | behind what is not there any more",
                "T(4-0) abc de | abc d T e     | in the second of two texts",
                "T(3-0) abc M de | abc M T de  | behind a mark that belongs to the text",
                "T(0-1) C abc  | C T abc       | behind a call that stands before the text",
                "T(0-1) abc C  | abc C T       | behind a call that has come to stand behind it",
                "H(0-1) T(1-0) abc C | a T bc C H | whatever the order they come in",
            })
    void a_thought_comes_to_stand_where_it_stood(String given, String expected, String why) {
        assertThat(inShort(Placing.placed(parts(given)))).as(why).isEqualTo(expected);
    }

    @Test
    void a_turn_in_which_nothing_moves_is_the_same() {
        List<Part> parts = parts("T0 abc C");

        assertThat(Placing.placed(parts)).isSameAs(parts);
    }

    @Test
    void a_placed_thought_has_no_place_to_go_to_any_more() {
        List<Part> placed = Placing.placed(parts("T(1-0) abc H(3-0)"));

        assertThat(Placing.placed(placed)).isSameAs(placed);
    }

    @Test
    void every_turn_of_a_request_is_put_in_order() {
        ChatRequest asked =
                ChatRequest.builder("m").turn(Role.ASSISTANT, parts("T(1-0) abc")).build();

        assertThat(inShort(asked.turns().getFirst().parts())).isEqualTo("a T bc");
    }

    private static List<Part> parts(String turn) {
        var parts = new ArrayList<Part>();
        for (String word : turn.split(" ", -1)) {
            switch (word.charAt(0)) {
                case 'C' ->
                        parts.add(
                                new Part.ToolCall("c" + parts.size(), "f", "{}", Optional.empty()));
                case 'M' -> parts.add(new Part.CacheMark(""));
                case 'T' -> parts.add(new Part.Thinking("t", Optional.of(seal(word))));
                case 'H' -> parts.add(new Part.HiddenThinking(seal(word)));
                default -> parts.add(new Part.Text(word));
            }
        }
        return parts;
    }

    private static Signature seal(String word) {
        var seal = new Signature("s", Dialect.ANTHROPIC, "m");
        if (word.indexOf('(') < 0) {
            return seal;
        }
        String[] place = word.substring(2, word.length() - 1).split("-", -1);
        return seal.at(new Signature.Place(Integer.parseInt(place[0]), Integer.parseInt(place[1])));
    }

    private static String inShort(List<Part> parts) {
        return String.join(
                " ",
                parts.stream()
                        .map(part ->
                                switch (part) {
                                    case Part.Text(String text) -> text;
                                    case Part.ToolCall _ -> "C";
                                    case Part.CacheMark _ -> "M";
                                    case Part.Thinking _ -> "T";
                                    case Part.HiddenThinking _ -> "H";
                                    case Part.Image _,
                                            Part.Document _,
                                            Part.Audio _,
                                            Part.ToolResult _,
                                            Part.Refusal _,
                                            Part.Foreign _ ->
                                            "?";
                                })
                        .toList());
    }
}
