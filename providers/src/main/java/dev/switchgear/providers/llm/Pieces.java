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
    byte[] NOTHING = new byte[0];

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

    /// Whether the piece calls itself an error.
    boolean namedError();

    /// What the piece lacks at its end, because the body ended before it: a client that gets its bytes
    /// gets these behind them. Empty for nothing.
    byte[] missing();

    static Pieces of(Framing framing, Exchange exchange, EventLimits limits) {
        return switch (framing) {
            case EVENTS -> new Events(new EventReader(exchange, limits));
            case LINES -> new Lines(new LineReader(exchange, limits));
        };
    }

    /// Server-sent events.
    record Events(EventReader reader) implements Pieces {
        private static final byte[] ERROR = "error".getBytes(StandardCharsets.US_ASCII);
        private static final byte[] LF = {'\n'};
        private static final byte[] LF_LF = {'\n', '\n'};
        private static final byte[] CRLF = {'\r', '\n'};
        private static final byte[] REST_OF_CRLF_CRLF = {'\n', '\r', '\n'};

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
        public boolean namedError() {
            return reader.eventIs(ERROR);
        }

        /// A blank line, and before it the end of the line where that is missing too: of a lone CR the
        /// other half, so that it is one end of a line and not two.
        @Override
        public byte[] missing() {
            if (!reader.unended()) {
                return NOTHING;
            }
            return switch (reader.buffer()[reader.to() - 1]) {
                case '\n' ->
                        reader.to() - reader.from() > 1 && reader.buffer()[reader.to() - 2] == '\r'
                                ? CRLF.clone()
                                : LF.clone();
                case '\r' -> REST_OF_CRLF_CRLF.clone();
                default -> LF_LF.clone();
            };
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
        public boolean namedError() {
            return false;
        }

        /// A last line without its end is understood by everybody.
        @Override
        public byte[] missing() {
            return NOTHING;
        }
    }
}
