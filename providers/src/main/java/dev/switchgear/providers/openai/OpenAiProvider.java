package dev.switchgear.providers.openai;

import dev.switchgear.dialects.openai.OpenAiFlavour;
import dev.switchgear.dialects.openai.OpenAiProviderDialect;
import dev.switchgear.dialects.responses.ResponsesFlavour;
import dev.switchgear.dialects.responses.ResponsesProviderDialect;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.providers.fault.ErrorTable;
import dev.switchgear.providers.fault.QuotaHeaders;
import dev.switchgear.providers.fault.Quotas;
import dev.switchgear.providers.llm.LlmPlace;
import dev.switchgear.providers.llm.LlmProvider;
import dev.switchgear.providers.llm.LlmProvider.Bounds;
import dev.switchgear.providers.llm.LlmProvider.Credential;
import dev.switchgear.providers.llm.LlmProvider.Listing;
import dev.switchgear.providers.llm.LlmQuirks;
import dev.switchgear.providers.llm.Passing;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// OpenAI, and servers that speak alike.
public final class OpenAiProvider {
    /// Where OpenAI is.
    public static final String BASE = "https://api.openai.com/v1";

    /// What the errors of OpenAI and of servers that speak alike mean.
    public static final ErrorTable ERRORS = OpenAiErrors.TABLE;

    /// `x-ratelimit-*`.
    public static final Quotas QUOTAS = new QuotaHeaders();

    private OpenAiProvider() {}

    /// OpenAI itself.
    ///
    /// Where `quirks` say that chat is not to be had, as with some of its models, everybody is served
    /// through Responses; embeddings are as ever.
    public static LlmProvider openAi(LlmPlace place, LlmQuirks quirks) {
        LlmProvider both =
                andResponses(
                        alike(
                                place,
                                OpenAiFlavour.OPENAI,
                                OpenAiPassing.of(OpenAiFlavour.OPENAI),
                                ERRORS,
                                QUOTAS),
                        ResponsesFlavour.OPENAI);
        return quirks.chat().orElse(true)
                ? both
                : both.speaking(
                        both.passing().stream()
                                .filter(one -> one.dialect() == Dialect.RESPONSES)
                                .toList(),
                        both.spoken().reversed());
    }

    /// A server that speaks alike: some leave `[DONE]` out.
    public static LlmProvider compatible(LlmPlace place, LlmQuirks quirks) {
        boolean doneRequired = quirks.doneRequired().orElse(false);
        return alike(
                place,
                OpenAiFlavour.COMPATIBLE.ending(doneRequired),
                new OpenAiPassing(doneRequired, quirks.streamUsage().orElse(true)),
                ERRORS,
                QUOTAS);
    }

    /// A known provider whose differences from OpenAI are data.
    public static LlmProvider alike(
            LlmPlace place,
            OpenAiFlavour flavour,
            Passing passing,
            ErrorTable errors,
            Quotas quotas) {
        LlmProvider nothingPasses = worded(place, flavour, errors, quotas);
        boolean developer = flavour.takes().contains(OpenAiFlavour.Takes.DEVELOPER);
        Passing known =
                flavour.customTools()
                        ? passing
                        // Servers that speak alike know functions alone, and answer 400 or 422 to
                        // other tools: translated, such a request has functions in their place.
                        : passing.reworded((asked, body) ->
                                Optional.of(body).filter(_ -> !asked.seldom().customTools()));
        return nothingPasses.speaking(
                List.of(developer ? known : known.reworded(DeveloperRole::replaced)),
                nothingPasses.spoken());
    }

    /// A known provider that no client's bytes reach as they are.
    public static LlmProvider worded(
            LlmPlace place, OpenAiFlavour flavour, ErrorTable errors, Quotas quotas) {
        return new LlmProvider(
                place,
                Credential.BEARER,
                "",
                List.of(),
                List.of(new OpenAiProviderDialect(flavour)),
                errors,
                quotas,
                Listing.OPENAI,
                Bounds.DEFAULT);
    }

    /// The same provider where it speaks Responses too: its clients' bytes pass. Other requests are
    /// worded in it only where it does not offer the operation otherwise.
    public static LlmProvider andResponses(LlmProvider usual, ResponsesFlavour flavour) {
        var responses = new ResponsesProviderDialect(flavour);
        Passing plain = Passing.of(responses);
        Passing passing =
                flavour.clientTools()
                        ? plain
                        : plain.reworded((asked, body) ->
                                Optional.of(body).filter(_ -> !asked.seldom().clientRunTools()));
        boolean developer = flavour.innerSystemRole().equals("developer");
        return usual.speaking(
                Stream.concat(
                                usual.passing().stream(),
                                Stream.of(
                                        developer
                                                ? passing
                                                : passing.reworded(DeveloperRole::replaced)))
                        .toList(),
                Stream.concat(usual.spoken().stream(), Stream.of(responses)).toList());
    }
}
