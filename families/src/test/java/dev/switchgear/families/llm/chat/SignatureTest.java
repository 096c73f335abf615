package dev.switchgear.families.llm.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.families.llm.Dialect;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SignatureTest {
    @Test
    void a_signature_comes_back_from_another_dialect_with_all_that_is_known_of_its_maker() {
        for (String account : new String[] {"", "mark"}) {
            var made = new Signature("v.1", Dialect.ANTHROPIC, "m.odel", account);

            assertThat(Signature.readFrom(Dialect.OPENAI, made.shownTo(Dialect.OPENAI)))
                    .isEqualTo(made);
            Signature placed = made.at(new Signature.Place(12, 3));
            assertThat(Signature.readFrom(Dialect.OPENAI, placed.shownTo(Dialect.OPENAI)))
                    .isEqualTo(placed);
        }
    }

    @Test
    void where_it_stood_first_is_where_it_stands() {
        Signature placed = new Signature("v", Dialect.GEMINI, "m").at(new Signature.Place(12, 3));

        assertThat(placed.at(new Signature.Place(0, 0))).isEqualTo(placed);
        assertThat(placed.inPlace().place()).isEmpty();
    }

    @Test
    void one_that_was_wrapped_before_accounts_were_told_apart_is_still_read() {
        assertThat(Signature.readFrom(Dialect.OPENAI, "sg1.GEMINI.bQ.dg"))
                .isEqualTo(new Signature("v", Dialect.GEMINI, "m", ""));
    }

    @Test
    void its_own_dialect_sees_it_as_it_is() {
        var made = new Signature("v", Dialect.GEMINI, "m", "mark");

        assertThat(made.shownTo(Dialect.GEMINI)).isEqualTo("v");
        assertThat(Signature.readFrom(Dialect.GEMINI, "v"))
                .isEqualTo(new Signature("v", Dialect.GEMINI, "", ""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            emptyValue = "",
            value = {
                "m  | a  | ANTHROPIC | m | a  | true",
                "m  | a  | ANTHROPIC | m | b  | false",
                "m  | a  | ANTHROPIC | n | a  | false",
                "m  | a  | GEMINI    | m | a  | false",
                "'' | a  | ANTHROPIC | n | a  | true",
                "'' | a  | ANTHROPIC | n | b  | false",
                "m  | '' | ANTHROPIC | m | b  | true",
                "m  | '' | ANTHROPIC | n | b  | false",
                "m  | a  | ANTHROPIC | m | '' | true",
            })
    void it_goes_to_the_model_and_the_account_that_made_it_alone(
            String model,
            String account,
            Dialect asked,
            String askedModel,
            String askedAccount,
            boolean goes) {
        var made = new Signature("v", Dialect.ANTHROPIC, model, account);

        assertThat(made.by(asked, askedModel, askedAccount)).isEqualTo(goes);
    }

    @Test
    void what_is_known_of_its_maker_stays() {
        assertThat(new Signature("v", Dialect.GEMINI, "m", "a").madeBy("n", "b"))
                .isEqualTo(new Signature("v", Dialect.GEMINI, "m", "a"));
        assertThat(new Signature("v", Dialect.GEMINI, "", "").madeBy("n", "b"))
                .isEqualTo(new Signature("v", Dialect.GEMINI, "n", "b"));
    }

    @Test
    void a_wrapping_that_was_tampered_with_is_the_dialects_own_text() {
        for (String text :
                new String[] {
                    "sg1.",
                    "sg1.NOBODY.bQ.dg",
                    "sg1.GEMINI.bQ",
                    "sg1.GEMINI.!.dg.a",
                    "sg1.GEMINI.bQ.dg..x",
                    "sg1.GEMINI.bQ.dg..1--2"
                }) {
            assertThat(Signature.readFrom(Dialect.OPENAI, text))
                    .isEqualTo(new Signature(text, Dialect.OPENAI, ""));
        }
    }
}
