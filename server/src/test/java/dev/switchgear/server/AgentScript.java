package dev.switchgear.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The conversation that every agent holds: eleven words of its user, twenty turns of the model.
///
/// Whatever is said bears a mark of its own (`user-05`, `call-05a`, `result-05a`, `answer-05`), so that
/// whoever sees a request, in whatever dialect, can tell what of the conversation it holds.
final class AgentScript {
    static final String SYSTEM = system(130);

    /// Long enough for those who remember only long prompts.
    static final String LONG_SYSTEM = system(330);

    /// Turns of the model in the whole conversation.
    static final int TURNS = 20;

    /// A picture: a PNG of one point.
    static final String PICTURE =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    static final String FILE = "What the paper of step six says, word by word: heliotrope.";

    private AgentScript() {}

    /// What stands for a conversation that was compacted by whoever answers, and not by the agent.
    static final String SUMMED_UP = "summary-of-it-all";

    /// What goes with the user's words.
    enum Enclosed {
        NOTHING,
        PICTURE,
        FILE;

        /// What whoever reads a request tells of it.
        String mark() {
            return name().toLowerCase(Locale.ROOT) + "-enclosed";
        }
    }

    /// A call that the model is led to make.
    ///
    /// @param mark its argument
    record Order(String tool, String mark) {
        /// What makes the simulated model do it.
        String words() {
            return "[call " + tool + " " + mark + "]";
        }

        String result() {
            return mark.replace("call", "result");
        }
    }

    /// What the user says, and what comes of it.
    ///
    /// @param number from 1
    /// @param rounds the calls that the model makes one after the other, several of a round at once
    /// @param forced whether the first call is demanded by name
    /// @param compacts whether the conversation so far is put into a summary here
    record Step(
            int number,
            List<List<Order>> rounds,
            boolean forced,
            Enclosed enclosed,
            boolean compacts) {
        Step {
            rounds = List.copyOf(rounds);
        }

        String mark(String what) {
            return "%s-%02d".formatted(what, number);
        }

        /// What the model says at the end.
        String answer() {
            return compacts ? mark("summary") + " keeps all of it." : mark("answer") + ".";
        }

        String words() {
            // Whoever joins the user's messages shows the model what led it before.
            return mark("user")
                    + ". [now] "
                    + (rounds.isEmpty() ? "" : words(rounds.getFirst()))
                    + "Say \""
                    + answer()
                    + "\"";
        }

        /// What leads the model to these calls.
        static String words(List<Order> round) {
            var text = new StringBuilder();
            round.forEach(order -> text.append(order.words()).append(' '));
            return text.toString();
        }
    }

    static List<Step> steps() {
        return List.of(
                said(1),
                called(2, List.of("read_file", "list_dir")),
                forced(3),
                enclosing(4, Enclosed.PICTURE),
                called(5, List.of("read_file"), List.of("grep"), List.of("write_file", "list_dir")),
                enclosing(6, Enclosed.FILE),
                new Step(7, List.of(), false, Enclosed.NOTHING, true),
                called(8, List.of("read_file")),
                forced(9),
                called(10, List.of("write_file", "grep"), List.of("read_file")),
                said(11));
    }

    private static Step said(int number) {
        return enclosing(number, Enclosed.NOTHING);
    }

    private static Step enclosing(int number, Enclosed enclosed) {
        return new Step(number, List.of(), false, enclosed, false);
    }

    private static Step forced(int number) {
        Step step = called(number, List.of("grep"));
        return new Step(number, step.rounds(), true, Enclosed.NOTHING, false);
    }

    @SafeVarargs
    private static Step called(int number, List<String>... tools) {
        List<List<Order>> rounds = new ArrayList<>();
        char letter = 'a';
        for (List<String> names : tools) {
            List<Order> round = new ArrayList<>();
            for (String name : names) {
                round.add(new Order(name, "call-%02d%s".formatted(number, letter++)));
            }
            rounds.add(List.copyOf(round));
        }
        return new Step(number, rounds, false, Enclosed.NOTHING, false);
    }

    private static String system(int rules) {
        var text = new StringBuilder("system-00. You keep a garden of rules.");
        for (int i = 0; i < rules; i++) {
            text.append(" Rule ").append(i).append(": water what is dry, and nothing else at all.");
        }
        return text.toString();
    }
}
