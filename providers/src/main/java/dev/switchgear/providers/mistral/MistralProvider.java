package dev.switchgear.providers.mistral;

import static dev.switchgear.providers.fault.ErrorRule.named;
import static dev.switchgear.providers.fault.ErrorRule.worded;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Recovery;
import dev.switchgear.core.call.Scope;
import dev.switchgear.providers.fault.ErrorTable;
import dev.switchgear.providers.fault.QuotaHeaders;
import dev.switchgear.providers.fault.Quotas;
import dev.switchgear.providers.llm.LlmPlace;
import dev.switchgear.providers.llm.LlmProvider;
import dev.switchgear.providers.openai.OpenAiProvider;
import java.util.List;
import java.util.Set;

/// Mistral (openapi.yaml of github.com/mistralai/platform-docs-public, 2026-08-21, and
/// docs.mistral.ai/resources/error-glossary, read 2026-11-21). Its errors are flat; those of a wrong
/// field have lists for a message.
///
/// No client's bytes pass: most OpenAI clients send fields that it refuses, and none reads answers
/// whose content is a list, as its reasoning is. So everything is translated.
public final class MistralProvider {
    /// Where Mistral is.
    public static final String BASE = "https://api.mistral.ai/v1";

    /// What its errors mean. An unknown model is a 400, as seen in public reports of 2025; a tier
    /// without room for one model, which leaves the others, a 429 or 400 (2025-06).
    public static final ErrorTable ERRORS =
            OpenAiProvider.ERRORS.preceded(
                    List.of(
                            named(
                                    Set.of(),
                                    Set.of("invalid_model"),
                                    Cause.SUBJECT_UNKNOWN,
                                    Scope.SUBJECT,
                                    Recovery.FAIL_OVER),
                            worded(
                                    Set.of(0, 400, 429),
                                    "capacity exceeded for this model",
                                    Cause.OVERLOADED,
                                    Scope.SUBJECT,
                                    Recovery.FAIL_OVER)));

    /// What is left of a minute; not when it ends (headers in public reports of 2026-02). A 429 has
    /// `Retry-After`.
    public static final Quotas QUOTAS = new QuotaHeaders("req-minute", "tokens-minute");

    private MistralProvider() {}

    public static LlmProvider mistral(LlmPlace place) {
        return OpenAiProvider.worded(place, MistralFlavour.CHAT, ERRORS, QUOTAS);
    }
}
