package dev.switchgear.simulator.mind;

import java.util.List;
import tools.jackson.databind.JsonNode;

/// What a request asks of a model, in no provider's words.
///
/// @param prompt the text of the last user message, from behind the last `[now]` in it
/// @param images how many the last message shows
/// @param toolResults what the tools said, where the last message is theirs
/// @param form how the answer is to be written
/// @param thinking how much the model thinks before it speaks
/// @param stops texts at which the answer ends
/// @param tokensMax bound on the tokens of thoughts and answer together; 0 or more
public record Question(
        String prompt,
        int images,
        List<String> toolResults,
        Tools tools,
        Form form,
        Thinking thinking,
        List<String> stops,
        int tokensMax) {
    private static final String NOW = "[now]";

    /// The tools of a question, and how they are to be called.
    ///
    /// @param offered those that may be called
    /// @param forced the one that must be called; empty for none in particular
    /// @param required whether some tool must be called
    /// @param parallel whether several calls may come at once
    public record Tools(
            List<OfferedTool> offered, String forced, boolean required, boolean parallel) {
        /// No tool, and nothing against calling several.
        public static final Tools NONE = new Tools(List.of(), "", false, true);

        public Tools {
            offered = List.copyOf(offered);
        }

        /// The same, called several at once or one by one.
        public Tools called(boolean together) {
            return new Tools(offered, forced, required, together);
        }
    }

    /// How an answer is written.
    public sealed interface Form {
        record Prose() implements Form {}

        /// Some JSON object.
        record Json() implements Form {}

        /// JSON that satisfies `schema`; missing, or no object: anything does.
        record Schema(JsonNode schema) implements Form {}
    }

    /// How much is thought.
    ///
    /// @param tokensMax bound on the tokens of thoughts; 0 or more
    public record Thinking(Effort effort, int tokensMax) {
        public static final Thinking NONE = new Thinking(Effort.NONE, Integer.MAX_VALUE);
    }

    /// How much is thought: each step about twice the one before.
    public enum Effort {
        NONE(0),
        MINIMAL(1),
        LOW(2),
        MEDIUM(4),
        HIGH(8),
        MAX(16);

        private final int sentences;

        Effort(int sentences) {
            this.sentences = sentences;
        }

        int sentences() {
            return sentences;
        }
    }

    public Question {
        int now = prompt.lastIndexOf(NOW);
        prompt = now < 0 ? prompt : prompt.substring(now + NOW.length());
        toolResults = List.copyOf(toolResults);
        stops = List.copyOf(stops);
    }

    /// `prompt` alone: no tools, no thoughts, an answer as long as it likes.
    public static Question of(String prompt) {
        return new Question(
                prompt,
                0,
                List.of(),
                Tools.NONE,
                new Form.Prose(),
                Thinking.NONE,
                List.of(),
                Integer.MAX_VALUE);
    }

    public Question with(Tools other) {
        return new Question(prompt, images, toolResults, other, form, thinking, stops, tokensMax);
    }

    public Question with(Thinking other) {
        return new Question(prompt, images, toolResults, tools, form, other, stops, tokensMax);
    }

    public Question upTo(int tokens) {
        return new Question(prompt, images, toolResults, tools, form, thinking, stops, tokens);
    }
}
