package dev.switchgear.providers.deepseek;

import static dev.switchgear.providers.fault.ErrorRule.worded;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Recovery;
import dev.switchgear.core.call.Scope;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.providers.fault.ErrorTable;
import dev.switchgear.providers.llm.LlmPlace;
import dev.switchgear.providers.llm.LlmProvider;
import dev.switchgear.providers.llm.Passing;
import dev.switchgear.providers.openai.OpenAiPassing;
import dev.switchgear.providers.openai.OpenAiProvider;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// DeepSeek (api-docs.deepseek.com, 2026-11). It sends no limits and no waits. Models are continued
/// from a last message of the assistant only behind `/beta`.
public final class DeepSeekProvider {
    /// Where DeepSeek is.
    public static final String BASE = "https://api.deepseek.com";

    /// What its errors mean: as OpenAI's, but for the words about an unknown model.
    public static final ErrorTable ERRORS =
            OpenAiProvider.ERRORS.preceded(
                    List.of(
                            worded(
                                    Set.of(400),
                                    "model not exist",
                                    Cause.SUBJECT_UNKNOWN,
                                    Scope.SUBJECT,
                                    Recovery.FAIL_OVER)));

    private DeepSeekProvider() {}

    public static LlmProvider deepSeek(LlmPlace place) {
        LlmProvider both =
                OpenAiProvider.andResponses(
                        OpenAiProvider.alike(
                                place,
                                DeepSeekFlavour.CHAT,
                                OpenAiPassing.of(DeepSeekFlavour.CHAT)
                                        .reworded((_, body) -> DeepSeekPassing.reworded(body)),
                                ERRORS,
                                OpenAiProvider.QUOTAS),
                        DeepSeekFlavour.RESPONSES);
        return both.speaking(
                both.passing().stream().map(DeepSeekProvider::withoutSchema).toList(),
                both.spoken());
    }

    private static Passing withoutSchema(Passing passing) {
        return passing.dialect() == Dialect.RESPONSES
                ? passing.reworded((_, body) ->
                        Optional.of(body).filter(one -> !DeepSeekResponsesPassing.formed(one)))
                : passing;
    }
}
