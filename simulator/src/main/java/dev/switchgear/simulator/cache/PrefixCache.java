package dev.switchgear.simulator.cache;

import dev.switchgear.core.time.Time;
import dev.switchgear.simulator.cache.PromptCache.Block;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Remembers how prompts begin without being asked to, in steps of so many tokens, and forgets what
/// was not read for a while. Thread-safe.
public final class PrefixCache {
    /// Bytes of a prompt that are one token.
    private static final int TOKEN_BYTES = 4;

    private static final int STEPS_MAX = 50_000;

    /// What a provider remembers, and for how long.
    ///
    /// @param tokensMin of a prompt that is remembered at all, and of what is read
    /// @param step tokens known or unknown together; 1 or more
    /// @param kept how long since it was last read
    public record Rule(int tokensMin, int step, Duration kept) {}

    private final Time time;

    /// Until when each step is known, in nanoseconds, by a digest of all that leads to its end.
    private final Map<String, Long> steps =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
                    return size() > STEPS_MAX;
                }
            };

    public PrefixCache(Time time) {
        this.time = time;
    }

    /// Reads what is known of `prompt` and remembers all of it. The last token is never read: a model
    /// must see one.
    ///
    /// @param owner whose cache it is
    public synchronized CacheUse use(String owner, List<Block> prompt, Rule rule) {
        int tokens = prompt.stream().mapToInt(Block::tokens).sum();
        if (tokens < rule.tokensMin()) {
            return CacheUse.NONE;
        }
        List<String> names = names(owner, prompt, rule.step());
        long now = time.nanos();
        int known = 0;
        while (known < names.size() && alive(names.get(known), now)) {
            known++;
        }
        // The first steps are touched last, so that none is forgotten before what stands behind it.
        for (String name : names.reversed()) {
            steps.put(name, now + rule.kept().toNanos());
        }
        int read = Math.min(known, (tokens - 1) / rule.step()) * rule.step();
        return new CacheUse(
                read < rule.tokensMin() ? 0 : read, (names.size() - known) * rule.step());
    }

    private boolean alive(String name, long now) {
        Long until = steps.get(name);
        return until != null && until - now > 0;
    }

    /// One name for each whole step: a digest of its bytes and of the step before. What a block has
    /// beyond four bytes a token stands in its first one, so that a text that grows keeps its steps.
    private static List<String> names(String owner, List<Block> prompt, int step) {
        MessageDigest digest = sha256();
        List<String> names = new ArrayList<>();
        digest.update(owner.getBytes(StandardCharsets.UTF_8));
        int within = 0;
        for (Block block : prompt) {
            byte[] bytes = block.text().getBytes(StandardCharsets.UTF_8);
            int at = Math.max(0, bytes.length - TOKEN_BYTES * block.tokens());
            digest.update((byte) 0);
            digest.update(bytes, 0, at);
            int left = block.tokens();
            while (left > 0) {
                int taken = Math.min(left, step - within);
                int end = Math.min(bytes.length, at + TOKEN_BYTES * taken);
                digest.update(bytes, at, end - at);
                at = end;
                left -= taken;
                within += taken;
                if (within == step) {
                    byte[] name = digest.digest();
                    names.add(HexFormat.of().formatHex(name));
                    digest.update(name);
                    within = 0;
                }
            }
        }
        return names;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every JDK", e);
        }
    }
}
