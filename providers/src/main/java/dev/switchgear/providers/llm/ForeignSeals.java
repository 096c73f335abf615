package dev.switchgear.providers.llm;

import dev.switchgear.dialects.anthropic.ForeignReasoning;
import dev.switchgear.dialects.responses.ForeignItems;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.call.LlmRequest;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.Worded;
import dev.switchgear.families.llm.scan.RequestBody;
import dev.switchgear.families.llm.seal.SealMaker;
import dev.switchgear.families.llm.seal.SealNeedles;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Signatures and sealed thoughts in a client's history that whoever is asked did not make: those of another
/// dialect's provider, which are wrapped for the client, and those of another account, or of another model,
/// of which is remembered whose they are. One whose maker nobody knows goes where its client sends it.
///
/// @param asked the bytes that would pass
/// @param target who is asked
record ForeignSeals(LlmRequest request, RequestBody asked, ModelTarget target) {
    private static final String TOLD = "reasoning: another account's, provider's or model's";

    /// How a wrapped value begins: [dev.switchgear.families.llm.chat.Signature] does so, with marks of
    /// [dev.switchgear.dialects.WrappedSeal] before it, for Gemini in base64.
    private static final List<String> WRAPPED = List.of("sg1.", "sgcall.", "sgopen.");

    private static final String WRAPPED_FOR_GEMINI = "c2dn";

    /// What passes: the same bytes where there are none, as in almost all of them.
    ///
    /// @param body of the request, as it would pass
    /// @return empty where the request must be worded anew, which leaves them out
    Optional<Worded> passing(byte[] body) {
        if (found()) {
            return without(body);
        }
        return Optional.of(
                request.dialect() == Dialect.ANTHROPIC
                        ? told(ForeignReasoning.removed(body), body)
                        : new Worded(body, List.of()));
    }

    /// What passes without thoughts of which the provider has said that it does not have them: a client that
    /// sends items of reasoning without their sealed text names what it hopes to lie there.
    ///
    /// @return empty where there are none
    Optional<Worded> withoutForgotten(byte[] body) {
        if (request.dialect() != Dialect.RESPONSES) {
            return Optional.empty();
        }
        return Optional.of(told(ForeignItems.withoutNamed(body), body))
                .filter(worded -> !worded.dropped().isEmpty());
    }

    private static Worded told(byte[] left, byte[] body) {
        return new Worded(left, Arrays.equals(left, body) ? List.of() : List.of(TOLD));
    }

    /// Whether there are any: one look at what stands from the first answer on, without a copy of the body,
    /// as almost all of them hold none.
    private boolean found() {
        SealNeedles needles = SealNeedles.of(request.dialect());
        byte[] json = asked.bytes();
        int from = asked.conversation().answersFrom();
        return needles.hit(json, from, json.length)
                && needles.any(json, from, json.length, this::foreign);
    }

    private Optional<Worded> without(byte[] body) {
        byte[] left =
                switch (request.dialect()) {
                    case ANTHROPIC -> ForeignReasoning.removed(body, this::foreign);
                    case RESPONSES -> ForeignItems.removed(body, this::foreign);
                    case OPENAI, GEMINI, OLLAMA, OLLAMA_GENERATE, COMPLETIONS, OWN -> body;
                };
        // What is sealed and no thought stays, and is looked at when it is worded.
        boolean some =
                Arrays.equals(left, body)
                        || SealNeedles.of(request.dialect())
                                .any(left, 0, left.length, this::foreign);
        return some ? Optional.empty() : Optional.of(new Worded(left, List.of(TOLD)));
    }

    private boolean foreign(String value) {
        return wrapped(value)
                || request.companions().seals().maker(value).filter(this::another).isPresent();
    }

    private boolean wrapped(String value) {
        return request.dialect() == Dialect.GEMINI
                ? value.startsWith(WRAPPED_FOR_GEMINI)
                : WRAPPED.stream().anyMatch(value::startsWith);
    }

    /// OpenAI's models read each other's thoughts.
    private boolean another(SealMaker maker) {
        return !maker.account().equals(target.account())
                || (request.dialect() != Dialect.RESPONSES
                        && !maker.model().equals(target.model()));
    }
}
