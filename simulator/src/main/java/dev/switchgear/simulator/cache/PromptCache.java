package dev.switchgear.simulator.cache;

import dev.switchgear.core.time.Time;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Remembers the beginnings of prompts that carried a mark, for five minutes or an hour, and longer
/// each time they are read. Thread-safe.
public final class PromptCache {
    /// Shorter beginnings are not worth remembering to the real API either.
    public static final int TOKENS_MIN = 1024;

    /// How many blocks before a mark are looked at for a beginning that is known.
    private static final int LOOK_BACK = 20;

    private static final int ENTRIES_MAX = 10_000;

    /// One block of a prompt, in the order tools, system, messages.
    ///
    /// @param mark how long the prompt up to here is to be remembered; empty for no mark
    public record Block(String text, int tokens, Optional<Duration> mark) {
        public Block marked(Duration lasting) {
            return new Block(text, tokens, Optional.of(lasting));
        }
    }

    /// What of a prompt was known, and what was remembered anew.
    public record Use(int read, int written5m, int written1h) {
        public static final Use NONE = new Use(0, 0, 0);

        public int written() {
            return written5m + written1h;
        }
    }

    private record Known(Duration lasting, long until) {}

    private final Time time;
    private final Map<String, Known> beginnings =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
                    return size() > ENTRIES_MAX;
                }
            };

    public PromptCache(Time time) {
        this.time = time;
    }

    /// Reads and remembers what the marks of `prompt` ask for.
    ///
    /// @param owner whose cache it is: a key and a model
    public synchronized Use use(String owner, List<Block> prompt) {
        int last = lastMark(prompt);
        if (last < 0) {
            return Use.NONE;
        }
        List<String> names = names(owner, prompt.subList(0, last + 1));
        List<Integer> sums = new ArrayList<>();
        int sum = 0;
        for (Block block : prompt.subList(0, last + 1)) {
            sum += block.tokens();
            sums.add(sum);
        }
        long now = time.nanos();
        int known = -1;
        for (int i = last; i >= Math.max(0, last - LOOK_BACK) && known < 0; i--) {
            Known entry = beginnings.get(names.get(i));
            if (entry != null && entry.until() - now > 0) {
                known = i;
                beginnings.put(
                        names.get(i), new Known(entry.lasting(), now + entry.lasting().toNanos()));
            }
        }
        int before = known < 0 ? 0 : sums.get(known);
        int read = before;
        int written5m = 0;
        int written1h = 0;
        for (int i = known + 1; i <= last; i++) {
            Optional<Duration> mark = prompt.get(i).mark();
            if (mark.isPresent() && sums.get(i) >= TOKENS_MIN) {
                beginnings.put(names.get(i), new Known(mark.get(), now + mark.get().toNanos()));
                boolean hour = mark.get().compareTo(Duration.ofMinutes(5)) > 0;
                written1h += hour ? sums.get(i) - before : 0;
                written5m += hour ? 0 : sums.get(i) - before;
                before = sums.get(i);
            }
        }
        return new Use(read, written5m, written1h);
    }

    private static int lastMark(List<Block> prompt) {
        for (int i = prompt.size() - 1; i >= 0; i--) {
            if (prompt.get(i).mark().isPresent()) {
                return i;
            }
        }
        return -1;
    }

    /// One name for each beginning: a digest of its blocks, each block's built on the one before.
    private static List<String> names(String owner, List<Block> blocks) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            byte[] before = owner.getBytes(StandardCharsets.UTF_8);
            List<String> names = new ArrayList<>();
            for (Block block : blocks) {
                digest.update(before);
                before = digest.digest(block.text().getBytes(StandardCharsets.UTF_8));
                names.add(HexFormat.of().formatHex(before));
            }
            return names;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every JDK", e);
        }
    }
}
