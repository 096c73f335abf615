package dev.switchgear.core.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretTest {
    @Test
    void a_secret_prints_only_what_helps_to_recognise_it() {
        var secret = Secret.of("sk-proj-0123456789abcdef-f3a9");

        assertThat(secret).hasToString("sk-…f3a9");
        assertThat("key: " + secret).doesNotContain("0123");
    }

    @Test
    void a_secret_without_a_short_prefix_prints_its_end_only() {
        assertThat(Secret.of("0123456789abcdef-and-more-f3a9")).hasToString("…f3a9");
    }

    @Test
    void a_short_secret_prints_nothing_of_itself() {
        assertThat(Secret.of("sk-short")).hasToString("…");
    }

    @ParameterizedTest
    @CsvSource({
        "abcdefghijklmno, …",
        "abcdefghijklmnop, …mnop",
        "-bcdefghijklmnop, -…mnop",
        "abc-efghijklmnop, abc-…mnop",
        "abcd-fghijklmnop, …mnop"
    })
    void what_it_prints_is_the_same_small_share_whatever_its_form(String value, String printed) {
        assertThat(Secret.of(value)).hasToString(printed);
    }

    @Test
    void an_empty_secret_is_refused() {
        assertThatThrownBy(() -> Secret.of("  ")).hasMessageContaining("empty");
    }

    @Test
    void equal_secrets_are_equal_and_reveal_what_was_given() {
        assertThat(Secret.of("sk-a"))
                .isEqualTo(Secret.of("sk-a"))
                .hasSameHashCodeAs(Secret.of("sk-a"));
        assertThat(Secret.of("sk-a")).isNotEqualTo(Secret.of("sk-b"));
        assertThat(Secret.of("sk-a").reveal()).isEqualTo("sk-a");
    }
}
