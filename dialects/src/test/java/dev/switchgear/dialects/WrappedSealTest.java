package dev.switchgear.dialects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.dialects.WrappedSeal.Is;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.Signature;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a signature says when a client sends it back from a place that has another meaning.
final class WrappedSealTest {
    @ParameterizedTest
    @EnumSource(
            value = Dialect.class,
            names = {"OPENAI", "RESPONSES", "ANTHROPIC", "GEMINI"})
    void what_it_stands_for_comes_back_with_it(Dialect client) {
        for (Dialect signer : Dialect.values()) {
            var whole = new Signature("seal+/=", signer, "m", "a");
            // Its own passes as it came, without its maker's name.
            Signature back = signer == client ? new Signature("seal+/=", signer, "", "") : whole;

            assertThat(WrappedSeal.read(client, whole.shownTo(client)))
                    .isEqualTo(new WrappedSeal(Is.USUAL, back));
            assertThat(WrappedSeal.read(client, WrappedSeal.ofCall(whole, client)))
                    .isEqualTo(new WrappedSeal(Is.CALL, back));
            assertThat(WrappedSeal.read(client, WrappedSeal.ofOpen(whole, client)))
                    .isEqualTo(new WrappedSeal(signer == client ? Is.USUAL : Is.OPEN, back));
        }
    }
}
