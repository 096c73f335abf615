package dev.switchgear.simulator.mind;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// What a request asks of a model, in no provider's words.
///
/// @param prompt the text of the last user message
/// @param images how many the last message shows
/// @param toolResults what the tools said, where the last message is theirs
/// @param tools those that may be called
/// @param forcedTool the one that must be called; empty for none in particular
/// @param toolRequired whether some tool must be called
/// @param parallel whether several calls may come at once
/// @param form how the answer is to be written
/// @param schema what a structured answer must satisfy; missing for none
/// @param effort how much the model thinks before it speaks
/// @param thoughtsMax bound on the tokens of its thoughts; 0 or more
/// @param stops texts at which the answer ends
/// @param tokensMax bound on the tokens of thoughts and answer together; 0 or more
public record Question(
        String prompt,
        int images,
        List<String> toolResults,
        List<OfferedTool> tools,
        String forcedTool,
        boolean toolRequired,
        boolean parallel,
        Form form,
        JsonNode schema,
        Effort effort,
        int thoughtsMax,
        List<String> stops,
        int tokensMax) {
    /// How an answer is written.
    public enum Form {
        PROSE,
        /// Some JSON object.
        JSON,
        /// JSON that satisfies the schema.
        SCHEMA
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
        toolResults = List.copyOf(toolResults);
        tools = List.copyOf(tools);
        stops = List.copyOf(stops);
    }

    /// `prompt` alone: no tools, no thoughts, an answer as long as it likes.
    public static Question of(String prompt) {
        return new Question(
                prompt,
                0,
                List.of(),
                List.of(),
                "",
                false,
                true,
                Form.PROSE,
                JsonNodeFactory.instance.missingNode(),
                Effort.NONE,
                Integer.MAX_VALUE,
                List.of(),
                Integer.MAX_VALUE);
    }

    public Question withTools(List<OfferedTool> offered, boolean several) {
        return new Question(
                prompt,
                images,
                toolResults,
                offered,
                forcedTool,
                toolRequired,
                several,
                form,
                schema,
                effort,
                thoughtsMax,
                stops,
                tokensMax);
    }

    public Question thinking(Effort much, int most) {
        return new Question(
                prompt,
                images,
                toolResults,
                tools,
                forcedTool,
                toolRequired,
                parallel,
                form,
                schema,
                much,
                most,
                stops,
                tokensMax);
    }

    public Question upTo(int tokens) {
        return new Question(
                prompt,
                images,
                toolResults,
                tools,
                forcedTool,
                toolRequired,
                parallel,
                form,
                schema,
                effort,
                thoughtsMax,
                stops,
                tokens);
    }
}
