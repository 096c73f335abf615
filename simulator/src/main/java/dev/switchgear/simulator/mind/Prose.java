package dev.switchgear.simulator.mind;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.random.RandomGenerator;

/// Writes short answers that stay on the topic of a prompt and never claim to come from a real model.
/// Each holds characters outside ASCII, so a stream can be cut inside one.
public final class Prose {
    private static final Set<String> SMALL_WORDS =
            Set.of(
                    ("a about all also an and answer any are as ask at be because been but by can"
                                    + " could describe did do does each explain few find for from"
                                    + " get give has have hello hey hi how i if in into is it its"
                                    + " just know let list long make many may me more most much my"
                                    + " name need no not now of on one only or other our out please"
                                    + " reply respond say sentence sentences short should show so"
                                    + " some such tell test than thank thanks that the their them"
                                    + " then there these they this three to two use user using very"
                                    + " was we were what when where which who why will with word"
                                    + " words would write yes you your")
                            .split(" ", -1));

    private static final List<String> OPENINGS =
            List.of(
                    "A simulated answer on {t} — no real model was asked.",
                    "Here is what a simulated model has to say about {t} — briefly.",
                    "On {t} — in the words of a simulated model, so take them lightly.",
                    "Let us look at {t} — from a simulated point of view.");

    private static final List<String> BODY =
            List.of(
                    "Start with what you can measure; about {t}, guesses age quickly.",
                    "Most people meet {t} by accident and stay because it turns out useful. 🙂",
                    "There are two sides to {t}: what it promises, and what it costs to keep.",
                    "The first question is rarely “how fast?” but “what happens when it fails?”",
                    "A small example of {t} teaches more than a long list of rules.",
                    "Whoever explains {t} well usually draws a picture first → then the words"
                            + " follow.",
                    "It helps to write down what must never happen, and to begin there.",
                    "With {t}, the naïve approach works until the second customer arrives.",
                    "Think of a café at noon: {t} decides who waits, and for how long. ☕",
                    "Three things matter most — clarity, limits, and a way back.",
                    "What looks like a detail of {t} today is often tomorrow’s main road.",
                    "Keep {t} simple, measure again, and change one thing at a time. ⚡",
                    "Not every part of {t} deserves the same care; choose the few that do.",
                    "If two opinions on {t} disagree, an experiment is cheaper than a debate.");

    private static final List<String> CLOSINGS =
            List.of(
                    "Tell me more about your case, and the answer can be more precise.",
                    "That is the short version; each point could fill a page of its own.",
                    "In short: begin small, look closely, and keep {t} honest.",
                    "If you try only one of these, let it be the first. ✓");

    private static final List<String> GREETINGS =
            List.of(
                    "Hello! 👋 I am a simulated model — ask me something, and I will answer in"
                            + " generated words.",
                    "Hi there 🙂 — this is a simulated model. What would you like to talk about?",
                    "Good day! You have reached a simulated model — what can it do for you?");

    private Prose() {}

    /// A few sentences on what `prompt` is about; a greeting where it is about nothing.
    public static String about(String prompt, RandomGenerator random) {
        String topic = topic(prompt);
        if (topic.isEmpty()) {
            return pick(GREETINGS, random);
        }
        var answer = new StringBuilder(pick(OPENINGS, random));
        List<String> body = new ArrayList<>(BODY);
        for (int sentences = 2 + random.nextInt(4); sentences > 0; sentences--) {
            answer.append(' ').append(body.remove(random.nextInt(body.size())));
        }
        answer.append(' ').append(pick(CLOSINGS, random));
        return answer.toString().replace("{t}", topic);
    }

    /// The first run of up to three words in `prompt` that carry meaning; empty for none.
    public static String topic(String prompt) {
        var topic = new StringBuilder();
        int words = 0;
        for (String word : prompt.substring(0, Math.min(prompt.length(), 2000)).split("\\s+", -1)) {
            String bare = word.replaceAll("^[^\\p{L}\\p{N}]+|[^\\p{L}\\p{N}]+$", "");
            boolean small = bare.length() < 3 || SMALL_WORDS.contains(lower(bare));
            if (!small && bare.length() <= 40) {
                topic.append(topic.isEmpty() ? "" : " ").append(bare);
                words++;
            }
            boolean phraseEnds = small || !word.endsWith(bare);
            if (words == 3 || (words > 0 && phraseEnds)) {
                break;
            }
        }
        return topic.toString();
    }

    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    private static String pick(List<String> sentences, RandomGenerator random) {
        return sentences.get(random.nextInt(sentences.size()));
    }
}
