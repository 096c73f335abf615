package dev.switchgear.simulator.openai;

import dev.switchgear.simulator.mind.Dice;
import java.util.Locale;
import java.util.random.RandomGenerator;

/// The names a flavour gives to what it answers.
final class Ids {
    private Ids() {}

    static String completion(Flavour flavour, RandomGenerator identity, long created) {
        return switch (flavour) {
            case OPENAI -> "chatcmpl-" + Dice.letters(identity, 29);
            case XAI, DEEPSEEK -> uuid(identity);
            case OPENROUTER -> "gen-" + created + "-" + Dice.letters(identity, 20);
            // Small numbers, not unique.
            case OLLAMA -> "chatcmpl-" + identity.nextInt(1000);
            case VLLM -> "chatcmpl-" + Dice.hex(identity, 32);
            case LLAMA_CPP -> "chatcmpl-" + Dice.letters(identity, 32);
            case LM_STUDIO -> "chatcmpl-" + lower(identity, 22);
        };
    }

    static String fingerprint(Flavour flavour, long seed, String model) {
        RandomGenerator random = Dice.of(seed, "fingerprint", model);
        return switch (flavour) {
            case OPENAI, XAI, OPENROUTER -> "fp_" + Dice.hex(random, 10);
            case DEEPSEEK -> "fp_" + Dice.hex(random, 10) + "_prod0820_fp8_kvcache_20260402";
            case OLLAMA -> "fp_ollama";
            case VLLM -> "";
            case LLAMA_CPP -> "b" + (4000 + random.nextInt(5000)) + "-" + Dice.hex(random, 7);
            case LM_STUDIO -> model;
        };
    }

    static String call(Flavour flavour, RandomGenerator identity) {
        return switch (flavour) {
            case OPENAI, OPENROUTER -> "call_" + Dice.letters(identity, 24);
            case XAI -> "call_" + digits(identity, 8);
            case DEEPSEEK -> "call_00_" + Dice.letters(identity, 20);
            case OLLAMA -> "call_" + lower(identity, 8);
            case VLLM -> "chatcmpl-tool-" + Dice.hex(identity, 32);
            case LLAMA_CPP -> Dice.letters(identity, 32);
            case LM_STUDIO -> digits(identity, 9);
        };
    }

    static String response(Flavour flavour, RandomGenerator identity, long created) {
        return switch (flavour) {
            case OPENAI, LM_STUDIO -> "resp_" + Dice.hex(identity, 50);
            case XAI, DEEPSEEK -> uuid(identity);
            case OPENROUTER -> "gen-" + created + "-" + Dice.letters(identity, 20);
            case OLLAMA -> "resp_" + identity.nextInt(1_000_000);
            case VLLM, LLAMA_CPP -> "resp_" + Dice.hex(identity, 32);
        };
    }

    /// @param prefix `rs`, `msg` or `fc`
    /// @param index of the call among the calls
    static String item(
            Flavour flavour, String prefix, String response, int index, RandomGenerator identity) {
        return switch (flavour) {
            case XAI -> prefix + "_" + response + (prefix.equals("fc") ? "_" + index : "");
            case DEEPSEEK -> uuid(identity);
            case OPENROUTER -> prefix + "_tmp_" + lower(identity, 11);
            case OPENAI, OLLAMA, VLLM, LLAMA_CPP, LM_STUDIO ->
                    prefix + "_" + Dice.hex(identity, 50);
        };
    }

    static String responseCall(Flavour flavour, int index, RandomGenerator identity) {
        return flavour == Flavour.XAI
                ? "call-" + uuid(identity) + "-" + index
                : call(flavour, identity);
    }

    static String uuid(RandomGenerator random) {
        String hex = Dice.hex(random, 32);
        return hex.substring(0, 8)
                + "-"
                + hex.substring(8, 12)
                + "-"
                + hex.substring(12, 16)
                + "-"
                + hex.substring(16, 20)
                + "-"
                + hex.substring(20);
    }

    private static String digits(RandomGenerator random, int length) {
        var text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) ('0' + (i == 0 ? 1 + random.nextInt(9) : random.nextInt(10))));
        }
        return text.toString();
    }

    private static String lower(RandomGenerator random, int length) {
        return Dice.letters(random, length).toLowerCase(Locale.ROOT);
    }
}
