package dev.switchgear.providers.openrouter;

import static dev.switchgear.providers.fault.ErrorRule.named;
import static dev.switchgear.providers.fault.ErrorRule.worded;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Recovery;
import dev.switchgear.core.call.Scope;
import dev.switchgear.providers.fault.ErrorTable;
import dev.switchgear.providers.fault.Quotas;
import dev.switchgear.providers.llm.LlmPlace;
import dev.switchgear.providers.llm.LlmProvider;
import dev.switchgear.providers.openai.OpenAiPassing;
import dev.switchgear.providers.openai.OpenAiProvider;
import java.util.List;
import java.util.Set;

/// OpenRouter (its OpenAPI document of 2026-08-22). The code of its errors repeats the status; what
/// went wrong is a word in `metadata`.
public final class OpenRouterProvider {
    /// Where OpenRouter is.
    public static final String BASE = "https://openrouter.ai/api/v1";

    /// What its errors mean.
    public static final ErrorTable ERRORS =
            OpenAiProvider.ERRORS.preceded(
                    List.of(
                            named(
                                    Set.of(),
                                    Set.of(
                                            "context_length_exceeded",
                                            "max_tokens_exceeded",
                                            "token_limit_exceeded",
                                            "string_too_long"),
                                    Cause.TOO_LARGE,
                                    Scope.REQUEST,
                                    Recovery.MORE_ROOM),
                            named(
                                    Set.of(),
                                    Set.of("content_policy_violation", "refusal"),
                                    Cause.POLICY_REFUSED,
                                    Scope.REQUEST,
                                    Recovery.RETURN),
                            named(
                                    Set.of(),
                                    Set.of("authentication"),
                                    Cause.KEY_REJECTED,
                                    Scope.KEY,
                                    Recovery.FAIL_OVER),
                            named(
                                    Set.of(),
                                    Set.of(
                                            "model_deprecated",
                                            "model_unavailable_upstream",
                                            "free_variant_ended"),
                                    Cause.SUBJECT_UNKNOWN,
                                    Scope.SUBJECT,
                                    Recovery.FAIL_OVER),
                            // Of a model only its name is said; else of what the request asks for.
                            worded(
                                    Set.of(0, 404),
                                    "no endpoints (found|available) for [^ ]+$",
                                    Cause.SUBJECT_UNKNOWN,
                                    Scope.SUBJECT,
                                    Recovery.FAIL_OVER),
                            worded(
                                    Set.of(0, 400, 404, 503),
                                    "no endpoints (found|available)|no allowed providers"
                                            + "|routing requirements|data policy",
                                    Cause.INVALID_REQUEST,
                                    Scope.REQUEST,
                                    Recovery.FAIL_OVER),
                            named(
                                    Set.of(),
                                    Set.of("provider_overloaded"),
                                    Cause.OVERLOADED,
                                    Scope.SUBJECT,
                                    Recovery.RETRY),
                            worded(
                                    Set.of(403),
                                    "flagged|moderation|guardrail",
                                    Cause.POLICY_REFUSED,
                                    Scope.REQUEST,
                                    Recovery.RETURN),
                            worded(
                                    Set.of(403),
                                    "key limit|total limit",
                                    Cause.ACCOUNT_EXHAUSTED,
                                    Scope.KEY,
                                    Recovery.FAIL_OVER)));

    /// `Retry-After`, its own `X-RateLimit-Reset`, or the wait within the error.
    public static final Quotas QUOTAS = new OpenRouterQuotas(OpenAiProvider.QUOTAS);

    private OpenRouterProvider() {}

    /// @param place with the headers `HTTP-Referer` and `X-OpenRouter-Title` for attribution, if wanted
    public static LlmProvider openRouter(LlmPlace place) {
        return OpenAiProvider.andResponses(
                OpenAiProvider.alike(
                        place,
                        OpenRouterFlavour.CHAT,
                        OpenAiPassing.of(OpenRouterFlavour.CHAT),
                        ERRORS,
                        QUOTAS),
                OpenRouterFlavour.RESPONSES);
    }
}
