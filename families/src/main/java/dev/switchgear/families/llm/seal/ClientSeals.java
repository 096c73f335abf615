package dev.switchgear.families.llm.seal;

import java.util.Optional;

/// What is remembered of the thoughts that one client was told. Thread-safe.
public interface ClientSeals {
    /// Nothing is remembered.
    ClientSeals NONE =
            new ClientSeals() {
                @Override
                public Optional<SealMaker> maker(String value) {
                    return Optional.empty();
                }

                @Override
                public void made(String value, SealMaker maker) {
                    // Nobody asks for it.
                }

                @Override
                public Optional<KeptThoughts> thoughts(String answer) {
                    return Optional.empty();
                }

                @Override
                public void keep(String answer, KeptThoughts thoughts) {
                    // Nobody asks for them.
                }
            };

    /// Who made a signature; empty where that is not known.
    Optional<SealMaker> maker(String value);

    /// Remembers who made it.
    void made(String value, SealMaker maker);

    /// What was thought in the answer that is remembered so; empty where that is not known.
    Optional<KeptThoughts> thoughts(String answer);

    /// Remembers what was thought in an answer.
    void keep(String answer, KeptThoughts thoughts);
}
