package dev.switchgear.providers.ollama;

import static dev.switchgear.core.call.Recovery.FAIL_OVER;
import static dev.switchgear.core.call.Recovery.MORE_ROOM;
import static dev.switchgear.core.call.Recovery.RETRY;
import static dev.switchgear.providers.fault.ErrorRule.acted;
import static dev.switchgear.providers.fault.ErrorRule.status;
import static dev.switchgear.providers.fault.ErrorRule.worded;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Scope;
import dev.switchgear.dialects.ollama.OllamaProviderDialect;
import dev.switchgear.providers.fault.CommonErrors;
import dev.switchgear.providers.fault.ErrorTable;
import dev.switchgear.providers.llm.LlmPlace;
import dev.switchgear.providers.llm.LlmProvider;
import dev.switchgear.providers.llm.LlmProvider.Bounds;
import dev.switchgear.providers.llm.LlmProvider.Credential;
import dev.switchgear.providers.llm.LlmProvider.Listing;
import dev.switchgear.providers.llm.Passing;
import java.util.List;
import java.util.Set;

/// A server of Ollama by its own API (ollama/ollama, 2026-08). One at home asks for no credential; the
/// cloud at ollama.com takes a bearer token.
public final class OllamaProvider {
    /// Where it listens unless told otherwise.
    public static final String BASE = "http://127.0.0.1:11434";

    /// What its errors mean: `{"error":"text"}`, so that beside the status there are only words.
    public static final ErrorTable ERRORS =
            ErrorTable.of(
                    CommonErrors.OF_THE_REQUEST,
                    List.of(
                            worded(
                                    Set.of(0, 400, 404, 500),
                                    "model .*not found|not found, try pulling it",
                                    Cause.SUBJECT_UNKNOWN,
                                    Scope.SUBJECT,
                                    FAIL_OVER),
                            worded(
                                    Set.of(0, 400, 500),
                                    "(input|prompt) .*(exceeds|longer than).* context|context"
                                            + " (length|window) exceeded|exceeds the available"
                                            + " context",
                                    Cause.TOO_LARGE,
                                    Scope.REQUEST,
                                    MORE_ROOM),
                            // Another model may have what this one lacks.
                            worded(
                                    Set.of(400),
                                    "does not support",
                                    Cause.INVALID_REQUEST,
                                    Scope.REQUEST,
                                    FAIL_OVER),
                            worded(
                                    Set.of(429),
                                    "usage limit|upgrade",
                                    Cause.ACCOUNT_EXHAUSTED,
                                    Scope.ACCOUNT,
                                    FAIL_OVER),
                            worded(
                                    Set.of(0, 500),
                                    "requires more system memory|out of memory",
                                    Cause.SERVER_ERROR,
                                    Scope.SUBJECT,
                                    FAIL_OVER)),
                    CommonErrors.OF_OTHERS,
                    List.of(
                            status(503, Cause.OVERLOADED, Scope.PROVIDER, RETRY),
                            // No word of Ollama's: a proxy's before it.
                            acted(Set.of(529), Cause.OVERLOADED),
                            worded(
                                    Set.of(0),
                                    "server busy",
                                    Cause.OVERLOADED,
                                    Scope.PROVIDER,
                                    RETRY)));

    private static final Listing LISTING = new Listing("/api/tags", "models", "name", "");

    private OllamaProvider() {}

    public static LlmProvider ollama(LlmPlace place) {
        var dialect = new OllamaProviderDialect();
        return new LlmProvider(
                place,
                Credential.BEARER,
                "",
                List.of(Passing.of(dialect), new OllamaGeneratePassing(dialect)),
                List.of(dialect),
                ERRORS,
                new OllamaQuotas(),
                LISTING,
                Bounds.DEFAULT);
    }
}
