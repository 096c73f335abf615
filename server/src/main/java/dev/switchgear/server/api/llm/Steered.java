package dev.switchgear.server.api.llm;

import dev.switchgear.families.llm.scan.RequestBody;
import dev.switchgear.server.api.Problem;
import dev.switchgear.server.gateway.llm.Selection;
import java.util.List;
import java.util.stream.Stream;

/// What a request says about where it may go.
sealed interface Steered {
    /// @param body without what was meant for us
    /// @param dropped parts that nobody here acts on
    record By(RequestBody body, Selection selection, List<String> dropped) implements Steered {
        public By {
            dropped = List.copyOf(dropped);
        }

        /// The same, and more is dropped.
        By dropping(List<String> more) {
            return more.isEmpty()
                    ? this
                    : new By(
                            body,
                            selection,
                            Stream.concat(dropped.stream(), more.stream()).toList());
        }
    }

    record Refused(Problem problem) implements Steered {}
}
