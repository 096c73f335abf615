package dev.switchgear.server;

import dev.switchgear.core.time.WatchedTime;
import dev.switchgear.server.gateway.Prober;
import dev.switchgear.server.gateway.llm.Bookkeeping;
import dev.switchgear.server.monitor.Meters;
import dev.switchgear.server.monitor.Monitor;
import dev.switchgear.server.monitor.Totals;
import java.util.concurrent.atomic.AtomicBoolean;

/// What stands behind the door of a gateway, as [Wiring] has built it.
///
/// @param time which measures how late the gateway is, until it is closed
/// @param accepting false once it is shutting down
record Parts(
        Outside outside,
        Families families,
        Bookkeeping books,
        Meters meters,
        Totals totals,
        Monitor monitor,
        Prober prober,
        Surface surface,
        WatchedTime time,
        AtomicBoolean accepting) {}
