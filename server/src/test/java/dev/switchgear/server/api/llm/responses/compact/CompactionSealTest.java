package dev.switchgear.server.api.llm.responses.compact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.vault.Secret;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

class CompactionSealTest {
    private static final byte[] WORDS = "the password of the door is 4711".getBytes(UTF_8);

    private final CompactionSeal seal = new CompactionSeal(Secret.of("a pepper"));

    @Test
    void what_is_sealed_is_opened_for_the_client_that_it_was_sealed_for() {
        String sealed = seal.seal("ci", WORDS);

        assertThat(CompactionSeal.ours(sealed)).isTrue();
        assertThat(sealed).doesNotContain("4711");
        assertThat(seal.open("ci", sealed)).hasValue(WORDS);
    }

    @Test
    void it_is_opened_for_no_other_client() {
        assertThat(seal.open("cd", seal.seal("ci", WORDS))).isEmpty();
    }

    @Test
    void it_is_opened_after_a_restart_and_by_every_gateway_with_the_same_pepper_alone() {
        String sealed = seal.seal("ci", WORDS);

        assertThat(new CompactionSeal(Secret.of("a pepper")).open("ci", sealed)).hasValue(WORDS);
        assertThat(new CompactionSeal(Secret.of("another")).open("ci", sealed)).isEmpty();
    }

    @Test
    void whatever_sign_of_it_is_changed_it_is_not_opened() {
        String sealed = seal.seal("ci", WORDS);

        for (int at = CompactionSeal.PREFIX.length(); at < sealed.length() - 1; at++) {
            char other = sealed.charAt(at) == 'A' ? 'B' : 'A';
            String changed = sealed.substring(0, at) + other + sealed.substring(at + 1);
            assertThat(seal.open("ci", changed)).as("sign %s", at).isEmpty();
        }
    }

    @Test
    void what_is_cut_or_no_seal_at_all_is_not_opened() {
        String sealed = seal.seal("ci", WORDS);

        for (int end = CompactionSeal.PREFIX.length(); end < sealed.length() - 1; end++) {
            assertThat(seal.open("ci", sealed.substring(0, end))).as("%s signs", end).isEmpty();
        }
        assertThat(seal.open("ci", CompactionSeal.PREFIX + "not base64!")).isEmpty();
        assertThat(CompactionSeal.ours("gAAAAABo_provider")).isFalse();
    }

    @Test
    void the_same_words_are_never_sealed_alike() {
        var seen = new HashSet<String>();
        for (int i = 0; i < 100; i++) {
            seen.add(seal.seal("ci", WORDS));
        }

        assertThat(seen).hasSize(100);
    }
}
