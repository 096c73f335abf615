package dev.switchgear.providers.gemini;

import dev.switchgear.dialects.gemini.GeminiFlavour;
import dev.switchgear.dialects.gemini.GeminiProviderDialect;
import dev.switchgear.providers.fault.ErrorTable;
import dev.switchgear.providers.fault.Quotas;
import dev.switchgear.providers.llm.LlmPlace;
import dev.switchgear.providers.llm.LlmProvider;
import dev.switchgear.providers.llm.LlmProvider.Bounds;
import dev.switchgear.providers.llm.LlmProvider.Credential;
import dev.switchgear.providers.llm.LlmProvider.Listing;
import java.util.List;

/// Google's Gemini, and hosts that speak alike.
public final class GeminiProvider {
    /// Where Google is.
    public static final String BASE = "https://generativelanguage.googleapis.com/v1beta";

    /// What its errors mean.
    public static final ErrorTable ERRORS = GeminiErrors.TABLE;

    /// It says nothing of what is left, and how long to wait only in the body.
    public static final Quotas QUOTAS = new RetryInfo();

    private static final Credential KEY = new Credential("x-goog-api-key", "");

    /// The longest page there is: a list comes in pages of 50 else.
    private static final Listing LISTING =
            new Listing("/models?pageSize=1000", "models", "name", "models/");

    private GeminiProvider() {}

    /// Google itself.
    public static LlmProvider google(LlmPlace place) {
        return speakingAlike(place, GeminiFlavour.GOOGLE);
    }

    /// A host that speaks alike.
    public static LlmProvider speakingAlike(LlmPlace place, GeminiFlavour flavour) {
        var dialect = new GeminiProviderDialect(flavour);
        return new LlmProvider(
                place,
                KEY,
                "",
                List.of(new GeminiPassing(dialect)),
                List.of(dialect),
                ERRORS,
                QUOTAS,
                LISTING,
                Bounds.DEFAULT);
    }
}
