package dev.switchgear.server.api.llm;

import dev.switchgear.core.time.Time;
import dev.switchgear.families.json.Abandoned;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.call.Meaning;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.dialect.AnswerIdentity;
import dev.switchgear.families.llm.dialect.AnswerWriter;

/// What a client asks, as far as its answer depends on it.
///
/// @param model the name the client used
record ClientRequest(LlmVisit visit, String model, Meaning meaning) {
    /// Writes in the client's dialect. What the client asked for about the form of the answer counts;
    /// where that cannot be read, or only now that the gateway stops, the dialect's usual form.
    AnswerWriter writer(Time time) {
        ChatRequest asked;
        try {
            asked = meaning.chat();
        } catch (InvalidBody | Abandoned unread) {
            asked = ChatRequest.builder(model).streamed(true).build();
        }
        long now = time.instant().getEpochSecond();
        AnswerIdentity identity =
                visit.turn()
                        .identity(now, model)
                        .orElseGet(() -> new AnswerIdentity(ofRequest(), now, model));
        return visit.protocol().dialect().answer(asked, identity);
    }

    private String ofRequest() {
        return visit.visit().requestId().replaceAll("[^A-Za-z0-9_-]", "");
    }
}
