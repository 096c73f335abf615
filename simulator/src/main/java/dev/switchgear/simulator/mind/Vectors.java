package dev.switchgear.simulator.mind;

import java.util.Locale;
import java.util.random.RandomGenerator;

/// Embeds text: equal texts get equal vectors, and texts that share words lie nearer to each other
/// than texts that share none.
public final class Vectors {
    private static final int WORDS_MAX = 64;

    private Vectors() {}

    /// A vector of length 1.
    public static float[] embed(String text, int dimensions, long seed) {
        double[] sum = new double[dimensions];
        add(sum, Dice.of(seed, "whole", text), 0.5);
        String[] words = text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+", -1);
        for (int i = 0; i < Math.min(words.length, WORDS_MAX); i++) {
            if (!words[i].isEmpty()) {
                add(sum, Dice.of(seed, "word", words[i]), 1);
            }
        }
        double length = 0;
        for (double value : sum) {
            length += value * value;
        }
        length = Math.sqrt(length);
        float[] unit = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            unit[i] = (float) (sum[i] / length);
        }
        return unit;
    }

    private static void add(double[] sum, RandomGenerator random, double weight) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += weight * (random.nextDouble() * 2 - 1);
        }
    }
}
