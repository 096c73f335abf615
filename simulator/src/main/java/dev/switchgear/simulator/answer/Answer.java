package dev.switchgear.simulator.answer;

import dev.switchgear.simulator.http.Header;
import java.util.Iterator;
import java.util.List;

/// What a provider says to one request when nothing disturbs it.
public sealed interface Answer {
    int status();

    List<Header> headers();

    /// An answer in one piece.
    ///
    /// @param tokens how many tokens a model would have to produce for it, which takes time
    record Whole(int status, List<Header> headers, byte[] body, int tokens) implements Answer {
        public Whole {
            headers = List.copyOf(headers);
        }
    }

    /// An answer of server-sent events, rendered one by one as they are asked for.
    record Streamed(int status, List<Header> headers, Iterator<Event> events) implements Answer {
        public Streamed {
            headers = List.copyOf(headers);
        }
    }
}
