package dev.switchgear.providers.llm;

import dev.switchgear.families.llm.dialect.ProviderDialect.Framing;
import dev.switchgear.wire.Exchange;
import dev.switchgear.wire.WireException;
import dev.switchgear.wire.stream.EventLimits;
import dev.switchgear.wire.stream.EventReader;
import dev.switchgear.wire.stream.LineReader;
import java.nio.charset.StandardCharsets;

/// The pieces of a streamed body, whole ones only: a range of [#buffer], and the data within. Used by
/// one thread.
interface Pieces {
    /// Blocks until the next piece is whole; false at the proper end of the body.
    boolean next() throws WireException;

    /// Whether another piece is here already, so that [#next] moves nothing.
    boolean buffered() throws WireException;

    byte[] buffer();

    int from();

    int to();

    byte[] data();

    int dataFrom();

    int dataTo();

    /// Whether a body of that type, in lower case, comes in such pieces.
    boolean fits(String contentType);

    /// Whether the piece calls itself an error.
    boolean namedError();

    /// Where in [#buffer] what came behind the last whole piece begins, once [#next] has thrown because
    /// the body ended there; equal to [#unfinishedTo] for nothing.
    int unfinishedFrom();

    int unfinishedTo();

    static Pieces of(Framing framing, Exchange exchange, EventLimits limits) {
        return switch (framing) {
            case EVENTS -> new Events(new EventReader(exchange, limits));
            case LINES -> new Lines(new LineReader(exchange, limits));
        };
    }

    /// Server-sent events.
    record Events(EventReader reader) implements Pieces {
        private static final byte[] ERROR = "error".getBytes(StandardCharsets.US_ASCII);

        @Override
        public boolean next() throws WireException {
            return reader.next();
        }

        @Override
        public boolean buffered() throws WireException {
            return reader.buffered();
        }

        @Override
        public byte[] buffer() {
            return reader.buffer();
        }

        @Override
        public int from() {
            return reader.from();
        }

        @Override
        public int to() {
            return reader.to();
        }

        @Override
        public byte[] data() {
            return reader.data();
        }

        @Override
        public int dataFrom() {
            return reader.dataFrom();
        }

        @Override
        public int dataTo() {
            return reader.dataTo();
        }

        @Override
        public boolean fits(String contentType) {
            return contentType.startsWith("text/event-stream");
        }

        @Override
        public boolean namedError() {
            return reader.eventIs(ERROR);
        }

        @Override
        public int unfinishedFrom() {
            return reader.unfinishedFrom();
        }

        @Override
        public int unfinishedTo() {
            return reader.unfinishedTo();
        }
    }

    /// A JSON value a line.
    record Lines(LineReader reader) implements Pieces {
        @Override
        public boolean next() throws WireException {
            return reader.next();
        }

        @Override
        public boolean buffered() throws WireException {
            return reader.buffered();
        }

        @Override
        public byte[] buffer() {
            return reader.buffer();
        }

        @Override
        public int from() {
            return reader.from();
        }

        @Override
        public int to() {
            return reader.to();
        }

        @Override
        public byte[] data() {
            return reader.buffer();
        }

        @Override
        public int dataFrom() {
            return reader.lineFrom();
        }

        @Override
        public int dataTo() {
            return reader.lineTo();
        }

        @Override
        public boolean fits(String contentType) {
            return contentType.contains("ndjson")
                    || contentType.contains("json")
                    || contentType.startsWith("text/plain");
        }

        @Override
        public boolean namedError() {
            return false;
        }

        @Override
        public int unfinishedFrom() {
            return 0;
        }

        @Override
        public int unfinishedTo() {
            return 0;
        }
    }
}
