package dev.switchgear.simulator.mind;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// Chance that repeats: the same seed and circumstances give the same numbers in every JVM.
public final class Dice {
    private static final String LETTERS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private Dice() {}

    /// A generator for one occasion, told apart from others by `circumstances`.
    public static RandomGenerator of(long seed, Object... circumstances) {
        long state = seed;
        for (Object circumstance : circumstances) {
            byte[] bytes =
                    circumstance instanceof byte[] raw
                            ? raw
                            : circumstance.toString().getBytes(StandardCharsets.UTF_8);
            state = mix(state, bytes);
        }
        return new SplittableRandom(state);
    }

    /// `length` letters and digits.
    public static String letters(RandomGenerator random, int length) {
        return pick(random, LETTERS, length);
    }

    /// `length` hexadecimal digits.
    public static String hex(RandomGenerator random, int length) {
        return pick(random, "0123456789abcdef", length);
    }

    private static String pick(RandomGenerator random, String alphabet, int length) {
        var text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    /// FNV-1a over the bytes, finished as SplitMix64 does so that near inputs end far apart.
    private static long mix(long state, byte[] bytes) {
        long hash = state ^ 0xcbf29ce484222325L;
        for (byte value : bytes) {
            hash = (hash ^ (value & 0xff)) * 0x100000001b3L;
        }
        hash ^= bytes.length;
        hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
        return hash ^ (hash >>> 31);
    }
}
