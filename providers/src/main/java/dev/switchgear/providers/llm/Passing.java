package dev.switchgear.providers.llm;

import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.ProviderDialect;
import dev.switchgear.families.llm.dialect.ProviderDialect.Framing;
import dev.switchgear.families.llm.dialect.ProviderFitting;
import dev.switchgear.families.llm.scan.RequestBody;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// How the bytes of a dialect pass between a client and a provider that speak it both. Stateless;
/// thread-safe.
public interface Passing {
    Dialect dialect();

    Framing framing();

    /// As [ProviderDialect#path].
    Optional<String> path(Operation operation, String model, boolean streamed);

    /// The client's bytes with the provider's name of the model, and with what we must add to count
    /// what is used.
    ///
    /// @return empty where what is asked cannot be said to the provider in this dialect's usual words:
    ///     then it is translated, as for clients of others
    Optional<byte[]> body(RequestBody asked, String model, boolean streamed);

    /// The bytes with marks of the prompt cache, where the client set none and this model remembers
    /// only what is marked.
    ///
    /// @param body as it would pass
    default byte[] marked(byte[] body, String model, Part.CacheMark mark) {
        return body;
    }

    /// How what is asked is fitted to a model that the client did not name itself.
    ProviderFitting fitting();

    /// Looks at one answer while it passes.
    AnswerWatch watch(RequestBody asked, ModelTarget target, boolean streamed);

    /// The same, with bytes changed that this provider would take otherwise than the client means.
    default Passing reworded(Rewording rewording) {
        return new Reworded(this, rewording);
    }

    /// Changes what passes. Stateless; thread-safe.
    @FunctionalInterface
    interface Rewording {
        /// @param body of `asked`, as it would pass
        /// @return as [Passing#body]
        Optional<byte[]> of(RequestBody asked, byte[] body);
    }

    /// Passes as `usual`, but for what is reworded.
    record Reworded(Passing usual, Rewording rewording) implements Passing {
        @Override
        public Dialect dialect() {
            return usual.dialect();
        }

        @Override
        public Framing framing() {
            return usual.framing();
        }

        @Override
        public Optional<String> path(Operation operation, String model, boolean streamed) {
            return usual.path(operation, model, streamed);
        }

        @Override
        public Optional<byte[]> body(RequestBody asked, String model, boolean streamed) {
            return usual.body(asked, model, streamed).flatMap(body -> rewording.of(asked, body));
        }

        @Override
        public byte[] marked(byte[] body, String model, Part.CacheMark mark) {
            return usual.marked(body, model, mark);
        }

        @Override
        public ProviderFitting fitting() {
            return usual.fitting();
        }

        @Override
        public AnswerWatch watch(RequestBody asked, ModelTarget target, boolean streamed) {
            return usual.watch(asked, target, streamed);
        }
    }

    /// Passes a dialect whose answers are watched by reading them whole.
    static Passing of(ProviderDialect dialect) {
        return of(dialect, "");
    }

    /// @param closing the event that ends a stream, for clients that wait for it where the provider left
    ///     it out; empty for none
    static Passing of(ProviderDialect dialect, String closing) {
        return new Reading(dialect, closing);
    }

    /// Passes bytes and reads along, in a dialect that needs nothing added to a request.
    record Reading(ProviderDialect spoken, String closing) implements Passing {
        @Override
        public Dialect dialect() {
            return spoken.dialect();
        }

        @Override
        public Framing framing() {
            return spoken.framing();
        }

        @Override
        public Optional<String> path(Operation operation, String model, boolean streamed) {
            return spoken.path(operation, model, streamed);
        }

        @Override
        public Optional<byte[]> body(RequestBody asked, String model, boolean streamed) {
            return Optional.of(asked.withModel(model));
        }

        @Override
        public ProviderFitting fitting() {
            return spoken.fitting();
        }

        @Override
        public AnswerWatch watch(RequestBody asked, ModelTarget target, boolean streamed) {
            return new ReadingAnswerWatch(
                    spoken.answer(target, streamed), closing.getBytes(StandardCharsets.UTF_8));
        }
    }
}
