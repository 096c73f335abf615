package dev.switchgear.providers.xai;

import static dev.switchgear.providers.fault.ErrorRule.worded;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Recovery;
import dev.switchgear.core.call.Scope;
import dev.switchgear.providers.fault.CommonErrors;
import dev.switchgear.providers.fault.ErrorTable;
import dev.switchgear.providers.llm.LlmPlace;
import dev.switchgear.providers.llm.LlmProvider;
import dev.switchgear.providers.openai.OpenAiPassing;
import dev.switchgear.providers.openai.OpenAiProvider;
import java.util.List;
import java.util.Set;

/// xAI (docs.x.ai, 2026-10). Its errors are `{"code":"words","error":"text"}`, its answers say what is
/// left of the limits but not when they reset.
public final class XAiProvider {
    /// Where xAI is.
    public static final String BASE = "https://api.x.ai/v1";

    /// What its errors mean. A wrong key is a 400 that only words tell from a bad request, and so is
    /// an account without credit behind a 429 or 403.
    public static final ErrorTable ERRORS =
            OpenAiProvider.ERRORS.preceded(
                    List.of(
                            worded(
                                    Set.of(400, 401),
                                    "(incorrect|invalid|obtain an) api key",
                                    Cause.KEY_REJECTED,
                                    Scope.KEY,
                                    Recovery.FAIL_OVER),
                            worded(
                                    Set.of(403, 429),
                                    "credits|spending limit",
                                    Cause.ACCOUNT_EXHAUSTED,
                                    Scope.ACCOUNT,
                                    Recovery.FAIL_OVER),
                            worded(
                                    Set.of(403),
                                    "usage guidelines|content violates|safety check",
                                    Cause.POLICY_REFUSED,
                                    Scope.REQUEST,
                                    Recovery.RETURN),
                            CommonErrors.MODEL_UNKNOWN));

    private XAiProvider() {}

    public static LlmProvider xAi(LlmPlace place) {
        return OpenAiProvider.andResponses(
                OpenAiProvider.alike(
                        place,
                        XAiFlavour.CHAT,
                        OpenAiPassing.of(XAiFlavour.CHAT),
                        ERRORS,
                        OpenAiProvider.QUOTAS),
                XAiFlavour.RESPONSES);
    }
}
