package dev.switchgear.server.echo;

import dev.switchgear.providers.ProviderKind;
import java.util.Optional;

/// What a configuration calls a provider of this family.
public record EchoKind() implements ProviderKind {
    static final String NAME = "echo";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String family() {
        return "echo";
    }

    @Override
    public Optional<String> base() {
        return Optional.empty();
    }

    @Override
    public boolean needsBase() {
        return true;
    }
}
