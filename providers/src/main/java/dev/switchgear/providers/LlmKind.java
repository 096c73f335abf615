package dev.switchgear.providers;

import dev.switchgear.families.llm.model.ModelTraits;
import dev.switchgear.providers.llm.LlmPlace;
import dev.switchgear.providers.llm.LlmProvider;
import dev.switchgear.providers.llm.LlmProvider.Credential;
import dev.switchgear.providers.llm.LlmQuirks;
import dev.switchgear.wire.Endpoint;
import dev.switchgear.wire.Headers;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// A kind of provider that answers LLM calls.
///
/// @param base empty for servers that stand wherever their owner has put them
/// @param chatOptional whether it can be asked without chat completions, which is what
///     [LlmQuirks#chat] says
/// @param threads whether it keeps a conversation of Messages itself where it is asked to, and goes on
///     with it when only what is new is sent
/// @param maker makes the provider, but for the quirks of its credential and query
public record LlmKind(
        String name, Optional<String> base, boolean chatOptional, boolean threads, Maker maker)
        implements ProviderKind {
    /// The family's name.
    public static final String FAMILY = "llm";

    /// Makes a provider.
    @FunctionalInterface
    public interface Maker {
        LlmProvider make(LlmPlace place, LlmQuirks quirks);
    }

    /// An API whose place is known, and which has no quirks of its own.
    static LlmKind at(String name, String base, Function<LlmPlace, LlmProvider> maker) {
        return new LlmKind(name, Optional.of(base), false, false, (place, _) -> maker.apply(place));
    }

    /// The same, which keeps threads.
    LlmKind threaded() {
        return new LlmKind(name, base, chatOptional, true, maker);
    }

    @Override
    public String family() {
        return FAMILY;
    }

    @Override
    public boolean needsBase() {
        return base.isEmpty();
    }

    /// The headers that a provider of this kind is sent whatever the configuration says, in lower case.
    ///
    /// @param base where it is
    /// @param keyed whether it is given a credential
    public Set<String> headers(Endpoint base, LlmQuirks quirks, boolean keyed) {
        LlmProvider bare = make(new LlmPlace(base, Headers.NONE, _ -> ModelTraits.UNKNOWN), quirks);
        return bare.headers(keyed);
    }

    /// One provider of this kind.
    public LlmProvider make(LlmPlace place, LlmQuirks quirks) {
        LlmProvider usual = maker.make(place, quirks);
        var credential =
                new Credential(
                        quirks.keyHeader().orElse(usual.credential().header()),
                        quirks.keyPrefix().orElse(usual.credential().prefix()));
        return usual.reached(credential, quirks.query().orElse(usual.query()));
    }
}
