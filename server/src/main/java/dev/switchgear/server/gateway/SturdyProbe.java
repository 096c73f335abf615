package dev.switchgear.server.gateway;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Recovery;
import dev.switchgear.core.call.Scope;
import dev.switchgear.core.call.UpstreamId;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A probe whose adapter may be defective: what that throws is an answer that did not come, as for a
/// call. Thread-safe.
///
/// @param id whom it asks
record SturdyProbe(UpstreamId id, Probe probe) implements Probe {
    private static final Logger LOG = LoggerFactory.getLogger(SturdyProbe.class);

    @Override
    public Outcome<List<String>> ask(Deadline deadline) {
        try {
            return probe.ask(deadline);
        } catch (Throwable defect) {
            // Errors too: a stack that one answer overran says nothing about the next.
            LOG.error("{}: our adapter for it broke when it was asked for its models", id, defect);
            return Outcome.Failure.of(
                    Fault.of(
                            Cause.ADAPTER_FAILED,
                            Scope.PROVIDER,
                            Recovery.FAIL_OVER,
                            false,
                            "our adapter for it failed: " + defect.getClass().getSimpleName()));
        }
    }
}
