package dev.switchgear.simulator.openai;

import dev.switchgear.simulator.answer.ApiErrorException;
import dev.switchgear.simulator.mind.Question;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// How a request of the Responses API wants the model to think.
///
/// @param effort how much; `none` where the model does not
/// @param summary which summary of the thoughts is wanted; empty for none
/// @param encrypted whether thoughts are handed out sealed
record ResponsesThinking(String effort, String summary, boolean encrypted) {
    private static final Set<String> SUMMARIES = Set.of("auto", "concise", "detailed");

    /// @param able whether the model can think
    static ResponsesThinking of(JsonNode body, boolean able) throws ApiErrorException {
        var fields = new OpenAiFields(body.path("reasoning"));
        String effort = able ? fields.oneOf("effort", Thinking.EFFORTS, "medium") : "none";
        String summary = fields.oneOf("summary", SUMMARIES, "");
        boolean encrypted = false;
        for (JsonNode wish : body.path("include")) {
            encrypted |= wish.asString("").equals("reasoning.encrypted_content");
        }
        return new ResponsesThinking(effort, summary, encrypted);
    }

    /// What is put into words, which some flavours only count.
    Question.Thinking spoken(Flavour flavour) {
        boolean hidden = flavour.thinking() == Flavour.Thoughts.HIDDEN;
        return hidden
                ? Question.Thinking.NONE
                : new Question.Thinking(Thinking.step(effort), Integer.MAX_VALUE);
    }
}
