package dev.switchgear.simulator.answer;

import dev.switchgear.simulator.http.Header;
import java.util.Iterator;
import java.util.List;

/// What a provider says to one request when nothing disturbs it.
public sealed interface ApiAnswer {
    int status();

    List<Header> headers();

    /// What is sent over and over, behind the head, while a fault delays the answer; empty: nothing,
    /// and the head waits too.
    byte[] waiting();

    /// An answer in one piece.
    ///
    /// @param tokens how many tokens a model would have to produce for it, which takes time
    record Whole(int status, List<Header> headers, byte[] body, int tokens, byte[] waiting)
            implements ApiAnswer {
        public Whole {
            headers = List.copyOf(headers);
        }

        public Whole(int status, List<Header> headers, byte[] body, int tokens) {
            this(status, headers, body, tokens, new byte[0]);
        }
    }

    /// An answer of events, rendered one by one as they are asked for.
    record Streamed(int status, List<Header> headers, Iterator<ApiEvent> events, byte[] waiting)
            implements ApiAnswer {
        public Streamed {
            headers = List.copyOf(headers);
        }

        public Streamed(int status, List<Header> headers, Iterator<ApiEvent> events) {
            this(status, headers, events, new byte[0]);
        }
    }
}
