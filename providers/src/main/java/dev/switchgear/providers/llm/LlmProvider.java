package dev.switchgear.providers.llm;

import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.dialect.ProviderDialect;
import dev.switchgear.providers.fault.ErrorTable;
import dev.switchgear.providers.fault.Quotas;
import dev.switchgear.wire.stream.EventLimits;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// One provider: where it is, how it is called, what it speaks. All of it is data. Immutable.
///
/// @param credential where the credential goes
/// @param query added to every path, with its `?`; empty for none
/// @param passing the dialects whose bytes can pass, for clients that speak the same
/// @param spoken the dialects in which everybody else's requests are worded; the first that offers the
///     operation is used
/// @param errors what the provider's errors mean
/// @param quotas how it tells what is left of its limits
/// @param listing how its models are listed, which also serves as a free test of the credential
/// @param bounds how much is read and kept of an answer
public record LlmProvider(
        LlmPlace place,
        Credential credential,
        String query,
        List<Passing> passing,
        List<ProviderDialect> spoken,
        ErrorTable errors,
        Quotas quotas,
        Listing listing,
        Bounds bounds) {
    public LlmProvider {
        passing = List.copyOf(passing);
        spoken = List.copyOf(spoken);
    }

    /// Where the credential goes.
    ///
    /// @param header carries it: `Authorization`, `x-api-key`
    /// @param prefix stands before it in that header: `Bearer `, or nothing
    public record Credential(String header, String prefix) {
        public static final Credential BEARER = new Credential("Authorization", "Bearer ");
    }

    /// How models are listed: `GET path` answers `{list: [{id: …}]}`.
    ///
    /// @param prefix of the ids that is left out: `models/`; empty for none
    public record Listing(String path, String list, String id, String prefix) {
        public static final Listing OPENAI = new Listing("/models", "data", "id", "");
    }

    /// @param replyBytes the longest answer in one piece, and how much of a stream is kept back while
    ///     nothing of it may leave: the first event may repeat the whole request; 1 or more (default
    ///     64 MiB)
    /// @param events how large a stream, its events and their lines may be
    public record Bounds(int replyBytes, EventLimits events) {
        public static final Bounds DEFAULT = upTo(64 * 1024 * 1024);

        public Bounds {
            if (replyBytes < 1) {
                throw new IllegalArgumentException(
                        "bounds.reply-bytes: " + replyBytes + " (expected: 1 or more)");
            }
        }

        /// One bound for answers, events and lines.
        public static Bounds upTo(int bytes) {
            return new Bounds(bytes, EventLimits.upTo(bytes));
        }
    }

    /// The headers that are sent to it, but for those that come with a client's request, in lower case.
    ///
    /// @param keyed whether there is a credential
    public Set<String> headers(boolean keyed) {
        var names = new TreeSet<String>(RequestHeaders.ALWAYS);
        place.headers().forEach((name, _) -> names.add(name.toLowerCase(Locale.ROOT)));
        if (keyed) {
            names.add(credential.header().toLowerCase(Locale.ROOT));
        }
        return names;
    }

    /// The same provider, of whose answers so much is read.
    public LlmProvider within(Bounds otherBounds) {
        return new LlmProvider(
                place, credential, query, passing, spoken, errors, quotas, listing, otherBounds);
    }

    /// The same provider with its key elsewhere and another query.
    public LlmProvider reached(Credential otherCredential, String otherQuery) {
        return new LlmProvider(
                place,
                otherCredential,
                otherQuery,
                passing,
                spoken,
                errors,
                quotas,
                listing,
                bounds);
    }

    /// The same provider, asked in other dialects.
    public LlmProvider speaking(List<Passing> otherPassing, List<ProviderDialect> otherSpoken) {
        return new LlmProvider(
                place,
                credential,
                query,
                otherPassing,
                otherSpoken,
                errors,
                quotas,
                listing,
                bounds);
    }

    /// How bytes of `dialect` pass, if this provider offers `operation` in it.
    Optional<Passing> passing(Dialect dialect, Operation operation) {
        for (Passing candidate : passing) {
            if (candidate.dialect() == dialect
                    && candidate.path(operation, "model", false).isPresent()) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    /// The dialect in which answers are read that pass to clients of `dialect`.
    ProviderDialect reading(Dialect dialect) {
        Dialect same = dialect == Dialect.OLLAMA_GENERATE ? Dialect.OLLAMA : dialect;
        return spoken.stream()
                .filter(one -> one.dialect() == same)
                .findFirst()
                .orElseThrow(
                        () -> new IllegalStateException("what passes cannot be read: " + dialect));
    }

    /// The dialect in which `operation` is worded for this provider, if any offers it.
    Optional<ProviderDialect> spoken(Operation operation) {
        for (ProviderDialect candidate : spoken) {
            if (candidate.path(operation, "model", false).isPresent()) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }
}
