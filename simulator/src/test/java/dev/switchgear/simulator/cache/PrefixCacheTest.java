package dev.switchgear.simulator.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.time.ManualTime;
import dev.switchgear.simulator.cache.PrefixCache.Rule;
import dev.switchgear.simulator.cache.PromptCache.Block;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PrefixCacheTest {
    private static final Rule RULE = new Rule(32, 8, Duration.ofMinutes(5));

    private final ManualTime time = new ManualTime();
    private final PrefixCache cache = new PrefixCache(time);

    private static Block block(String text) {
        return new Block(text, (text.length() + 3) / 4, Optional.empty());
    }

    private CacheUse use(String... texts) {
        List<Block> prompt = new ArrayList<>();
        for (String text : texts) {
            prompt.add(block(text));
        }
        return cache.use("k", prompt, RULE);
    }

    @Test
    void a_prompt_is_read_in_steps_as_far_as_it_begins_like_an_earlier_one() {
        String begin = "x".repeat(4 * 40);

        assertThat(use(begin, "one")).isEqualTo(new CacheUse(0, 40));
        assertThat(use(begin, "another")).isEqualTo(new CacheUse(40, 0));
        assertThat(use("y" + begin.substring(1), "one").read()).isZero();
        assertThat(use(begin.substring(0, 4 * 35) + "y".repeat(20), "one").read()).isEqualTo(32);
    }

    @Test
    void a_text_that_grows_keeps_its_steps() {
        String begin = "0123456789abcdef".repeat(10);

        use(begin);

        assertThat(use(begin + "and more words behind it").read()).isEqualTo(40);
    }

    @Test
    void a_text_cut_elsewhere_is_another_prompt() {
        use("a".repeat(80), "a".repeat(80));

        assertThat(use("a".repeat(160)).read()).isZero();
    }

    @Test
    void less_than_the_least_is_neither_written_nor_read() {
        String shorter = "x".repeat(4 * 31);

        assertThat(use(shorter)).isEqualTo(CacheUse.NONE);
        use(shorter + "x".repeat(40));
        assertThat(use("x".repeat(4 * 24) + "y".repeat(4 * 24)).read()).isZero();
    }

    @Test
    void the_last_token_is_never_read() {
        use("x".repeat(4 * 40));

        assertThat(use("x".repeat(4 * 40)).read()).isEqualTo(32);
    }

    @Test
    void what_is_not_read_for_its_time_is_forgotten() {
        String prompt = "x".repeat(4 * 41);

        use(prompt);
        time.advance(Duration.ofMinutes(4));
        assertThat(use(prompt).read()).isEqualTo(40);
        time.advance(Duration.ofMinutes(4));
        assertThat(use(prompt).read()).as("each read keeps it longer").isEqualTo(40);
        time.advance(Duration.ofMinutes(5));
        assertThat(use(prompt)).isEqualTo(new CacheUse(0, 40));
    }

    @Test
    void nobody_reads_what_is_anothers() {
        List<Block> prompt = List.of(block("x".repeat(200)));

        cache.use("one", prompt, RULE);

        assertThat(cache.use("two", prompt, RULE).read()).isZero();
        assertThat(cache.use("one", prompt, RULE).read()).isEqualTo(48);
    }

    /// Whatever conversation: what one request wrote, the next that begins with all of it reads, but
    /// for the tokens that fill no step.
    @Test
    void a_conversation_that_only_grows_reads_all_whole_steps_it_had() {
        for (int seed = 0; seed < 50; seed++) {
            var random = new Random(seed);
            List<Block> prompt = new ArrayList<>();
            int before = 0;
            for (int turn = 0; turn < 12; turn++) {
                for (int i = 0; i < 1 + random.nextInt(3); i++) {
                    String text = Integer.toString(random.nextInt()).repeat(random.nextInt(20));
                    prompt.add(
                            new Block(
                                    text,
                                    (text.length() + 3) / 4 + random.nextInt(3),
                                    Optional.empty()));
                }
                int tokens = prompt.stream().mapToInt(Block::tokens).sum();
                int read = cache.use("seed" + seed, prompt, RULE).read();
                int whole = Math.min(before, tokens - 1) / 8 * 8;
                assertThat(read)
                        .as("seed " + seed)
                        .isEqualTo(whole < 32 || before < 32 ? 0 : whole);
                before = tokens;
            }
        }
    }
}
